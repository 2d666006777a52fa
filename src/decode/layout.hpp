#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::decode {

// A stream's declaration turned round: from the members of a row to the columns that want them.
// Each name that a column gives, and each object on the way to one ("calls" and
// "calls.total_cost"), is a place; a row is decoded by noting what stands at each place.
class layout {
public:
  using place = std::uint16_t;
  static constexpr place row_itself = 0xffff;

  class members;
  struct member {
    std::string_view name;
    place at = 0;
    bool wanted = false;              // by a column, as a whole
    std::unique_ptr<members> inside;  // set when columns name members of it
  };

  // The known members of one object.
  class members {
  public:
    // nullptr when no column names it or anything in it.
    member const* find(std::string_view name) const;
    member& find_or_add(std::string_view name, place if_new);

  private:
    std::vector<member> list_;
    // Positions in the list by hash, open addressing, never full.
    std::vector<std::uint16_t> table_ = {0xffff};
  };

  // The stream must outlive the layout. Throws std::invalid_argument when a column names a secret.
  explicit layout(streams::stream const& what);

  streams::stream const& stream() const { return stream_; }
  std::span<std::string_view const> secrets() const { return stream_.secrets; }
  members const& row() const { return row_; }

  std::size_t places() const { return paths_.size(); }
  // As the declaration writes it, "calls.total_cost".
  std::string_view path(place at) const { return paths_[at]; }
  // The place of the object that a place lies in, or row_itself.
  place parent(place at) const { return parents_[at]; }
  // Where a column's value may stand, best first.
  std::span<place const> places_of(std::size_t column) const { return columns_[column]; }

private:
  member& add(std::string_view path);

  streams::stream const& stream_;
  members row_;
  std::vector<std::string_view> paths_;
  std::vector<place> parents_;
  std::vector<std::vector<place>> columns_;
};

}  // namespace vobiz::decode

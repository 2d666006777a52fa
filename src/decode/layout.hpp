#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::decode {

// A stream's declaration turned round: from the members of a row to the columns that want them.
class layout {
public:
  class members;
  static constexpr std::uint16_t row_itself = 0xffff;

  // One name that columns give, or an object on the way to one: "calls" and "calls.total_cost" are two
  // places. A row is decoded by noting what stands at each.
  struct place {
    std::string path;
    bool wanted = false;                  // by a column, as a whole
    std::unique_ptr<members> inside;      // set when columns name members of it
  };

  class members {
  public:
    std::optional<std::uint16_t> find(std::string_view name) const;
    void add(std::string_view name, std::uint16_t place);

  private:
    struct entry {
      std::string_view name;
      std::uint16_t place;
    };
    std::vector<entry> entries_;
    // Entries by hash, open addressing, never full.
    std::vector<std::uint16_t> table_ = {0xffff};
  };

  // The stream must outlive the layout. Throws std::invalid_argument when a column names a secret.
  explicit layout(streams::stream const& what);

  streams::stream const& stream() const { return stream_; }
  std::span<std::string_view const> secrets() const { return stream_.secrets; }
  members const& row() const { return row_; }
  std::span<place const> places() const { return places_; }
  // The place of the object that a place lies in, or row_itself.
  std::uint16_t parent(std::uint16_t at) const { return parents_[at]; }
  // Where a column's value may stand, best first.
  std::span<std::uint16_t const> places_of(std::size_t column) const { return columns_[column]; }

private:
  std::uint16_t add(std::string_view path);

  streams::stream const& stream_;
  members row_;
  std::vector<place> places_;
  std::vector<std::uint16_t> parents_;  // apart from places_: each cell asks
  std::vector<std::vector<std::uint16_t>> columns_;
};

}  // namespace vobiz::decode

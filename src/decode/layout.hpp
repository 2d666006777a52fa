#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::decode {

// A stream's declaration turned round: from the members of a row to the columns that want them.
class layout {
public:
  class members;

  // One name that columns give, or an object on the way to one: "calls" and "calls.total_cost" are two
  // places. A row is decoded by noting what stands at each.
  struct place {
    std::string path;
    std::optional<std::uint16_t> parent;  // the place of the object it lies in, if not the row itself
    bool wanted = false;                  // by a column, as a whole
    std::unique_ptr<members> inside;      // set when columns name members of it
  };

  class members {
  public:
    std::optional<std::uint16_t> find(std::string_view name) const {
      auto const found = places_.find(name);
      return found == places_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    friend class layout;
    struct hash {
      std::size_t operator()(std::string_view name) const;
    };
    std::unordered_map<std::string_view, std::uint16_t, hash> places_;
  };

  // The stream must outlive the layout. Throws std::invalid_argument when a column names a secret.
  explicit layout(streams::stream const& what);

  streams::stream const& stream() const { return stream_; }
  std::span<std::string_view const> secrets() const { return stream_.secrets; }
  members const& row() const { return row_; }
  std::span<place const> places() const { return places_; }
  // Where a column's value may stand, best first.
  std::span<std::uint16_t const> places_of(std::size_t column) const { return columns_[column]; }

private:
  std::uint16_t add(std::string_view path);

  streams::stream const& stream_;
  members row_;
  std::vector<place> places_;
  std::vector<std::vector<std::uint16_t>> columns_;
};

}  // namespace vobiz::decode

#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "layout.hpp"
#include "tape.hpp"
#include "vobiz/decode/page.hpp"

namespace vobiz::decode {

// Adds rows to a page, one JSON value at a time.
class row_reader {
public:
  row_reader(layout const& names, page& into);

  // The value as a row, or as a reject.
  void read(tape const& all, std::size_t value);

  // The value as a reject.
  void refuse(tape const& all, std::size_t value, std::string reason);

  // Forgets all rows so far: a better array of rows has turned up.
  void restart();

private:
  void note_members(tape const& all, std::size_t object, layout::members const& names, bool keep);
  void keep_unknown(tape const& all, std::size_t value);
  bool holds(layout::place place) const;
  bool fill(tape const& all, std::size_t column);
  bool fill_extra();
  bool fits_a_row();
  void reject_row(tape const& all, std::size_t value, std::string reason);

  layout const& names_;
  page& page_;
  // What the row at hand has at each place: the position of its value, 0 for nothing (a member
  // never stands first).
  std::vector<std::uint32_t> values_;
  std::set<std::string, std::less<>> unknown_;
  std::size_t row_bytes_ = 0;  // of the cells of the row at hand
  std::string path_;           // of the object at hand, "calls."
  std::string extra_;          // the row's, so far
  std::string extra_problem_;
  std::string room_;
  std::string reason_;
};

}  // namespace vobiz::decode

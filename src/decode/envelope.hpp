#pragma once

#include <string>

#include "tape.hpp"
#include "vobiz/decode/page.hpp"

namespace vobiz::decode {

// What stands around the rows of a list; `listed` is not touched. The tape holds the document
// without the elements of its row array.
// Returns what is wrong with it, empty if nothing: then the answer cannot be used. A count of rows
// that is no count must not be taken for a list without one, whose end alone would prove it.
std::string read_envelope(tape const& all, streams::stream const& what, envelope& into);

// Reads the days that an answer says it is about, of a list or of a document.
void read_period(tape const& all, envelope& into);

}  // namespace vobiz::decode

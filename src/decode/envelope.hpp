#pragma once

#include "tape.hpp"
#include "vobiz/decode/page.hpp"

namespace vobiz::decode {

// What stands around the rows of a list; `listed` is not touched. The tape holds the document
// without the elements of its row array.
void read_envelope(tape const& all, streams::stream const& what, envelope& into);

// Reads the days that an answer says it is about, of a list or of a document.
void read_period(tape const& all, envelope& into);

}  // namespace vobiz::decode

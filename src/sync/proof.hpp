#pragma once

#include <optional>

#include "vobiz/decode/page.hpp"
#include "vobiz/sink/windows.hpp"

// The decisions about completeness, without any input or output of their own (docs/architecture.md,
// "Proof").
namespace vobiz::sync {

// Whether the answer carries sums to prove with: all measures of the stream, and none of them
// degraded.
bool has_sums(decode::envelope const& reported);

// What proves that `stored` is the whole of what the envelope speaks of, or nothing when it is not:
// rows and rejects together equal the API's total, and the sums equal its summary. A summary that
// is absent or degraded proves nothing and contradicts nothing, and beside rejects (whose amounts
// cannot be read) the count stands alone. Without a total only a complete walk that the summary
// does not contradict proves anything.
std::optional<sink::proof> prove(decode::envelope const& reported, sink::figures const& stored,
                                 bool walked_to_the_end);

// Whether the API's totals of a window are those it had when the window was last concluded.
bool says_the_same(sink::window const& before, decode::envelope const& now);

}  // namespace vobiz::sync

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vobiz::api {

// Text from the network made fit for one line of a message or log: the secrets replaced, what
// cannot be printed (RFC 3629: controls, no UTF-8) as "?", white space folded, cut with "…" after
// `longest` bytes.
std::string printable(std::string_view text, std::vector<std::string_view> const& secrets,
                      std::size_t longest = 300);

}  // namespace vobiz::api

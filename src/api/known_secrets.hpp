#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vobiz::api {

// The configuration refuses secrets with fewer characters: they occur in ordinary words, and
// messages would lose those.
inline constexpr std::size_t shortest_secret = 8;

// The text with "***" in place of each secret: as it is, in capitals, percent-encoded or
// escaped as in JSON, in hexadecimal, in base64 (also inside a longer text), and of each form its
// first half or more, as servers shorten what they quote. Secrets shorter than `shortest_secret`
// are left alone.
std::string without_known(std::string_view text, std::vector<std::string_view> const& secrets);

}  // namespace vobiz::api

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vobiz::api {

// Text from the network made fit for one line of a message or log: white space folded, what
// misleads a reader escaped (core::visible), cut with "…" after `longest` bytes.
std::string one_line(std::string_view text, std::size_t longest = 300);

// The same without the secrets, and without what reads as a secret of somebody else
// (decode::without_secrets).
std::string printable(std::string_view text, std::vector<std::string_view> const& secrets,
                      std::size_t longest = 300);

// The identifier of a request as the provider gave it; empty if it is none: more than 100
// characters, others than letters, digits and _-.:/+=|@~, or with a secret in it.
std::string request_id_of(std::string_view text, std::vector<std::string_view> const& secrets);

}  // namespace vobiz::api

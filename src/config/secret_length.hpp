#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vobiz::config {

// Messages of the provider are shown without the secrets in them. A secret of fewer characters
// occurs in ordinary words, and those would be cut.
inline constexpr std::size_t shortest_secret = 8;

// What is wrong with a secret's length, as a message goes on after its key; empty: nothing.
std::string length_problem(std::string_view secret);

// How to get a longer one of each kind.
inline constexpr std::string_view longer_token = "create another token at the provider";
inline constexpr std::string_view longer_login = "set a longer password at the provider";
inline constexpr std::string_view longer_proxy = "set a longer password at the proxy";
inline constexpr std::string_view longer_database = "set a longer one: ALTER ROLE … PASSWORD '…'";
inline constexpr std::string_view longer_http = "make a longer one: openssl rand -hex 20";

}  // namespace vobiz::config

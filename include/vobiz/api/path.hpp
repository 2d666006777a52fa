#pragma once

#include <string>
#include <string_view>

// Paths of requests that hold what comes from outside: a customer's auth_id, the key of a row.
namespace vobiz::api {

// The text percent-encoded (RFC 3986 §2.1). Only what every URL parser reads as itself stays bare,
// so that no value can become syntax: no "/" a segment, no "?" a query, no "%2F" a "/".
std::string encoded(std::string_view text);

// The path with the encoded text in the place of "{name}"; unchanged if it has none.
std::string with_segment(std::string_view path, std::string_view name, std::string_view text);

// Whether a server reads the path as it is meant. It does not where a segment is empty, "." or
// "..": no encoding protects those, and "/accounts/../cdrs" would be the list of all customers.
bool is_plain_path(std::string_view path);

}  // namespace vobiz::api

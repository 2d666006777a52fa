#pragma once

#include <span>
#include <string_view>

namespace vobiz::decode {

// Whether a JSON member of that name is dropped wherever it stands, because its value would let the
// reader act as somebody (docs/partner-api.md, "Authentication"): token, secret, password, api_key,
// authorization and names that end in one of the first four, in snake_case, camelCase or with
// hyphens, and whatever is `declared` besides.
bool is_secret(std::string_view member, std::span<std::string_view const> declared = {});

}  // namespace vobiz::decode

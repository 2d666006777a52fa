#pragma once

#include <span>
#include <string_view>

namespace vobiz::decode {

// Whether a JSON member of that name is dropped wherever it stands, because its value would let the
// reader act as somebody (docs/partner-api.md, "Names of secrets"). Decided by the words of the
// name, in snake_case, camelCase, with hyphens or run together; `declared` names are dropped
// besides.
bool is_secret(std::string_view member, std::span<std::string_view const> declared = {});

}  // namespace vobiz::decode

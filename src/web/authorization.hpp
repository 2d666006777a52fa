#pragma once

#include <string_view>

namespace vobiz::web {

// Whether the Authorization header has the token: as bearer token, or as the basic authentication
// password of any user. Takes the same time for wrong and right tokens.
bool carries_token(std::string_view authorization, std::string_view token);

}  // namespace vobiz::web

#pragma once

#include <string_view>

namespace vobiz::web {

// Whether the value of an Authorization header carries the token: as a bearer token, or as the
// password of HTTP basic authentication, whatever the user. The comparison takes as long for a
// wrong token as for the right one.
bool carries_token(std::string_view authorization, std::string_view token);

}  // namespace vobiz::web

#pragma once

#include <string>
#include <string_view>
#include <vector>

// The rules of the source tree that no compiler knows. Each returns one line per offence, with the
// line's number and what is wrong.
namespace vobiz::layers {

using offences = std::vector<std::string>;

// `file` is the path below the project's folder. A folder includes only itself and what is below it
// in the flow of the data; the simulator includes only itself and core, so that no mistake hides in
// both sides.
offences wrong_includes(std::string_view file, std::string_view source);

// The SQL of what is read and scheduled is behind the methods of sink and reconcile: sync, schedule
// and app do not name the database's library.
offences named_database_library(std::string_view file, std::string_view source);

// g++ 12 destroys some temporaries of a co_await expression twice (GCC bug 107288 and relatives):
// no braced list, aggregate or lambda stands among the arguments of an awaited call.
offences awaited_temporaries(std::string_view source);

// what() of a system_error tells where in our sources it was made: its code's message is for
// people.
offences printed_system_errors(std::string_view source);

// One idea a file.
offences long_file(std::string_view source);

}  // namespace vobiz::layers

#pragma once

#include <string>
#include <string_view>

namespace vobiz::sink {

// What a server says about a connection that it refuses.
struct connection_refusal {
  std::string state;            // its SQLSTATE; empty if no server says anything
  bool lacks_password = false;  // the server asks for a password, and there is none
  std::string text;
};

// libpq gives no SQLSTATE with a refused connection, and the server's text is in its own language.
// So this connects once more, within five seconds, in a mode in which libpq writes the SQLSTATE
// into its message. The connection is closed.
connection_refusal ask_why_refused(std::string const& dsn);

// The last SQLSTATE in libpq's verbose message: a list of hosts is tried until one refuses.
std::string_view last_state_in(std::string_view verbose_message);

// Whether somebody must change credentials, rights or the name of the database.
bool is_refusal(connection_refusal const& why);

}  // namespace vobiz::sink

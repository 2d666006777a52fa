#include "vobiz/sink/connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace vobiz::sink {

namespace {

using core::exit_code;
using core::failure;
using core::remedy;

// libpq's messages end in a line break and may have several lines; a log line has one.
std::string one_line(std::string_view text) {
  std::string result(text);
  while (!result.empty() && (result.back() == '\n' || result.back() == ' ')) result.pop_back();
  for (auto at = result.find('\n'); at != std::string::npos; at = result.find('\n', at)) {
    result.replace(at, 1, "; ");
  }
  return result;
}

std::string escaped(std::string_view value) {
  std::string result = "'";
  for (char const c : value) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

using connection_options = std::map<std::string, std::string>;

// A DSN as libpq reads it. What libpq says of one it cannot read quotes pieces of it, which may be the
// password's, so a DSN that would make it speak is refused here.
connection_options options_of(std::string const& dsn) {
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const parsed(
      PQconninfoParse(dsn.c_str(), nullptr), &PQconninfoFree);
  connection_options result;
  for (auto const* o = parsed.get(); o != nullptr && o->keyword != nullptr; ++o) {
    if (o->val != nullptr) result.emplace(o->keyword, o->val);
  }
  // An unescaped "/" or "@" in a URI's password makes these of its rest.
  bool const torn = result["port"].find_first_not_of("0123456789,") != std::string::npos ||
                    result["host"].find('@') != std::string::npos;
  if (!parsed || torn) {
    throw failure(exit_code::bad_config, remedy::fix, "\"dsn\" is not a connection string that libpq takes",
                  "percent-encode the password in a URI, quote it in a key=value list, or use "
                  "database.password_file");
  }
  return result;
}

// libpq gives no SQLSTATE for a connection that was refused, only the server's words.
bool sounds_like_refusal(std::string_view message) {
  for (auto const* words : {"authentication failed", "no pg_hba.conf entry", "does not exist",
                            "permission denied for database", "no password supplied",
                            "is not permitted to log in"}) {
    if (message.find(words) != std::string_view::npos &&
        message.find("Is the server running") == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string_view class_of(std::string_view sqlstate) { return sqlstate.substr(0, 2); }

// SQLSTATE classes that time or another try heals: connection, transaction rollback, resources,
// intervention by an operator (PostgreSQL documentation, appendix A); and of class 25 the two of is_broken.
remedy remedy_for(std::string_view sqlstate) {
  constexpr std::string_view passing[] = {"08", "40", "53", "55", "57", "58"};
  if (sqlstate == "25P03" || sqlstate == "25006") return remedy::retry;
  return std::ranges::find(passing, class_of(sqlstate)) != std::end(passing) ? remedy::retry
                                                                              : remedy::fix;
}

// libpqxx 6 gives no SQLSTATE with this one.
std::string_view state_of(pqxx::sql_error const& error) {
  if (dynamic_cast<pqxx::insufficient_privilege const*>(&error) != nullptr) return "42501";
  return error.sqlstate();
}

}  // namespace

std::unique_ptr<pqxx::connection> connect(config::database const& where) {
  auto options = options_of(std::string(where.dsn.reveal()));
  options.emplace("connect_timeout", "10");
  options.emplace("application_name", "vobiz-syncd");
  options.emplace("client_encoding", "UTF8");
  if (!where.password.empty()) options["password"] = where.password.reveal();
  std::string dsn;
  for (auto const& [key, value] : options) {
    if (!value.empty()) dsn += key + "=" + escaped(value) + " ";
  }
  try {
    auto result = std::make_unique<pqxx::connection>(dsn);
#if PQXX_VERSION_MAJOR < 7
    // libpqxx 6 re-opens a lost connection by itself, and the transaction's settings are gone. The call is
    // marked deprecated there because 7 has stopped doing so.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    result->inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
    return result;
  } catch (pqxx::failure const& error) {
    auto message = one_line(error.what());
    if (auto const password = where.password.reveal(); !password.empty()) {
      for (auto at = message.find(password); at != std::string::npos; at = message.find(password)) {
        message.replace(at, password.size(), "***");
      }
    }
    if (sounds_like_refusal(message)) {
      throw failure(exit_code::refused, remedy::fix, "the database refuses us: " + message,
                    "check database.dsn and database.password_file");
    }
    throw failure(exit_code::failed, remedy::retry, "cannot reach the database: " + message);
  }
}

bool is_broken(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (pqxx::broken_connection const&) {
    return true;
  } catch (pqxx::in_doubt_error const&) {
    return true;
  } catch (pqxx::statement_completion_unknown const&) {
    return true;
  } catch (pqxx::transaction_rollback const&) {
    // Deadlocks and serialization failures: a sql_error in libpqxx 7 only.
    return false;
  } catch (pqxx::sql_error const& e) {
    // 57P01 to 57P03: the server told us to go. 25P03: we stood still inside a transaction for too long.
    // 25006, read-only: a stand-by after a switch.
    auto const state = state_of(e);
    return state.empty() || state.starts_with("57P") || state.starts_with("08") || state == "25P03" ||
           state == "25006";
  } catch (pqxx::failure const&) {
    return true;
  } catch (...) {
    return false;
  }
}

void rethrow_as_failure(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (pqxx::broken_connection const& e) {
    throw failure(exit_code::failed, remedy::retry,
                  "lost the connection to the database: " + one_line(e.what()));
  } catch (pqxx::in_doubt_error const& e) {
    throw failure(exit_code::failed, remedy::retry,
                  "lost the connection to the database during a commit: " + one_line(e.what()));
  } catch (pqxx::transaction_rollback const& e) {
    throw failure(exit_code::failed, remedy::retry, "the database answers: " + one_line(e.what()));
  } catch (pqxx::sql_error const& e) {
    auto const state = std::string(state_of(e));
    auto const refused = class_of(state) == "28" || state == "42501";
    throw failure(refused ? exit_code::refused : exit_code::failed, remedy_for(state),
                  "the database answers: " + one_line(e.what()) + " [SQLSTATE " + state + "]",
                  refused ? "grant the role vobiz_writer to the daemon's user" : "");
  } catch (pqxx::failure const& e) {
    throw failure(exit_code::failed, remedy::retry, "the database connection fails: " + one_line(e.what()));
  }
}

}  // namespace vobiz::sink

#include "vobiz/sink/connection.hpp"

#include <algorithm>
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

}  // namespace

std::unique_ptr<pqxx::connection> connect(config::database const& where) {
  std::string dsn(where.dsn.reveal());
  bool const is_uri = dsn.rfind("postgresql://", 0) == 0 || dsn.rfind("postgres://", 0) == 0;
  // A key=value DSN takes further keys at its end; a URI takes them as a query.
  auto const add = [&](std::string_view key, std::string_view value) {
    if (dsn.find(std::string(key) + "=") != std::string::npos) return;
    if (is_uri) {
      dsn += dsn.find('?') == std::string::npos ? "?" : "&";
      dsn += std::string(key) + "=" + std::string(value);
    } else {
      dsn += " " + std::string(key) + "=" + escaped(value);
    }
  };
  add("connect_timeout", "10");
  add("application_name", "vobiz-syncd");
  add("client_encoding", "UTF8");
  if (!where.password.empty() && !is_uri) {
    dsn += " password=" + escaped(where.password.reveal());
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
  } catch (pqxx::sql_error const& e) {
    // 57P01 to 57P03: the server told us to go. 25P03: we stood still inside a transaction for too long.
    // 25006, read-only: a stand-by after a switch.
    auto const state = e.sqlstate();
    return state.empty() || state.rfind("57P", 0) == 0 || state.rfind("08", 0) == 0 || state == "25P03" ||
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
  } catch (pqxx::sql_error const& e) {
    auto const refused = class_of(e.sqlstate()) == "28" || e.sqlstate() == "42501";
    throw failure(refused ? exit_code::refused : exit_code::failed, remedy_for(e.sqlstate()),
                  "the database answers: " + one_line(e.what()) + " [SQLSTATE " + e.sqlstate() + "]",
                  refused ? "grant the role vobiz_writer to the daemon's user" : "");
  } catch (pqxx::failure const& e) {
    throw failure(exit_code::failed, remedy::retry, "the database connection fails: " + one_line(e.what()));
  }
}

}  // namespace vobiz::sink

#include "vobiz/sink/connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>

#include "connection_refusal.hpp"

namespace vobiz::sink {

namespace {

using core::failure;
using core::failure_kind;
using core::remedy;

// libpq's messages end in a line break and may have several lines with gaps in them; a log line has
// one.
std::string one_line(std::string_view text) {
  std::string result;
  std::string gap;
  for (char const c : text) {
    if (c == '\n' || c == ' ' || c == '\t') {
      if (gap != "; ") gap = c == '\n' ? "; " : " ";
      continue;
    }
    if (!result.empty()) result += gap;
    gap.clear();
    result += c;
  }
  while (result.ends_with('.')) result.pop_back();
  return result;
}

// What the server says, without the statement's text and the functions it came through, which
// differ from one occurrence to the next: its own log has them.
std::string said_by_server(std::string_view text) {
  std::string kept;
  bool wanted = true;
  for (std::size_t at = 0; at < text.size();) {
    auto const line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    for (auto const* part : {"DETAIL:", "HINT:"}) wanted = wanted || line.starts_with(part);
    for (auto const* part : {"LINE ", "CONTEXT:", "QUERY:"})
      wanted = wanted && !line.starts_with(part);
    if (wanted) kept.append(line).push_back('\n');
  }
  return one_line(kept);
}

// How a connection was lost. What libpqxx notices by itself, before it asks the server, it words
// after the step that failed: "Could not obtain client encoding: not connected".
std::string loss(pqxx::broken_connection const& error) {
  auto text = one_line(error.what());
  return text.find("not connected") == std::string::npos ? text : "the server closed it";
}

std::string escaped(std::string_view value) {
  std::string result = "'";
  for (char const c : value) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// Some servers delay a refusal, against guessing.
constexpr std::chrono::seconds longest_refusal{5};

using connection_options = std::map<std::string, std::string>;

// A DSN as libpq reads it. What libpq says of one it cannot read quotes pieces of it, which may be
// the password's, so a DSN that would make it speak is refused here.
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
    throw failure(failure_kind::config_invalid, remedy::fix,
                  "\"dsn\" is not a connection string that libpq takes",
                  "percent-encode the password in a URI, quote it in a key=value list, or use "
                  "database.password_file");
  }
  return result;
}

std::string_view class_of(std::string_view sqlstate) { return sqlstate.substr(0, 2); }

// SQLSTATE classes that time or another try heals: connection, transaction rollback, resources,
// intervention by an operator (PostgreSQL documentation, appendix A); and of class 25 the two that
// outlives() names.
remedy remedy_for(std::string_view sqlstate) {
  constexpr std::string_view passing[] = {"08", "40", "53", "55", "57", "58"};
  if (sqlstate == "25P03" || sqlstate == "25006") return remedy::retry;
  return std::ranges::find(passing, class_of(sqlstate)) != std::end(passing) ? remedy::retry
                                                                             : remedy::fix;
}

// What the reader can do about a refused statement.
std::string_view hint_for(std::string_view sqlstate) {
  constexpr std::pair<std::string_view, std::string_view> hints[] = {
      {"42501", "grant the role vobiz_writer to the daemon's user"},
      {"25006",
       "this server is a stand-by or was made read-only: point database.dsn at the primary, or "
       "name "
       "all servers in it with target_session_attrs=read-write"},
      {"53100", "the database's disk is full: make room there, nothing else is to be done"},
      {"53400", "raise the limit that the message names for the daemon's role"},
      {"55P03",
       "a transaction of somebody else holds the lock: SELECT pid, usename, application_name, "
       "xact_start, "
       "query FROM pg_stat_activity ORDER BY xact_start shows the oldest first, "
       "pg_terminate_backend(pid) "
       "ends one"},
      {"57014",
       "an administrator or a time limit ended the statement: the server's log names it, or "
       "PgBouncer's if query_timeout is set there"},
  };
  auto const found =
      std::ranges::find(hints, sqlstate, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(hints) ? std::string_view() : found->second;
}

// libpqxx 6 gives no SQLSTATE with this one.
std::string_view state_of(pqxx::sql_error const& error) {
  if (dynamic_cast<pqxx::insufficient_privilege const*>(&error) != nullptr) return "42501";
  return error.sqlstate();
}

// Whether the cause stays with the connection. 08, 57P01 to 57P03: the server told us to go. 25P03:
// we stood still inside a transaction for too long. 25006: a stand-by after a switch. 25006, 53400,
// 57014: a setting of the role or the database, which a session keeps as it was when it began.
bool outlives(std::string_view sqlstate) {
  return sqlstate.empty() || class_of(sqlstate) == "08" || class_of(sqlstate) == "57" ||
         sqlstate == "25P03" || sqlstate == "25006" || sqlstate == "53400";
}

}  // namespace

std::unique_ptr<pqxx::connection> connect(config::database const& where) {
  auto options = options_of(std::string(where.dsn.reveal()));
  options.emplace("connect_timeout", "10");
  // A server that vanishes without a word is given up after about 20 s, whether it owes an answer
  // or an acknowledgement; without these it takes the kernel two hours or a quarter of one.
  options.emplace("keepalives_idle", "10");     // seconds
  options.emplace("keepalives_interval", "5");  // seconds
  options.emplace("keepalives_count", "2");
  options.emplace("tcp_user_timeout", "20000");  // milliseconds
  options.emplace("application_name", "vobiz-syncd");
  // Only this setting belongs to the connection; session_settings.cpp has the others.
  options["client_encoding"] = "UTF8";
  if (!where.password.empty()) options["password"] = where.password.reveal();
  std::string dsn;
  for (auto const& [key, value] : options) {
    if (!value.empty()) dsn += key + "=" + escaped(value) + " ";
  }
  auto const begun = std::chrono::steady_clock::now();
  try {
    auto result = std::make_unique<pqxx::connection>(dsn);
#if PQXX_VERSION_MAJOR < 7
    // libpqxx 6 re-opens a lost connection by itself, and the transaction's settings are gone. The
    // call is marked deprecated there because 7 has stopped doing so.
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
    // A server refuses at once; one that is away may have taken long enough.
    auto const took = std::chrono::steady_clock::now() - begun;
    if (took < longest_refusal && is_refusal(ask_why_refused(dsn))) {
      throw failure(failure_kind::refused, remedy::fix, "the database refuses us: " + message,
                    "check database.dsn and database.password_file");
    }
    throw failure(failure_kind::failed, remedy::retry, "cannot reach the database: " + message);
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
    return outlives(state_of(e));
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
    throw failure(failure_kind::failed, remedy::retry,
                  "lost the connection to the database: " + loss(e));
  } catch (pqxx::in_doubt_error const&) {
    throw failure(failure_kind::failed, remedy::retry,
                  "lost the connection to the database during a commit: the next read shows "
                  "whether it was done");
  } catch (pqxx::transaction_rollback const& e) {
    throw failure(failure_kind::failed, remedy::retry,
                  "the database answers: " + said_by_server(e.what()));
  } catch (pqxx::sql_error const& e) {
    auto const state = std::string(state_of(e));
    auto const refused = class_of(state) == "28" || state == "42501";
    throw failure(refused ? failure_kind::refused : failure_kind::failed, remedy_for(state),
                  "the database answers: " + said_by_server(e.what()) + " [SQLSTATE " + state + "]",
                  std::string(hint_for(state)));
  } catch (std::bad_alloc const&) {
    throw core::out_of_memory("a batch for the database");
  } catch (pqxx::failure const& e) {
    throw failure(failure_kind::failed, remedy::retry,
                  "the database connection fails: " + one_line(e.what()));
  }
}

}  // namespace vobiz::sink

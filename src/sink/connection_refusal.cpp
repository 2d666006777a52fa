#include "connection_refusal.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace vobiz::sink {

namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::seconds longest_question{5};

bool is_state(std::string_view text) {
  return text.size() == 5 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// PgBouncer before 1.21 has one state for all that it says, and says it in English alone.
bool pooler_refuses(std::string_view text) {
  constexpr std::string_view phrases[] = {"password authentication failed", "no such user",
                                          "no such database", "auth failed", "does not exist"};
  return std::ranges::any_of(phrases, [&](std::string_view phrase) {
    return text.find(phrase) != std::string_view::npos;
  });
}

bool wait_for(PGconn* connection, short events, steady::time_point until) {
  auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - steady::now());
  if (left.count() <= 0) return false;
  pollfd one{PQsocket(connection), events, 0};
  return poll(&one, 1, static_cast<int>(left.count())) > 0;
}

}  // namespace

// "SEVERITY:  SQLSTATE: message" begins each report, behind the name of the host.
std::string_view last_state_in(std::string_view verbose_message) {
  constexpr std::string_view before = ":  ";
  for (auto at = verbose_message.rfind(before); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : verbose_message.rfind(before, at - 1)) {
    auto const text = verbose_message.substr(at + before.size());
    if (text.size() > 6 && text.substr(5, 2) == ": " && is_state(text.substr(0, 5))) {
      return text.substr(0, 5);
    }
  }
  return {};
}

connection_refusal ask_why_refused(std::string const& dsn) {
  connection_refusal result;
  std::unique_ptr<PGconn, decltype(&PQfinish)> const connection(PQconnectStart(dsn.c_str()),
                                                                &PQfinish);
  if (!connection) return result;
  // Only this first step is done by now; no server has answered.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  auto const until = steady::now() + longest_question;
  auto state = PGRES_POLLING_WRITING;
  while (state == PGRES_POLLING_WRITING || state == PGRES_POLLING_READING) {
    if (PQstatus(connection.get()) == CONNECTION_BAD || PQsocket(connection.get()) < 0) break;
    auto const events = static_cast<short>(state == PGRES_POLLING_WRITING ? POLLOUT : POLLIN);
    if (!wait_for(connection.get(), events, until)) return result;
    state = PQconnectPoll(connection.get());
  }
  if (state == PGRES_POLLING_OK) return result;
  result.lacks_password = PQconnectionNeedsPassword(connection.get()) == 1;
  result.text = PQerrorMessage(connection.get());
  result.state = last_state_in(result.text);
  return result;
}

bool is_refusal(connection_refusal const& why) {
  // Class 28: role, password, pg_hba.conf. 3D000: no such database. 42501: no right to connect.
  return why.lacks_password || why.state.starts_with("28") || why.state == "3D000" ||
         why.state == "42501" || (why.state == "08P01" && pooler_refuses(why.text));
}

}  // namespace vobiz::sink

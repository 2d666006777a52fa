#include "isolation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace vobiz::sink {

namespace {

struct meaning {
  std::string_view begins;  // an SQLSTATE or its class
  std::string_view text;
};

// The first that fits counts.
constexpr meaning meanings[] = {
    {"22003", "a number out of range"},
    {"22008", "a time out of range"},
    {"2202", "a text that is not Unicode"},
    {"22P05", "a text that is not Unicode"},
    {"22", "a value that its type cannot hold"},
    {"23502", "a value is missing"},
    {"23505", "another row has the same key"},
    {"23514", "a value that a check forbids"},
    {"23", "a value that a constraint forbids"},
    {"54", "a value beyond a limit of PostgreSQL"},
    {"21000", "the same row twice"},
    {"P0001", "a trigger refuses it"},
};

meaning const* meaning_of(std::string_view sqlstate) {
  auto const found = std::ranges::find_if(
      meanings, [&](auto const& one) { return sqlstate.starts_with(one.begins); });
  return found == std::end(meanings) ? nullptr : &*found;
}

}  // namespace

std::string refused_statement::reason() const {
  auto const* const known = meaning_of(sqlstate);
  return "the database refuses the row: " + std::string(known ? known->text : "a value") +
         " [SQLSTATE " + sqlstate + "]";
}

std::optional<refused_statement> attempt(pqxx::transaction_base& transaction,
                                         std::function<void()> const& act) {
  transaction.exec("SAVEPOINT isolated");
  refused_statement refused;
  try {
    act();
  } catch (pqxx::sql_error const& error) {
    refused.sqlstate = error.sqlstate();
    if (meaning_of(refused.sqlstate) == nullptr) throw;
    refused.error = std::current_exception();
  }
  if (refused.error) transaction.exec("ROLLBACK TO SAVEPOINT isolated");
  transaction.exec("RELEASE SAVEPOINT isolated");
  if (!refused.error) return std::nullopt;
  return refused;
}

}  // namespace vobiz::sink

#include "books.hpp"

#include <fstream>
#include <sstream>

#include "support/run.hpp"

namespace vobiz::reconcile {

books::books() {
  std::ifstream file(BOOKS_FOLDER "/clean_day.sql");
  std::ostringstream text;
  text << file.rdbuf();
  sql(text.str());
}

void books::sql(std::string const& statements) {
  pqxx::work transaction(database.connection());
  transaction.exec(statements);
  transaction.commit();
}

run_outcome books::check(char const* only, char const* day) {
  sink::database workers(io_.get_executor(), database.settings());
  run_request const what{"PA_1",
                         {*billing_day_from_text(day)},
                         only == nullptr ? nullptr : find_check(only),
                         std::nullopt,
                         nullptr,
                         {},
                         lanes};
  auto const outcome = support::run(io_, run_checks(workers, how, what));
  run_id = outcome.run_id;
  return outcome;
}

std::vector<std::string> books::breaks() {
  pqxx::work transaction(database.connection());
  std::vector<std::string> list;
  for (auto const& b : open_breaks(transaction, run_id)) {
    list.push_back(b.check + " " + b.kind + " " + b.row_key + " " + b.expected.value_or("-") + " " +
                   b.actual.value_or("-"));
  }
  return list;
}

std::vector<std::string> books::not_ok() {
  pqxx::work transaction(database.connection());
  std::vector<std::string> list;
  for (auto const& c : summarize(transaction, run_id)) {
    if (c.status != "ok") list.push_back(c.check + " " + c.status);
  }
  return list;
}

}  // namespace vobiz::reconcile

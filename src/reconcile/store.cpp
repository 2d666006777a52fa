#include "vobiz/reconcile/store.hpp"

#include "vobiz/sink/connection.hpp"

namespace vobiz::reconcile {

namespace asio = boost::asio;

asio::awaitable<nights> load_nights(sink::database& db, config::reconcile const& how,
                                    std::string const& partner, billing_day today) {
  auto job = [&](pqxx::work& transaction) { return load_nights(transaction, how, partner, today); };
  co_return co_await db.run(job);
}

asio::awaitable<run_report> load_report(sink::database& db, std::int64_t run_id, bool with_rows) {
  auto job = [&](pqxx::work& transaction) {
    run_report result;
    result.checks = summarize(transaction, run_id);
    result.breaks = open_breaks(transaction, run_id);
    if (with_rows) result.rows = results(transaction, run_id);
    return result;
  };
  co_return co_await db.run(job);
}

asio::awaitable<std::vector<check_summary>> load_summary(sink::database& db, std::int64_t run_id) {
  auto job = [&](pqxx::work& transaction) { return summarize(transaction, run_id); };
  co_return co_await db.run(job);
}

void accept_break(config::database const& where, std::int64_t id, std::string const& note,
                  std::string const& by) {
  auto const connection = sink::connect(where);
  try {
    pqxx::work transaction(*connection);
    accept_break(transaction, id, note, by);
    transaction.commit();
  } catch (pqxx::failure const&) {
    sink::rethrow_as_failure(std::current_exception());
  }
}

}  // namespace vobiz::reconcile

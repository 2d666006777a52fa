#include "stream_commit.hpp"

// The partner's customers, where the API has lists of one customer only.
namespace vobiz::sink {

namespace asio = boost::asio;
using std::chrono::milliseconds;

asio::awaitable<std::vector<customer_facts>> stream_store::load_customer_facts(
    std::chrono::seconds close_delay) {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_customer_facts(transaction, partner_, stream_.name, close_delay);
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::note_look(std::string const& id, milliseconds began,
                                              bool found) {
  auto job = [&](pqxx::work& transaction) {
    sink::note_look(transaction, partner_, stream_.name, id, began, found);
  };
  co_await commit(job);
}

asio::awaitable<std::vector<customer_upkeep>> stream_store::load_customer_upkeep(
    upkeep_due const& how) {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_customer_upkeep(transaction, partner_, stream_.name, how);
  };
  co_return co_await commit(job);
}

asio::awaitable<witness_facts> stream_store::load_witness(span const& days, day_basis by) {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_witness(transaction, stream_, partner_, days.first, days.last, by);
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::record_witness(witness_standing const& standing,
                                                   std::vector<witness_day> const& closed_days) {
  auto job = [&](pqxx::work& transaction) {
    sink::record_witness(transaction, stream_, partner_, standing, closed_days);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::note_open_agreement(milliseconds read) {
  auto job = [&](pqxx::work& transaction) {
    sink::note_open_agreement(transaction, partner_, stream_.name, read);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::note_open_search(bool goes_on) {
  auto job = [&](pqxx::work& transaction) {
    sink::note_open_search(transaction, partner_, stream_.name, goes_on);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::note_search(core::utc_day day) {
  auto job = [&](pqxx::work& transaction) {
    sink::note_search(transaction, partner_, stream_.name, day);
  };
  co_await commit(job);
}

asio::awaitable<std::vector<std::string>> stream_store::customers_to_search(core::utc_day day) {
  auto job = [&](pqxx::work& transaction) {
    return sink::customers_to_search(transaction, partner_, stream_.name, day);
  };
  co_return co_await commit(job);
}

asio::awaitable<bool> stream_store::is_vouched() {
  auto job = [&](pqxx::work& transaction) { return sink::is_vouched(transaction, partner_); };
  co_return co_await commit(job);
}

}  // namespace vobiz::sink

#include "vobiz/sink/lease_store.hpp"

#include <utility>

namespace vobiz::sink {

namespace asio = boost::asio;

namespace {

config::database one_connection(config::database where) {
  where.connections = 1;
  return where;
}

}  // namespace

lease_store::lease_store(asio::any_io_executor executor, config::database where, std::string holder)
    : db_(std::move(executor), one_connection(std::move(where))), holder_(std::move(holder)) {}

asio::awaitable<std::vector<lease_standing>> lease_store::take(
    std::vector<lease_key> const& wanted) {
  auto job = [&](pqxx::work& transaction) { return take_leases(transaction, holder_, wanted); };
  co_return co_await db_.run(job);
}

asio::awaitable<leases_taken> lease_store::take_all(std::vector<lease_key> const& wanted) {
  leases_taken result;
  // The exception takes back those that were taken.
  auto job = [&](pqxx::work& transaction) {
    result.standings = take_leases(transaction, holder_, wanted);
    for (auto const& standing : result.standings) {
      if (!standing.fence) throw held_by_another(standing.of, standing.holder);
    }
  };
  try {
    co_await db_.run(job);
  } catch (core::failure const& failure) {
    if (failure.kind() != core::failure_kind::lease_held) throw;
    result.held = failure;
  }
  co_return result;
}

asio::awaitable<void> lease_store::share(std::vector<lease_gift> const& gifts,
                                         std::vector<lease_key> const& claims) {
  auto job = [&](pqxx::work& transaction) {
    for (auto const& gift : gifts) hand_over(transaction, gift.lease, gift.to);
    if (!claims.empty()) claim_leases(transaction, holder_, claims);
  };
  co_await db_.run(job);
}

asio::awaitable<void> lease_store::release() {
  auto job = [&](pqxx::work& transaction) { release_leases(transaction, holder_); };
  co_await db_.run(job);
}

}  // namespace vobiz::sink

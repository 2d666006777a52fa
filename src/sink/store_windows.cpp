#include "stream_commit.hpp"
#include "vobiz/sink/customers.hpp"
#include "vobiz/sink/rollups.hpp"

// The stream's windows and its backfill queue.
namespace vobiz::sink {

namespace asio = boost::asio;

asio::awaitable<void> stream_store::ensure_windows(std::vector<std::string> const& scopes,
                                                   span const& days, core::utc_day open_from) {
  auto job = [&](pqxx::work& transaction) {
    for (auto const& scope : scopes) {
      sink::ensure_windows(transaction, partner_, stream_.name, scope, days.first, days.last,
                           open_from);
    }
  };
  co_await commit(job);
}

asio::awaitable<std::vector<window>> stream_store::load_windows(std::string const& scope,
                                                                span const& days) {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_windows(transaction, stream_, partner_, scope, days.first, days.last);
  };
  co_return co_await commit(job);
}

asio::awaitable<std::vector<window>> stream_store::ensure_and_load_windows(std::string const& scope,
                                                                           span const& days) {
  auto job = [&](pqxx::work& transaction) {
    sink::ensure_windows(transaction, partner_, stream_.name, scope, days.first, days.last,
                         days.first);
    return sink::load_windows(transaction, stream_, partner_, scope, days.first, days.last);
  };
  co_return co_await commit(job);
}

asio::awaitable<window> stream_store::load_snapshot(window_key const& today) {
  auto job = [&](pqxx::work& transaction) {
    window result;
    result.key = today;
    auto found =
        sink::load_windows(transaction, stream_, partner_, today.scope, today.day, today.day);
    if (!found.empty()) result = std::move(found.front());
    // Rows live longer than the window of the day they were read on.
    result.stored = recount(transaction, stream_, result.key);
    return result;
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::touch_window(window_key const& key) {
  auto job = [&](pqxx::work& transaction) { touch(transaction, key); };
  co_await commit(job);
}

asio::awaitable<void> stream_store::conclude_window(window_key const& key,
                                                    conclusion const& outcome) {
  auto job = [&](pqxx::work& transaction) { conclude(transaction, stream_, key, outcome); };
  co_await commit(job);
}

asio::awaitable<void> stream_store::reopen_days(window_key const& scope,
                                                std::vector<core::utc_day> const& days,
                                                core::utc_day first_day) {
  auto job = [&](pqxx::work& transaction) {
    reopen(transaction, stream_, scope, days);
    update_cursor(transaction, scope.partner, scope.stream, first_day, scope.scope != global_scope);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::close_global(window_key const& today,
                                                 std::string const& error) {
  auto job = [&](pqxx::work& transaction) { sink::close_global(transaction, today, error); };
  co_await commit(job);
}

asio::awaitable<void> stream_store::drop_stand_ins() {
  auto job = [&](pqxx::work& transaction) {
    sink::drop_stand_ins(transaction, partner_, stream_.name);
  };
  co_await commit(job);
}

asio::awaitable<std::vector<window>> stream_store::load_queue() {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_queue(transaction, stream_, partner_);
  };
  co_return co_await commit(job);
}

asio::awaitable<std::optional<window>> stream_store::next_in_queue(
    std::vector<core::utc_day> const& away_from) {
  auto job = [&](pqxx::work& transaction) {
    return sink::next_in_queue(transaction, stream_, partner_, away_from);
  };
  co_return co_await commit(job);
}

asio::awaitable<std::int64_t> stream_store::queue_length() {
  auto job = [&](pqxx::work& transaction) {
    return sink::queue_length(transaction, partner_, stream_.name);
  };
  co_return co_await commit(job);
}

asio::awaitable<queue_state> stream_store::load_queue_state() {
  auto job = [&](pqxx::work& transaction) {
    queue_state result;
    result.length = sink::queue_length(transaction, partner_, stream_.name);
    result.has_settled_day = has_settled_day(transaction, partner_);
    return result;
  };
  co_return co_await commit(job);
}

asio::awaitable<std::int64_t> stream_store::enqueue(queue_request const& request) {
  auto job = [&](pqxx::work& transaction) {
    std::vector<std::string> scopes{request.account};
    if (request.account.empty()) {
      scopes = request.per_account ? customer_ids(transaction, partner_)
                                   : std::vector<std::string>{std::string(global_scope)};
    }
    for (auto const& scope : scopes) {
      sink::enqueue(transaction, partner_, stream_.name, scope, request.days.first,
                    request.days.last);
    }
    if (request.partitions) {
      ensure_partitions(transaction, request.partitions->first, request.partitions->last);
    }
    return sink::queue_length(transaction, partner_, stream_.name);
  };
  co_return co_await commit(job);
}

asio::awaitable<std::vector<std::string>> stream_store::load_accounts(bool without_wallet) {
  auto job = [&](pqxx::work& transaction) {
    return without_wallet ? customers_without_wallet(transaction, partner_)
                          : customer_ids(transaction, partner_);
  };
  co_return co_await commit(job);
}

asio::awaitable<bool> stream_store::was_read(std::string_view stream) {
  auto job = [&](pqxx::work& transaction) { return sink::was_read(transaction, partner_, stream); };
  co_return co_await commit(job);
}

asio::awaitable<stream_standing> stream_store::standing_of(std::string_view stream) {
  auto job = [&](pqxx::work& transaction) {
    return sink::standing_of(transaction, partner_, stream);
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::write_window(
    window_key const& key, std::function<void(window_transaction&)> const& job) {
  auto write = [&](pqxx::work& transaction) {
    window_transaction window(transaction, stream_, key);
    job(window);
  };
  co_await commit(write);
}

}  // namespace vobiz::sink

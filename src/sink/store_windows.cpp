#include "stream_commit.hpp"
#include "vobiz/sink/cursor.hpp"
#include "vobiz/sink/customers.hpp"

// The stream's windows.
namespace vobiz::sink {

namespace asio = boost::asio;

void stream_store::move_cursor(pqxx::work& transaction) {
  if (!stream_.day_column.empty()) update_cursor(transaction, partner_, stream_.name);
}

std::int64_t stream_store::make_windows(pqxx::work& transaction,
                                        std::vector<std::string> const& scopes, span const& days,
                                        core::utc_day open_from) {
  std::int64_t made = 0;
  for (auto const& scope : scopes) {
    made += sink::ensure_windows(transaction, partner_, stream_.name, scope, days.first, days.last,
                                 open_from);
  }
  // The cursor must not stay ahead of windows that were not there.
  if (made > 0) move_cursor(transaction);
  return made;
}

asio::awaitable<void> stream_store::ensure_windows(std::vector<std::string> const& scopes,
                                                   span const& days, core::utc_day open_from) {
  auto job = [&](pqxx::work& transaction) { make_windows(transaction, scopes, days, open_from); };
  co_await commit(job);
}

asio::awaitable<std::vector<window>> stream_store::load_due_windows(std::string const& scope,
                                                                    span const& days,
                                                                    core::utc_day proven_from) {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_due_windows(transaction, stream_, partner_, scope, days.first, days.last,
                                  proven_from);
  };
  co_return co_await commit(job);
}

asio::awaitable<std::vector<window>> stream_store::ensure_and_load_windows(std::string const& scope,
                                                                           span const& days) {
  auto job = [&](pqxx::work& transaction) {
    make_windows(transaction, {scope}, days, days.first);
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
  auto job = [&](pqxx::work& transaction) {
    if (conclude(transaction, stream_, key, outcome)) move_cursor(transaction);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::reopen_days(window_key const& scope,
                                                std::vector<core::utc_day> const& days) {
  auto job = [&](pqxx::work& transaction) {
    if (reopen(transaction, stream_, scope, days) > 0) move_cursor(transaction);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::record_failed_read(window_key const& key,
                                                       std::string const& error, bool is_refused) {
  auto job = [&](pqxx::work& transaction) {
    sink::record_failed_read(transaction, key, error, is_refused);
  };
  co_await commit(job);
}

asio::awaitable<std::vector<core::utc_day>> stream_store::proven_days(std::string const& scope,
                                                                      std::int64_t most) {
  auto job = [&](pqxx::work& transaction) {
    return sink::proven_days(transaction, partner_, stream_.name, scope, most);
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

asio::awaitable<void> stream_store::drop_unread_windows() {
  auto job = [&](pqxx::work& transaction) {
    sink::drop_unread_windows(transaction, partner_, stream_.name);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::write_window(
    window_key const& key, std::function<void(window_transaction&)> const& job) {
  auto write = [&](pqxx::work& transaction) {
    window_transaction window(transaction, stream_, key);
    job(window);
    window.finish();
  };
  co_await commit(write);
}

}  // namespace vobiz::sink

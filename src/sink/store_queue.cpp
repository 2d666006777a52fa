#include "stream_commit.hpp"
#include "vobiz/sink/customer_looks.hpp"
#include "vobiz/sink/customers.hpp"
#include "vobiz/sink/rollups.hpp"
#include "vobiz/sink/stand_ins.hpp"

// The stream's backfill queue, and lists that are refused.
namespace vobiz::sink {

namespace asio = boost::asio;

asio::awaitable<std::vector<refusal>> stream_store::load_refusals() {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_refusals(transaction, partner_, stream_.name);
  };
  co_return co_await commit(job);
}

asio::awaitable<refusal> stream_store::record_refusal(window_key const& key,
                                                      std::string const& error, bool final) {
  auto job = [&](pqxx::work& transaction) {
    bool const has_days = !stream_.day_column.empty();
    if (final && has_days && give_up_customer(transaction, key, error) > 0)
      move_cursor(transaction);
    return sink::record_refusal(transaction, key, error);
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::end_refusal(std::string const& scope, core::utc_day open_from) {
  auto job = [&](pqxx::work& transaction) {
    bool const fell_back = sink::end_refusal(transaction, partner_, stream_.name, scope);
    if (!fell_back || stream_.day_column.empty()) return;
    recall_global(transaction, partner_, stream_.name, open_from);
    move_cursor(transaction);
  };
  co_await commit(job);
}

asio::awaitable<void> stream_store::fall_back(window_key const& today, core::utc_day open_from,
                                              std::string const& error) {
  auto job = [&](pqxx::work& transaction) {
    sink::fall_back(transaction, today, open_from, error);
    move_cursor(transaction);
  };
  co_await commit(job);
}

asio::awaitable<bool> stream_store::expand_queued(window_key const& key, std::string const& error) {
  auto job = [&](pqxx::work& transaction) {
    bool const expanded = sink::expand_queued(transaction, key, error);
    if (expanded) move_cursor(transaction);
    return expanded;
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::leave_customers() {
  auto job = [&](pqxx::work& transaction) {
    bool const has_days = !stream_.day_column.empty();
    if (has_days && drop_stand_ins(transaction, partner_, stream_.name) > 0)
      move_cursor(transaction);
    forget_looks(transaction, partner_, stream_.name);
  };
  co_await commit(job);
}

asio::awaitable<std::vector<std::string>> stream_store::prepare_customers(span const& days,
                                                                          core::utc_day open_from) {
  auto job = [&](pqxx::work& transaction) {
    auto const& name = stream_.name;
    auto changed = set_global_aside(transaction, partner_, name);
    changed += recall_customers(transaction, partner_, name);
    // All of them before the first is read: the cursor must not run ahead of customers still
    // without windows.
    auto const made = ensure_customer_windows(transaction, partner_, name, days, open_from);
    if (changed + made > 0) move_cursor(transaction);
    return departed_customers(transaction, partner_, name, days.first);
  };
  co_return co_await commit(job);
}

asio::awaitable<std::vector<window>> stream_store::load_queue(
    std::optional<queue_place> const& after, std::int64_t most) {
  auto job = [&](pqxx::work& transaction) {
    return sink::load_queue(transaction, stream_, partner_, after, most);
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

asio::awaitable<std::int64_t> stream_store::count_readable(std::int64_t most) {
  auto job = [&](pqxx::work& transaction) {
    return sink::count_readable(transaction, partner_, stream_.name, most);
  };
  co_return co_await commit(job);
}

asio::awaitable<std::int64_t> stream_store::count_untried() {
  auto job = [&](pqxx::work& transaction) {
    return sink::count_untried(transaction, partner_, stream_.name);
  };
  co_return co_await commit(job);
}

asio::awaitable<queue_state> stream_store::load_queue_state() {
  auto job = [&](pqxx::work& transaction) {
    queue_state result;
    result.is_read = sink::count_readable(transaction, partner_, stream_.name, 1) == 0;
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
    move_cursor(transaction);
    if (request.partitions) {
      ensure_partitions(transaction, request.partitions->first, request.partitions->last);
    }
    return sink::count_untried(transaction, partner_, stream_.name);
  };
  co_return co_await commit(job);
}

}  // namespace vobiz::sink

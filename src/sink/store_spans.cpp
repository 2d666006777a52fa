#include "stream_commit.hpp"
#include "vobiz/sink/rejects.hpp"

// Spans longer than a day.
namespace vobiz::sink {

namespace asio = boost::asio;

asio::awaitable<std::vector<span>> stream_store::spans_due(window_key const& scope,
                                                           spans_wanted const& wanted) {
  auto job = [&](pqxx::work& transaction) {
    auto due = spans_to_check(transaction, scope, wanted.months, std::nullopt, wanted.anyway);
    if (!wanted.audit) return due;
    std::vector<span> const audit{extended_audit(transaction, scope, *wanted.audit)};
    for (auto const& days :
         spans_to_check(transaction, scope, audit, wanted.audit_again, wanted.anyway)) {
      due.push_back(days);
    }
    return due;
  };
  co_return co_await commit(job);
}

asio::awaitable<bool> stream_store::is_span_proven(window_key const& scope, span const& days) {
  auto job = [&](pqxx::work& transaction) { return is_proven(transaction, scope, days); };
  co_return co_await commit(job);
}

asio::awaitable<std::int64_t> stream_store::repeats_in(window_key const& scope, span const& days) {
  auto job = [&](pqxx::work& transaction) { return sink::repeats_in(transaction, scope, days); };
  co_return co_await commit(job);
}

asio::awaitable<std::optional<figures>> stream_store::figures_of_span(window_key const& scope,
                                                                      span const& days,
                                                                      span_figures which) {
  auto job = [&](pqxx::work& transaction) {
    return sink::figures_of_span(transaction, stream_, scope, days, which);
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::record_span(window_key const& scope,
                                                span_check_result const& result) {
  auto job = [&](pqxx::work& transaction) { sink::record_span(transaction, scope, result); };
  co_await commit(job);
}

asio::awaitable<std::optional<std::string>> stream_store::confirm_difference(
    window_key const& scope, span const& days, std::optional<std::int64_t> api_total,
    std::int64_t stored) {
  auto job = [&](pqxx::work& transaction) {
    return sink::confirm_difference(transaction, scope, days, api_total, stored);
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::forget_spans(std::vector<std::string> const& scopes,
                                                 core::utc_day first_day) {
  auto job = [&](pqxx::work& transaction) {
    sink::forget_spans(transaction, partner_, stream_.name, scopes, first_day);
  };
  co_await commit(job);
}

asio::awaitable<std::optional<std::string>> stream_store::span_difference() {
  auto job = [&](pqxx::work& transaction) {
    return sink::span_difference(transaction, partner_, stream_.name);
  };
  co_return co_await commit(job);
}

asio::awaitable<merge_counts> stream_store::store_span_rows(
    window_key const& from, std::vector<decode::page const*> const& pages) {
  auto job = [&](pqxx::work& transaction) {
    merge_target target;
    target.partner = partner_;
    target.found_by = "span";
    merge_result all;
    for (auto const* page : pages) {
      auto rejects = page->rejects;
      auto const merged = merge_isolated(transaction, stream_, target, page->rows, rejects);
      all.counts += merged.counts;
      all.touched.add(merged.touched);
      record_rejects(transaction, from, rejects);
    }
    roll_up(transaction, stream_, all.touched);
    return all.counts;
  };
  co_return co_await commit(job);
}

asio::awaitable<std::int64_t> stream_store::mark_found_removed(window_key const& from,
                                                               was_walked const& met) {
  auto job = [&](pqxx::work& transaction) {
    auto const marked = sink::mark_found_removed(transaction, stream_, from, met);
    roll_up(transaction, stream_, marked.touched);
    return marked.rows;
  };
  co_return co_await commit(job);
}

}  // namespace vobiz::sink

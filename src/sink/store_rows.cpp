#include "stream_commit.hpp"
#include "vobiz/sink/cursor.hpp"
#include "vobiz/sink/refusals.hpp"
#include "vobiz/sink/rejects.hpp"

// Rows that do not come as pages of a window's list.
namespace vobiz::sink {

namespace asio = boost::asio;

namespace {

// Stores one answer of a document or a balance.
stored_pages store_page(pqxx::work& transaction, streams::stream const& stream,
                        window_key const& key, std::optional<core::utc_day> day,
                        decode::page& page) {
  stored_pages result;
  merge_target const target{key.partner, day};
  auto const merged = merge_with_feeds(transaction, stream, target, page.rows, page.rejects);
  roll_up(transaction, stream, merged.touched);
  result.rows = merged.counts;
  result.rejected = record_rejects(transaction, key, page.rejects);
  record_unknown_fields(transaction, key.partner, stream.name, page.unknown);
  return result;
}

// Stores the row, or returns why it cannot be.
std::optional<std::string> store_repair(pqxx::work& transaction, streams::stream const& stream,
                                        merge_target const& target, repair_answer const& answer,
                                        merge_result& all) {
  if (answer.page == nullptr) return answer.error;
  auto& page = *answer.page;
  if (page.rows.size() == 0) {
    return page.rejects.empty() ? "an answer without the row" : page.rejects.front().reason;
  }
  auto const before = page.rejects.size();
  auto const merged = merge_with_feeds(transaction, stream, target, page.rows, page.rejects);
  all.counts += merged.counts;
  all.touched.add(merged.touched);
  if (!merged.refused.empty()) return page.rejects[before].reason;
  return std::nullopt;
}

}  // namespace

asio::awaitable<stored_pages> stream_store::store_document(window_key const& key,
                                                           decode::page& page) {
  auto job = [&](pqxx::work& transaction) {
    auto const day = stream_.day_column.empty() ? std::nullopt : std::optional(key.day);
    auto const result = store_page(transaction, stream_, key, day, page);
    resolve_rejects(transaction, key, page.rejects);
    return result;
  };
  co_return co_await commit(job);
}

asio::awaitable<stored_pages> stream_store::store_day(window_key const& key, decode::page& page,
                                                      conclusion const& outcome) {
  auto job = [&](pqxx::work& transaction) {
    auto const day = stream_.day_column.empty() ? std::nullopt : std::optional(key.day);
    auto const result = store_page(transaction, stream_, key, day, page);
    resolve_rejects(transaction, key, page.rejects);
    bool const moves_cursor = conclude(transaction, stream_, key, outcome);
    recount(transaction, stream_, key);
    if (moves_cursor) update_cursor(transaction, key.partner, stream_.name);
    return result;
  };
  co_return co_await commit(job);
}

asio::awaitable<stored_pages> stream_store::store_balances(
    std::vector<account_page> const& answers) {
  auto job = [&](pqxx::work& transaction) {
    stored_pages all;
    for (auto const& [key, page] : answers) {
      auto const one = store_page(transaction, stream_, key, std::nullopt, *page);
      all.rows += one.rows;
      all.rejected += one.rejected;
    }
    return all;
  };
  co_return co_await commit(job);
}

asio::awaitable<std::vector<missing_row>> stream_store::find_missing(core::utc_day since,
                                                                     std::int64_t most,
                                                                     bool anyway) {
  auto job = [&](pqxx::work& transaction) {
    auto const look = begin_repair(transaction, partner_, stream_.name, since, anyway);
    if (!look) return std::vector<missing_row>();
    note_missing_rows(transaction, stream_, partner_, *look);
    return missing_rows(transaction, stream_, partner_, most);
  };
  co_return co_await commit(job);
}

asio::awaitable<merge_counts> stream_store::store_repairs(
    std::vector<repair_answer> const& answers) {
  auto job = [&](pqxx::work& transaction) {
    merge_target target;
    target.partner = partner_;
    // A table without days does not tell how a row was found.
    if (!stream_.day_column.empty()) target.found_by = "id";
    merge_result all;
    for (auto const& answer : answers) {
      auto const error = store_repair(transaction, stream_, target, answer, all);
      record_repair(transaction, partner_, stream_.repair->kind, answer.row, error);
    }
    roll_up(transaction, stream_, all.touched);
    return all.counts;
  };
  co_return co_await commit(job);
}

asio::awaitable<window_difference> stream_store::compare_window(window_key const& key,
                                                                decode::row_batch const& rows,
                                                                was_walked const& met) {
  auto job = [&](pqxx::work& transaction) {
    merge_target target;
    target.partner = key.partner;
    target.day = key.day;
    window_difference result;
    result.rows = compare(transaction, stream_, target, rows);
    result.vanished = vanished(transaction, stream_, key, met);
    result.stored = count_stored(transaction, stream_, key);
    return result;
  };
  co_return co_await commit(job);
}

}  // namespace vobiz::sink

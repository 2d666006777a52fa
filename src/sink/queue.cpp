#include "vobiz/sink/queue.hpp"

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_rows.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

// A statement about the queue, as the index windows_waiting has it.
query queue_query(std::string const& columns, std::string const& partner, std::string_view stream,
                  std::string_view more) {
  query result(
      "SELECT {columns} FROM vobiz_sync.windows w\n"
      "WHERE (w.partner_id, w.stream) = (:partner, :stream) AND {is_queued}{more}");
  result.with("columns", columns).with("is_queued", is_queued).with("more", more);
  result.set("partner", partner).set("stream", stream);
  return result;
}

constexpr char const* in_order = "\nORDER BY w.day DESC, w.scope LIMIT :most::bigint";

constexpr char const* may_be_read =
    "\n  AND (w.next_try_at IS NULL OR w.next_try_at <= now()) AND NOT ({list_is_refused})";

}  // namespace

std::vector<window> load_queue(pqxx::transaction_base& transaction, streams::stream const& stream,
                               std::string const& partner, std::optional<queue_place> const& after,
                               std::int64_t most) {
  std::string const behind =
      after ? "\n  AND w.day <= :day::date AND (w.day < :day::date OR w.scope > :scope)" : "";
  auto sql = queue_query(window_columns(stream), partner, stream.name, behind + in_order);
  sql.set("most", most);
  if (after) sql.set("day", after->day).set("scope", after->scope);
  std::vector<window> result;
  for (auto const& row : execute(transaction, sql)) {
    result.push_back(window_from(row, stream, partner));
  }
  return result;
}

std::optional<window> next_in_queue(pqxx::transaction_base& transaction,
                                    streams::stream const& stream, std::string const& partner,
                                    std::vector<core::utc_day> const& away_from) {
  array_literal days;
  for (auto const day : away_from) days.add(core::to_text(day));
  auto const where = std::string(may_be_read) + R"(
  AND NOT EXISTS (SELECT FROM unnest(:away_from::date[]) AS d WHERE w.day BETWEEN d - 1 AND d + 1))" +
                     in_order;
  auto sql = queue_query(window_columns(stream), partner, stream.name, where);
  sql.with("list_is_refused", list_is_refused)
      .set("away_from", days.take())
      .set("most", std::int64_t(1));
  auto const rows = execute(transaction, sql);
  if (rows.empty()) return std::nullopt;
  return window_from(rows[0], stream, partner);
}

std::int64_t count_readable(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream, std::int64_t most) {
  auto const where = std::string(may_be_read) + in_order;
  auto sql = queue_query("1", partner, stream, where);
  sql.with("list_is_refused", list_is_refused).set("most", most);
  return static_cast<std::int64_t>(execute(transaction, sql).size());
}

std::int64_t count_untried(pqxx::transaction_base& transaction, std::string const& partner,
                           std::string_view stream) {
  auto const sql = queue_query("count(*)", partner, stream, "\n  AND w.next_try_at IS NULL");
  return execute(transaction, sql)[0][0].as<std::int64_t>();
}

std::int64_t enqueue(pqxx::transaction_base& transaction, std::string const& partner,
                     std::string_view stream, std::string const& scope, core::utc_day first,
                     core::utc_day last) {
  ensure_windows(transaction, partner, stream, scope, first, last, last + std::chrono::days(1));
  query sql(
      "UPDATE vobiz_sync.windows SET queued_at = coalesce(queued_at, now()), next_try_at = NULL\n"
      "WHERE (partner_id, stream, scope) = (:partner, :stream, :scope)\n"
      "  AND day BETWEEN :first::date AND :last::date RETURNING 1");
  sql.set("partner", partner).set("stream", stream).set("scope", scope);
  sql.set("first", first).set("last", last);
  return static_cast<std::int64_t>(execute(transaction, sql).size());
}

}  // namespace vobiz::sink

#include "vobiz/sink/rollups.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

std::string adopt_settings(pqxx::connection& connection, std::string const& timezone,
                           std::chrono::seconds settle) try {
  pqxx::work transaction(connection);
  set_own_to_write(transaction);
  // The function writes only what differs, so it does not show a stand-by.
  auto const read_only =
      execute(transaction, "SELECT current_setting('transaction_read_only')::boolean");
  if (read_only[0][0].as<bool>()) {
    throw core::failure(core::failure_kind::failed, core::remedy::retry,
                        "the database takes no writes: it is a stand-by or was made read-only",
                        "point database.dsn at the primary, or name all servers in it with "
                        "target_session_attrs=read-write");
  }
  arguments values;
  values.add(timezone).add(std::int64_t(settle.count()));
  std::string const zone =
      execute(transaction, "SELECT vobiz_sync.adopt_settings($1, $2::bigint * interval '1 second')",
              values)[0][0]
          .c_str();
  transaction.commit();
  return zone;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

bool store_marked_day(pqxx::transaction_base& transaction, std::string const& partner) {
  arguments values;
  values.add(partner);
  return !execute(transaction,
                  "SELECT day, vobiz_sync.keep_hours($1, day) FROM vobiz_sync.store_marked_day($1) "
                  "AS day",
                  values)[0][0]
              .is_null();
}

bool has_settled_day(pqxx::transaction_base& transaction, std::string const& partner) {
  array_literal names;
  for (auto const& stream : streams::all()) names.add(stream.name);
  arguments values;
  values.add(partner).add_text(names.take());
  // Which marks store_marked_day() serves; a billing day is made of its own UTC day and of its
  // neighbours. The newest queued day of each stream is the first one in its index.
  return execute(transaction,
                 fmt::format(R"(
SELECT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
  WHERE m.partner_id = $1 AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()))
    AND m.day > (SELECT max(q.day) + 1 FROM unnest($2::text[]) AS s(stream) CROSS JOIN LATERAL (
      SELECT w.day FROM vobiz_sync.windows w
      WHERE w.partner_id = $1 AND w.stream = s.stream AND {}
        AND (w.next_try_at IS NULL OR w.next_try_at <= now())
      ORDER BY w.day DESC LIMIT 1) q)))",
                             is_queued),
                 values)[0][0]
      .as<bool>();
}

std::int64_t rebuild_rollups(pqxx::connection& connection, std::string const& timezone) try {
  pqxx::work transaction(connection);
  set_own_to_write(transaction);
  arguments values;
  values.add(timezone);
  // What is kept by hours does not depend on the zone, but here everything is made anew from the
  // rows.
  transaction.exec("DELETE FROM vobiz_sync.concurrency_hours");
  auto const rows = execute(transaction, "SELECT vobiz_sync.rebuild_rollups($1)", values)[0][0]
                        .as<std::int64_t>();
  transaction.commit();
  return rows;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

rebuilt_days rebuild_days(pqxx::connection& connection, std::string const& first,
                          std::string const& last) try {
  pqxx::work transaction(connection);
  set_own_to_write(transaction);
  arguments values;
  values.add(first).add(last);
  auto const row = execute(transaction,
                           "SELECT vobiz_sync.rebuild_days($1::date, $2::date) AS differing,\n"
                           "  (SELECT timezone FROM vobiz.settings) AS timezone",
                           values)[0];
  rebuilt_days const result{row["timezone"].c_str(), row["differing"].as<std::int64_t>()};
  transaction.commit();
  return result;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

}  // namespace vobiz::sink

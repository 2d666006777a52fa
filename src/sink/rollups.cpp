#include "vobiz/sink/rollups.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

std::string adopt_settings(pqxx::connection& connection, std::string const& timezone,
                           std::chrono::seconds settle) try {
  pqxx::work transaction(connection);
  set_own(transaction);
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
  arguments values;
  values.add(partner);
  // Which marks store_marked_day() serves; a billing day is made of its own UTC day and of its
  // neighbours.
  return execute(transaction,
                 fmt::format(R"(
SELECT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
  WHERE m.partner_id = $1 AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()))
    AND m.day > (SELECT max(w.day) + 1 FROM vobiz_sync.windows w
      WHERE w.partner_id = $1 AND {})))",
                             is_queued),
                 values)[0][0]
      .as<bool>();
}

std::int64_t rebuild_rollups(pqxx::connection& connection, std::string const& timezone) try {
  pqxx::work transaction(connection);
  set_own(transaction);
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

}  // namespace vobiz::sink

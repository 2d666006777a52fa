#include "history_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

constexpr char const* history_text = R"(WITH {incoming},
joined AS MATERIALIZED (SELECT {values} FROM incoming i),
inserted AS (
INSERT INTO {table} (partner_id, captured_at, {columns})
SELECT :partner, now(), {new_values}
FROM joined j LEFT JOIN LATERAL (SELECT * FROM {table} s WHERE s.partner_id = :partner{same_key}
  ORDER BY s.captured_at DESC LIMIT 1) s ON true
WHERE s.captured_at IS NULL OR ROW({mine}) IS DISTINCT FROM ROW({latest})
RETURNING 1)
SELECT (SELECT count(*) FROM inserted) AS inserted, 0 AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days)";

}  // namespace

std::string history_sql(streams::stream const& stream, batch_fields const& fields) {
  return query(history_text)
      .with("incoming", fields.incoming())
      .with("values", join(fields.all, ", ", as_column))
      .with("table", table(stream))
      .with("columns", join(fields.all, ", ", name_only))
      .with("new_values", join(fields.all, ", ", [](auto const& f) { return "j." + f.name; }))
      .with("same_key",
            join(fields.keys, "",
                 [](auto const& f) { return fmt::format(" AND s.{0} = j.{0}", f.name); }))
      .with("mine", join(fields.all, ", ", telling("j")))
      .with("latest", join(fields.all, ", ", telling("s")))
      .text();
}

}  // namespace vobiz::sink

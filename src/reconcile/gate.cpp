#include "gate.hpp"

#include <algorithm>

#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace {

constexpr char const* statement = R"(
WITH bounds AS MATERIALIZED (
  SELECT $2::date::timestamp AT TIME ZONE $3 AS from_at, ($2::date + 1)::timestamp AT TIME ZONE $3 AS to_at),
inputs AS (
  SELECT unnest($5::text[]) AS stream, unnest($6::boolean[]) AS has_days),
reported AS (
  SELECT 0 AS place, NULL::date AS day, NULL::timestamptz AS oldest, NULL::timestamptz AS newest,
    CASE WHEN now() < to_at + $4::bigint * interval '1 second' THEN 'the day is judged from '
      || to_char((to_at + $4::bigint * interval '1 second') AT TIME ZONE $3, 'YYYY-MM-DD HH24:MI') || ' on' END AS missing
  FROM bounds
  UNION ALL
  SELECT 0, NULL, NULL, NULL, 'the calls of this day have been dropped by retention'
  FROM bounds WHERE $7::boolean AND from_at < vobiz_sync.calls_kept_from()
  UNION ALL
  SELECT 1, p.day, p.oldest, p.newest, p.missing
  FROM bounds b JOIN inputs i ON i.has_days
  CROSS JOIN LATERAL vobiz_sync.day_proofs($1, i.stream, (b.from_at AT TIME ZONE 'UTC')::date,
    ((b.to_at - interval '1 microsecond') AT TIME ZONE 'UTC')::date) p
  UNION ALL
  SELECT 2, NULL, NULL, NULL, CASE WHEN s.last_success_at >= b.to_at THEN NULL
    ELSE i.stream || ' have not been read since the day ended' END
  FROM bounds b JOIN inputs i ON NOT i.has_days
  LEFT JOIN vobiz_sync.streams s ON (s.partner_id, s.stream) = ($1, i.stream))
SELECT (SELECT missing FROM reported WHERE missing IS NOT NULL ORDER BY place, day, missing LIMIT 1),
  from_at, to_at, (SELECT min(oldest) FROM reported), (SELECT max(newest) FROM reported)
FROM bounds)";

}  // namespace

gate check_inputs(pqxx::transaction_base& transaction, config::reconcile const& how,
                  std::string const& partner, billing_day day, check const& of) {
  std::string names;
  std::string have_days;
  for (auto const* input : of.inputs) {
    names += (names.empty() ? "" : ",") + std::string(input->name);
    have_days +=
        std::string(have_days.empty() ? "" : ",") + (input->day_column.empty() ? "f" : "t");
  }
  std::chrono::seconds const settle = std::max<std::chrono::seconds>(how.settle, of.wait);
  sink::arguments values;
  values.add(partner).add(to_text(day)).add(how.timezone).add(std::int64_t(settle.count()));
  values.add("{" + names + "}").add("{" + have_days + "}");
  values.add_bool(
      std::ranges::any_of(of.inputs, [](auto const* input) { return input->may_expire; }));
  auto const row = sink::execute(transaction, statement, values)[0];
  return {sink::text_of(row[0]), row[1].c_str(), row[2].c_str(), sink::text_of(row[3]),
          sink::text_of(row[4])};
}

}  // namespace vobiz::reconcile

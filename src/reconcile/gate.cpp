#include "gate.hpp"

#include <algorithm>
#include <string_view>

#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace {

// A row for each check: in their order. The streams of all checks are looked at once.
constexpr char const* statement = R"(
WITH bounds AS MATERIALIZED (
  SELECT $2::date::timestamp AT TIME ZONE $3 AS from_at, ($2::date + 1)::timestamp AT TIME ZONE $3 AS to_at),
checks AS MATERIALIZED (
  SELECT c.number, to_at + c.seconds * interval '1 second' AS judged_from, c.may_expire
  FROM bounds CROSS JOIN unnest($4::bigint[], $5::boolean[]) WITH ORDINALITY c (seconds, may_expire, number)),
inputs AS MATERIALIZED (
  SELECT * FROM unnest($6::bigint[], $7::text[], $8::boolean[]) i (number, stream, has_days)),
proofs AS MATERIALIZED (
  SELECT i.stream, p.*
  FROM bounds b CROSS JOIN (SELECT DISTINCT stream FROM inputs WHERE has_days) i
  CROSS JOIN LATERAL vobiz_sync.day_proofs($1, i.stream, (b.from_at AT TIME ZONE 'UTC')::date,
    ((b.to_at - interval '1 microsecond') AT TIME ZONE 'UTC')::date) p),
reported AS MATERIALIZED (
  SELECT c.number, 0 AS place, NULL::date AS day, NULL::timestamptz AS oldest, NULL::timestamptz AS newest,
    'the day is judged from ' || to_char(c.judged_from AT TIME ZONE $3, 'YYYY-MM-DD HH24:MI') || ' on' AS missing
  FROM checks c WHERE now() < c.judged_from
  UNION ALL
  SELECT c.number, 0, NULL, NULL, NULL, 'the calls of this day have been dropped by retention'
  FROM bounds CROSS JOIN checks c WHERE c.may_expire AND from_at < vobiz_sync.calls_kept_from()
  UNION ALL
  SELECT i.number, 1, p.day, p.oldest, p.newest, p.missing FROM inputs i JOIN proofs p USING (stream)
  UNION ALL
  SELECT i.number, 2, NULL, NULL, NULL, i.stream || ' have not been read since the day ended'
  FROM bounds b CROSS JOIN inputs i
  LEFT JOIN vobiz_sync.streams s ON (s.partner_id, s.stream) = ($1, i.stream)
  WHERE NOT i.has_days AND (s.last_success_at >= b.to_at) IS NOT TRUE)
SELECT (SELECT missing FROM reported r WHERE r.number = c.number AND missing IS NOT NULL
    ORDER BY place, day, missing LIMIT 1),
  from_at, to_at, (SELECT min(oldest) FROM reported r WHERE r.number = c.number),
  (SELECT max(newest) FROM reported r WHERE r.number = c.number)
FROM bounds CROSS JOIN checks c ORDER BY c.number)";

// The elements of an array of PostgreSQL.
class array_text {
public:
  void add(std::string_view element) {
    if (text_.size() > 1) text_ += ',';
    text_ += element;
  }
  std::string str() const { return text_ + '}'; }

private:
  std::string text_ = "{";
};

}  // namespace

std::vector<gate> check_inputs(pqxx::transaction_base& transaction, config::reconcile const& how,
                               std::string const& partner, billing_day day,
                               std::span<check const> checks) {
  array_text settles;
  array_text may_expire;
  array_text numbers;
  array_text names;
  array_text have_days;
  for (std::size_t at = 0; at < checks.size(); ++at) {
    auto const& inputs = checks[at].inputs;
    std::chrono::seconds const settle = std::max<std::chrono::seconds>(how.settle, checks[at].wait);
    settles.add(std::to_string(settle.count()));
    may_expire.add(std::ranges::any_of(inputs, &streams::stream::may_expire) ? "t" : "f");
    for (auto const* input : inputs) {
      numbers.add(std::to_string(at + 1));
      names.add(input->name);
      have_days.add(input->day_column.empty() ? "f" : "t");
    }
  }
  sink::arguments values;
  values.add(partner).add(to_text(day)).add(how.timezone).add(settles.str()).add(may_expire.str());
  values.add(numbers.str()).add(names.str()).add(have_days.str());
  std::vector<gate> gates;
  for (auto const& row : sink::execute(transaction, statement, values)) {
    gates.push_back({sink::text_of(row[0]), row[1].c_str(), row[2].c_str(), sink::text_of(row[3]),
                     sink::text_of(row[4])});
  }
  return gates;
}

gate check_inputs(pqxx::transaction_base& transaction, config::reconcile const& how,
                  std::string const& partner, billing_day day, check const& of) {
  return check_inputs(transaction, how, partner, day, std::span(&of, 1)).front();
}

}  // namespace vobiz::reconcile

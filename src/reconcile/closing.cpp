#include "vobiz/reconcile/closing.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "own_transaction.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace {

namespace json = boost::json;

sink::query about(char const* sql, std::string const& partner, std::string const& month) {
  sink::query result(sql);
  result.set("partner", partner).set("month", month);
  return result;
}

std::vector<note_sum> sums(pqxx::transaction_base& transaction, sink::query const& sql) {
  std::vector<note_sum> result;
  for (auto const& row : sink::execute(transaction, sql)) {
    result.push_back(
        {row["currency"].c_str(), row["notes"].as<std::int64_t>(), row["amount"].c_str()});
  }
  return result;
}

std::string facts_json(closing_facts const& found) {
  json::array not_judged;
  for (auto const& one : found.not_judged) {
    not_judged.push_back(
        json::object{{"check", one.check}, {"days", one.days}, {"reason", one.reason}});
  }
  json::array open;
  for (auto const& one : found.open) {
    open.push_back(json::object{{"currency", one.currency},
                                {"breaks", one.breaks},
                                {"material", one.material},
                                {"disputed", one.disputed},
                                {"material_amount", one.material_amount},
                                {"other_amount", one.other_amount}});
  }
  return json::serialize(
      json::object{{"open", std::move(open)}, {"not_judged", std::move(not_judged)}});
}

}  // namespace

std::int64_t closing_facts::material_breaks() const {
  std::int64_t breaks = 0;
  for (auto const& one : open) breaks += one.material;
  return breaks;
}

std::vector<closing_facts::unjudged> not_judged(std::vector<check_summary> const& checks) {
  std::vector<closing_facts::unjudged> found;
  for (auto const& one : checks) {
    if (one.days_not_judged == 0) continue;
    found.push_back({one.check, one.days_not_judged, one.reason.value_or(one.status)});
  }
  std::ranges::sort(found, {}, &closing_facts::unjudged::check);
  return found;
}

period load_period(config::database const& where, std::string const& partner,
                   std::string const& month) {
  return in_own_transaction(where, [&](pqxx::work& transaction) {
    period result;
    result.state = "open";
    for (auto const& row : sink::execute(transaction, about(R"(
SELECT state, issue, to_char(frozen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS frozen_at, changed_by, note
FROM vobiz.periods WHERE (partner_id, month) = (:partner, :month::date))",
                                                            partner, month))) {
      result.state = row["state"].c_str();
      result.issue = row["issue"].as<int>();
      result.frozen_at = sink::text_of(row["frozen_at"]);
      result.changed_by = sink::text_of(row["changed_by"]);
      result.note = sink::text_of(row["note"]);
    }
    result.notes_in = sums(transaction, about(R"(
SELECT currency, count(*) AS notes, trim_scale(sum(amount)) AS amount FROM vobiz_bi.period_notes
WHERE (partner_id, month) = (:partner, :month::date) GROUP BY currency ORDER BY currency)",
                                              partner, month));
    result.notes_about = sums(transaction, about(R"(
SELECT currency, count(*) AS notes, trim_scale(sum(amount)) AS amount FROM vobiz_bi.period_notes
WHERE (partner_id, of_month) = (:partner, :month::date) AND NOT is_issued GROUP BY currency ORDER BY currency)",
                                                 partner, month));
    return result;
  });
}

std::optional<std::string> load_oldest_proof(config::database const& where, std::int64_t run_id) {
  sink::query sql(R"(
SELECT to_char(min(proven_oldest) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM vobiz.reconciliation_results WHERE run_id = :run::bigint)");
  sql.set("run", run_id);
  return in_own_transaction(where, [&](pqxx::work& transaction) {
    return sink::text_of(sink::execute(transaction, sql)[0][0]);
  });
}

bool draft_period(config::database const& where, std::string const& partner,
                  std::string const& month, decision const& what, closing_facts const& found) {
  auto sql = about(R"(
INSERT INTO vobiz.periods AS p (partner_id, month, state, run_id, changed_by, history)
VALUES (:partner, :month::date, 'draft', :run::bigint, :by::text, jsonb_build_array(jsonb_build_object('at', now(),
  'state', 'draft', 'by', :by::text, 'run', :run::bigint, 'facts', :facts::jsonb)))
ON CONFLICT (partner_id, month) DO UPDATE SET run_id = excluded.run_id, changed_at = now(),
  changed_by = excluded.changed_by, state = CASE WHEN p.state = 'reopened' THEN p.state ELSE 'draft' END,
  history = p.history || excluded.history
WHERE p.state <> 'frozen' RETURNING 1)",
                   partner, month);
  sql.set("by", what.by).set("run", what.run_id).set("facts", facts_json(found));
  return in_own_transaction(
      where, [&](pqxx::work& transaction) { return !sink::execute(transaction, sql).empty(); });
}

std::optional<int> freeze_period(config::database const& where, std::string const& partner,
                                 std::string const& month, decision const& what,
                                 closing_facts const& found) {
  auto sql = about(
      "SELECT vobiz.freeze_period(:partner, :month::date, :by::text, :note::text, :run::bigint, "
      ":facts::jsonb)",
      partner, month);
  sql.set("by", what.by).set("note", what.note).set("run", what.run_id);
  sql.set("facts", facts_json(found));
  return in_own_transaction(where, [&](pqxx::work& transaction) {
    auto const issue = sink::execute(transaction, sql)[0][0];
    return issue.is_null() ? std::nullopt : std::optional(issue.as<int>());
  });
}

bool reopen_period(config::database const& where, std::string const& partner,
                   std::string const& month, decision const& what) {
  auto later = about(R"(
SELECT to_char(min(month), 'YYYY-MM') FROM vobiz.periods
WHERE partner_id = :partner AND month > :month::date AND state = 'frozen')",
                     partner, month);
  auto sql = about(R"(
UPDATE vobiz.periods SET state = 'reopened', changed_at = now(), changed_by = :by::text, note = :note::text,
  history = history || jsonb_build_object('at', now(), 'state', 'reopened', 'by', :by::text, 'note', :note::text)
WHERE (partner_id, month) = (:partner, :month::date) AND state = 'frozen' RETURNING 1)",
                   partner, month);
  sql.set("by", what.by).set("note", what.note);
  return in_own_transaction(where, [&](pqxx::work& transaction) {
    if (auto const frozen = sink::text_of(sink::execute(transaction, later)[0][0])) {
      throw core::failure(
          core::failure_kind::failed, core::remedy::fix,
          month.substr(0, 7) + " cannot be reopened: " + *frozen +
              " begins with its closing balance and is frozen",
          "changes to a frozen month become notes; or reopen " + *frozen + " first");
    }
    return !sink::execute(transaction, sql).empty();
  });
}

}  // namespace vobiz::reconcile

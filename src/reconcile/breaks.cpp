#include "vobiz/reconcile/breaks.hpp"

#include "own_transaction.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace {

constexpr char const* where_ids_are = "vobiz_bi.open_breaks lists the breaks and their ids";

// What is said by name of a single break holds whatever was said of it before.
constexpr char const* by_id = "b.id = ANY (:ids::bigint[]) AND b.state <> 'healed'";
constexpr char const* by_trait = R"(
  (:partner::text IS NULL OR b.partner_id = :partner) AND (:check::text IS NULL OR b.check_name = :check)
  AND (:account::text IS NULL OR b.account_id = :account)
  AND (:first_day::date IS NULL OR b.billing_day BETWEEN :first_day::date AND :last_day::date)
  AND (:currency::text IS NULL OR b.currency = :currency)
  AND (:at_most::numeric IS NULL
    OR vobiz.break_amount(b.check_name, b.kind, b.currency, b.difference) <= :at_most::numeric)
  AND CASE WHEN :ticket::text IS NULL THEN b.state = 'open'
    ELSE b.state = 'disputed' AND b.ticket = :ticket END)";

std::optional<std::string> given(std::string const& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

sink::query about(char const* text, break_selection const& which) {
  std::string ids;
  for (auto const id : which.ids) ids += (ids.empty() ? "" : ",") + std::to_string(id);
  sink::query sql(text);
  sql.set("ids", "{" + ids + "}").set("partner", given(which.partner));
  sql.set("check", given(which.check)).set("account", given(which.account));
  sql.set("first_day", given(which.first_day)).set("last_day", given(which.last_day));
  sql.set("currency", given(which.currency)).set("at_most", given(which.at_most));
  sql.set("ticket", given(which.ticket));
  return sql;
}

[[noreturn]] void reject(std::string const& message) {
  throw core::failure(core::failure_kind::failed, core::remedy::fix, message, where_ids_are);
}

void require_ids(pqxx::transaction_base& transaction, break_selection const& which) {
  auto const missing = sink::execute(transaction, about(R"(
SELECT i.id, b.id IS NOT NULL AS healed FROM unnest(:ids::bigint[]) i (id)
LEFT JOIN vobiz.reconciliation_breaks b USING (id) WHERE b.id IS NULL OR b.state = 'healed' ORDER BY 1 LIMIT 1)",
                                                        which));
  if (missing.empty()) return;
  auto const name = "break " + std::string(missing[0]["id"].c_str());
  reject(missing[0]["healed"].as<bool>() ? name + " has healed: there is nothing to say about it"
                                         : "there is no " + name);
}

constexpr char const* sums_sql = R"(
SELECT b.currency, count(*) FILTER (WHERE b.state IN ('open', 'disputed')) AS open,
  trim_scale(sum(m.amount) FILTER (WHERE b.state IN ('open', 'disputed'))) AS open_amount,
  count(*) FILTER (WHERE b.id = ANY (:chosen::bigint[])) AS chosen,
  trim_scale(sum(m.amount) FILTER (WHERE b.id = ANY (:chosen::bigint[]))) AS chosen_amount
FROM vobiz.reconciliation_breaks b
CROSS JOIN LATERAL (SELECT vobiz.break_amount(b.check_name, b.kind, b.currency, b.difference) AS amount) m
WHERE (b.state IN ('open', 'disputed') AND (:partner::text IS NULL OR b.partner_id = :partner)
    OR b.id = ANY (:chosen::bigint[]))
GROUP BY b.currency ORDER BY b.currency)";

pqxx::result add_up(pqxx::transaction_base& transaction, break_selection const& which,
                    std::string const& chosen) {
  auto sql = about(sums_sql, which);
  sql.set("chosen", chosen);
  return sink::execute(transaction, sql);
}

// The chosen breaks as an array of ids, locked.
std::string choose(pqxx::transaction_base& transaction, break_selection const& which) {
  auto sql =
      about("SELECT b.id FROM vobiz.reconciliation_breaks b WHERE {chosen} FOR UPDATE", which);
  sql.with("chosen", which.ids.empty() ? by_trait : by_id);
  std::string ids;
  for (auto const& row : sink::execute(transaction, sql)) {
    ids += (ids.empty() ? "" : ",") + std::string(row[0].c_str());
  }
  return "{" + ids + "}";
}

void write(pqxx::transaction_base& transaction, std::string const& chosen,
           break_decision const& what) {
  bool const accepts = what.to == break_decision::outcome::accepted;
  sink::query sql(R"(
UPDATE vobiz.reconciliation_breaks SET state = :state::text, note = :note::text,
  accepted_by = CASE WHEN :state::text = 'accepted' THEN :by::text END,
  accepted_at = CASE WHEN :state::text = 'accepted' THEN now() END, ticket = coalesce(:ticket::text, ticket),
  history = history || jsonb_strip_nulls(jsonb_build_object('at', now(), 'state', :state::text, 'note', :note::text,
    'by', :by::text, 'ticket', :ticket::text))
WHERE id = ANY (:chosen::bigint[]))");
  sql.set("state", accepts ? "accepted" : "disputed").set("note", what.note).set("by", what.by);
  sql.set("ticket", given(what.ticket)).set("chosen", chosen);
  sink::execute(transaction, sql);
}

}  // namespace

bool break_selection::is_empty() const {
  return ids.empty() && check.empty() && account.empty() && first_day.empty() && at_most.empty() &&
         ticket.empty();
}

std::vector<break_sum> decide(pqxx::transaction_base& transaction, break_selection const& which,
                              break_decision const& what) {
  require_ids(transaction, which);
  auto const chosen = choose(transaction, which);
  if (chosen == "{}") reject("no open break is like that");
  auto const before = add_up(transaction, which, chosen);
  write(transaction, chosen, what);
  auto const after = add_up(transaction, which, chosen);
  std::vector<break_sum> list;
  for (auto const& row : before) {
    list.push_back({row["currency"].c_str(), row["chosen"].as<std::int64_t>(),
                    sink::text_of(row["chosen_amount"]), row["open"].as<std::int64_t>(),
                    sink::text_of(row["open_amount"]), 0, std::nullopt});
    for (auto const& later : after) {
      if (list.back().currency != later["currency"].c_str()) continue;
      list.back().open_after = later["open"].as<std::int64_t>();
      list.back().open_after_amount = sink::text_of(later["open_amount"]);
    }
  }
  return list;
}

std::vector<break_sum> decide(config::database const& where, break_selection const& which,
                              break_decision const& what) {
  return in_own_transaction(
      where, [&](pqxx::work& transaction) { return decide(transaction, which, what); },
      what.dry_run ? keep::nothing : keep::all);
}

std::vector<open_sum> load_open_sums(config::database const& where, std::string const& partner,
                                     std::string const& first_day, std::string const& last_day) {
  sink::query sql(R"(
SELECT currency, count(*) AS breaks, count(*) FILTER (WHERE is_material) AS material,
  count(*) FILTER (WHERE state = 'disputed') AS disputed,
  trim_scale(coalesce(sum(amount) FILTER (WHERE is_material), 0)) AS material_amount,
  trim_scale(coalesce(sum(amount) FILTER (WHERE NOT is_material), 0)) AS other_amount
FROM vobiz_bi.open_breaks WHERE partner_id = :partner AND billing_day BETWEEN :first_day::date AND :last_day::date
GROUP BY currency ORDER BY currency)");
  sql.set("partner", partner).set("first_day", first_day).set("last_day", last_day);
  return in_own_transaction(where, [&](pqxx::work& transaction) {
    std::vector<open_sum> list;
    for (auto const& row : sink::execute(transaction, sql)) {
      list.push_back({row["currency"].c_str(), row["breaks"].as<std::int64_t>(),
                      row["material"].as<std::int64_t>(), row["disputed"].as<std::int64_t>(),
                      row["material_amount"].c_str(), row["other_amount"].c_str()});
    }
    return list;
  });
}

}  // namespace vobiz::reconcile

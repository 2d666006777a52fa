#include "vobiz/core/failure.hpp"
#include "vobiz/reconcile/report.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

void accept_break(pqxx::transaction_base& transaction, std::int64_t id, std::string const& note,
                  std::string const& by) {
  sink::arguments values;
  values.add(id).add(note).add(by);
  auto const changed = sink::execute(transaction, R"(
UPDATE vobiz.reconciliation_breaks SET state = 'accepted', note = $2, accepted_by = $3, accepted_at = now(),
  history = history || jsonb_build_object('at', now(), 'state', 'accepted', 'note', $2::text, 'by', $3::text)
WHERE id = $1::bigint AND state <> 'healed' RETURNING id)",
                                     values);
  if (!changed.empty()) return;
  sink::arguments wanted;
  wanted.add(id);
  bool const healed =
      !sink::execute(transaction, "SELECT FROM vobiz.reconciliation_breaks WHERE id = $1::bigint",
                     wanted)
           .empty();
  auto const name = "break " + std::to_string(id);
  throw core::failure(
      core::failure_kind::failed, core::remedy::fix,
      healed ? name + " has healed: there is nothing to accept" : "there is no " + name,
      "vobiz_bi.open_breaks lists the breaks and their ids");
}

}  // namespace vobiz::reconcile

#include "context.hpp"

#include <algorithm>

#include "vobiz/sink/windows.hpp"

namespace vobiz::sync {

core::log_fields about(cycle_setting const& setting) {
  core::log_fields fields;
  fields.partner = setting.partner_name.empty() ? setting.partner : setting.partner_name;
  fields.stream = std::string(setting.stream.name);
  return fields;
}

core::log_fields context::about() const {
  auto fields = sync::about(setting);
  // As vobiz_sync.runs.started_at has it, to the microsecond.
  auto const micros = std::chrono::duration_cast<std::chrono::microseconds>(
      started.time_since_epoch() % std::chrono::seconds(1));
  fields.run = core::to_text(started);
  fields.run.replace(fields.run.size() - 1, 1, fmt::format(".{:06}Z", micros.count()));
  return fields;
}

core::log_fields context::about(core::utc_day day, std::string const& scope) const {
  auto fields = about();
  fields.window = core::to_text(day);
  if (!scope.empty() && scope != sink::global_scope) fields.window += " " + scope;
  return fields;
}

problem_scope scope_of(context const& cycle, asked_for what) {
  problem_scope result;
  result.what = what;
  result.has_account_lists = cycle.setting.settings.scope == config::scope::automatic &&
                             cycle.stream().endpoints == streams::endpoint_scope::either;
  return result;
}

core::utc_day open_from(context const& cycle) {
  auto const lookback = cycle.today() - std::chrono::days(cycle.setting.settings.lookback_days);
  return std::max(lookback, cycle.first_day());
}

sink::refusal const* refusal_of(context const& cycle, std::string_view scope) {
  auto const found = std::ranges::find(cycle.refusals, scope, &sink::refusal::scope);
  return found == cycle.refusals.end() ? nullptr : &*found;
}

bool is_paused(context const& cycle, std::string_view scope) {
  auto const* const refusal = refusal_of(cycle, scope);
  return refusal != nullptr && refusal->is_paused && !cycle.setting.everything;
}

bool reads_by_customer(context const& cycle) {
  if (cycle.stream().endpoints != streams::endpoint_scope::either) return false;
  auto const how = cycle.setting.settings.scope;
  if (how != config::scope::automatic) return how == config::scope::per_account;
  auto const* const refusal = refusal_of(cycle, sink::global_scope);
  return refusal != nullptr && refusal->fallen_back;
}

}  // namespace vobiz::sync

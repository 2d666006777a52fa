#include "context.hpp"

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

problem_scope scope_of_day(context const& cycle, std::string_view scope) {
  return scope_of(cycle,
                  scope == sink::global_scope ? asked_for::global_day : asked_for::account_day);
}

void skipped_days::add(api::problem const& why, problem_scope scope) {
  scope.unreadable_before = was_last_;
  if (consequence(why, scope).what != effect::skip_day) throw api_refusal{why};
  was_last_ = true;
  if (!first_) first_ = why;
}

void skipped_days::finish() const {
  if (first_) throw api_refusal{*first_};
}

}  // namespace vobiz::sync

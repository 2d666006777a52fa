#include "upkeep_parts.hpp"

#include <utility>

#include "failed_reads.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

asio::awaitable<void> parts_of_upkeep::run(std::string const& what,
                                           std::function<asio::awaitable<void>()> const& part) {
  std::optional<api::problem> failed;
  try {
    co_await part();
  } catch (api_refusal const& refusal) {
    failed = refusal.why;
  }
  bool const is_second = std::exchange(has_failed_, failed.has_value());
  if (!failed) co_return;
  bool const of_all = failed->status == 0 || failed->kind == api::problem_kind::unauthorized ||
                      (failed->kind == api::problem_kind::unavailable && is_second);
  if (of_all) throw api_refusal{*failed};
  leave_behind(cycle_, what, *failed);
}

std::string of_scope(std::string_view what, std::string const& scope) {
  return scope == sink::global_scope ? std::string(what) : fmt::format("{} of {}", what, scope);
}

asio::awaitable<bool> check_spans_of(context& cycle, std::string const& scope,
                                     audit_span const& audit) {
  std::optional<api::problem> failed;
  try {
    co_return co_await check_spans(cycle, scope, audit);
  } catch (api_refusal const& refusal) {
    failed = refusal.why;
  }
  sink::window_key const today{cycle.setting.partner, cycle.stream().name, scope, cycle.today()};
  bool const answers =
      failed->kind != api::problem_kind::unauthorized && co_await day_answers(cycle, today);
  if (!answers) throw api_refusal{*failed};
  leave_behind(cycle, of_scope("a span", scope), *failed);
  co_return false;
}

}  // namespace vobiz::sync

#include "fault_stage.hpp"

namespace vobiz::e2e {

namespace {

using support::certificates;

support::identity const& trusted() {
  static auto const result = certificates::shared().good();
  return result;
}

std::vector<std::string> without(std::vector<std::string> lines, std::string const& day) {
  std::erase_if(lines, [&](auto const& line) { return line.starts_with(day); });
  return lines;
}

}  // namespace

fault_stage::fault_stage()
    : day_(days_ago(2)),
      api_({"--days", "3", "--calls-per-day", "0"}, true, &trusted()),
      gate_(api_.port()),
      syncd_(api_, database_),
      healthy_(syncd_.setting()) {
  healthy_.base_url = "https://127.0.0.1:" + std::to_string(gate_.port()) + "/api/v1/partner";
  healthy_.ca_file = certificates::shared().authority();
  healthy_.max_response = "1MiB";
  healthy_.level = "info";
  // Days close at midnight, so that the order of reads does not depend on the time of the test.
  healthy_.streams = "  cdrs: {start_date: " + days_ago(3) + ", close_delay: 0s}\n";
  syncd_.configure(healthy_);
  for (int days = 1; days <= 3; ++days) {
    api_.post("/calls", {{"n", 30}, {"day", days_ago(days)}});
  }
  auto const first = syncd_.run({"sync", "accounts", "cdrs"});
  if (first.code != 0)
    throw std::runtime_error("no mirror to begin with: " + first.out + first.err);
}

void fault_stage::forget_the_day() {
  auto const that_day = " = '" + day_ + "'";
  database_.query("DELETE FROM vobiz_sync.windows WHERE day" + that_day);
  database_.query("DELETE FROM vobiz_sync.rejects WHERE window_day" + that_day);
  database_.query("DELETE FROM vobiz.cdrs WHERE window_day" + that_day);
  database_.query("SELECT vobiz_sync.rebuild_days('" + day_ + "'::date - 1, '" + day_ +
                  "'::date + 1)");
  database_.query("UPDATE vobiz_sync.streams SET synced_through = '" + day_ +
                  "'::date - 1 WHERE stream = 'cdrs'");
  database_.query(
      "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day)\n"
      "VALUES ('PA_EXAMPLE01', 'cdrs', '*', '" +
      day_ + "')");
}

void fault_stage::fault_on_the_day(std::string const& spec) const {
  api_.add_fault(spec + ",query=start_date=" + day_ + "&end_date=" + day_);
}

void fault_stage::call_on_the_day(boost::json::object const& raw_members) {
  calls_.push_back(add_call(api_, {{"day", day_}, {"raw", raw_members}}));
}

void fault_stage::envelope_member(std::string const& text) const {
  api_.post("/rows", {{"stream", "cdrs"}, {"member", text}});
}

void fault_stage::pretend(support::identity const& who, bool ask_the_system_store) {
  impostor_.emplace(std::vector{support::once("")}, who);
  configure([&](auto& s) {
    s.base_url = "https://127.0.0.1:" + std::to_string(impostor_->port());
    if (ask_the_system_store) s.ca_file.clear();
  });
}

void fault_stage::speak_no_tls() {
  auto const portal = support::http_answer(302, "", {"Location: http://login.example/"});
  support::script const answer = [portal](auto& talk) { talk.send(portal); };
  impostor_.emplace(std::vector{answer});
  configure(
      [&](auto& s) { s.base_url = "https://127.0.0.1:" + std::to_string(impostor_->port()); });
}

void fault_stage::end_fault() {
  api_.end_faults();
  api_.remove("/between_requests");
  envelope_member("");
  for (auto const& uuid : calls_) api_.remove("/calls/" + uuid);
  calls_.clear();
  gate_.open();
  impostor_.reset();
  syncd_.configure(healthy_);
}

ending fault_stage::troubled_cycle(std::string const& stop_at) const {
  if (stop_at.empty()) return syncd_.run({"sync", "cdrs"});
  auto const running = syncd_.start({"sync", "cdrs"});
  support::wait_until([&] { return running->err().find(stop_at) != std::string::npos; });
  running->send(SIGTERM);
  return running->wait().value_or(ending());
}

fault_report fault_stage::play(fault_case const& what) {
  auto const value = [&](std::string const& sql) { return database_.value(sql); };
  forget_the_day();
  fault_on_the_day("latency:0");  // adds no delay; used for counting
  what.bring(*this);

  fault_report seen;
  seen.troubled = troubled_cycle(what.stop_at);
  seen.ended.code = seen.troubled.code;
  seen.ended.asked = api_.get("/faults").at("faults").at(0).at("hits").as_int64();
  seen.ended.retries =
      std::stoll(value("SELECT retries FROM vobiz_sync.runs ORDER BY id DESC LIMIT 1"));
  seen.ended.window = value(
      "SELECT concat_ws(' ', state, proof, attempts) FROM vobiz_sync.windows\n"
      "WHERE scope = '*' AND day = '" +
      day_ + "' UNION ALL SELECT 'none'");
  seen.ended.stream = value(
      "SELECT concat_ws(' ', outcome, state, consecutive_failures)\n"
      "FROM vobiz_sync.runs JOIN vobiz_sync.streams USING (stream) ORDER BY id DESC LIMIT 1");
  seen.error = value("SELECT last_error FROM vobiz_sync.windows WHERE day = '" + day_ +
                     "' AND state = 'mismatch'\n"
                     "UNION ALL SELECT last_error FROM vobiz_sync.streams WHERE stream = 'cdrs'");
  seen.passed = value(
      "SELECT string_agg(day::text, ', ') FROM vobiz_sync.windows\n"
      "JOIN vobiz_sync.streams USING (stream) WHERE proof IS NULL AND day <= synced_through");
  seen.other_days = without(stored_calls(database_), day_);

  end_fault();
  seen.healthy = syncd_.run({"sync", "cdrs"});
  // Today can only be open and complete so far.
  seen.unproven = value(
      "SELECT string_agg(scope || ' ' || day || ' ' || state, ', ') FROM vobiz_sync.windows\n"
      "WHERE proof IS NULL OR state <> CASE WHEN stream = 'cdrs' AND day = '" +
      days_ago(0) + "' THEN 'open' ELSE 'proven' END");
  seen.doubled = value(
      "SELECT string_agg(uuid::text, ', ')\n"
      "FROM (SELECT uuid FROM vobiz.cdrs GROUP BY uuid HAVING count(*) > 1) twice");
  seen.stored = stored_calls(database_);
  seen.truth = true_calls(api_);
  seen.true_other_days = without(seen.truth, day_);
  return seen;
}

}  // namespace vobiz::e2e

#include "survivor.hpp"

#include <fstream>
#include <sstream>

namespace vobiz::e2e {

namespace {

// The allowed peak of memory, relative to a healthy run. Errors and reconnections need little; an
// unbounded queue would exceed it.
constexpr double most_memory = 1.5;

}  // namespace

std::int64_t memory_of(pid_t process, std::string const& which) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    std::int64_t value = 0;
    if (word == which + ":" && status >> value) return value;
  }
  throw std::runtime_error("no " + which + " of process " + std::to_string(process));
}

survivor::survivor(support::process::variables const& environment,
                   std::function<void(rig&)> const& prepare) {
  all_.configure([&](auto& s) {
    serve_http(s);
    // No day is queued, since the queue is read only every ten seconds.
    for (auto at = s.streams.find("start_date"); at != std::string::npos;
         at = s.streams.find("start_date", at + 30)) {
      s.streams.insert(at, "lookback_days: 7, ");
    }
    s.level = "info";
  });
  if (prepare) prepare(all_);
  running_ = std::make_unique<service>(all_, environment);
  expect_recovery();
  // A second round with new rows, so that memory that grows once has grown.
  plant_many();
  expect_recovery();
  healthy_peak_ = memory_of(running_->process().id(), "VmHWM");
}

void survivor::plant_many() const {
  // A second apart, the last ones would be of tomorrow from 23:43 on.
  all_.api.post("/calls", {{"n", 1'000}, {"step_ms", 1}, {"cost", "0.5"}});
}

std::string survivor::log() { return running_->process().err().substr(read_so_far_); }

void survivor::expect_logged(std::string const& text) {
  EXPECT_TRUE(support::wait_until([&] { return log().find(text) != std::string::npos; }))
      << "not logged: " << text << "\n"
      << log();
}

double survivor::failures_of(std::string const& worker) const {
  auto const name = "vobiz_sync_database_failures_total{worker=\"" + worker + "\"} ";
  auto const page = running_->get("/metrics").body;
  auto const at = page.find(name);
  if (at == std::string::npos) throw std::runtime_error("no metric " + name + "in " + page);
  return std::stod(page.substr(at + name.size()));
}

void survivor::expect_recovery() {
  auto const now = all_.value("SELECT clock_timestamp()");
  auto const recovered = [&] {
    return all_.value(
               "SELECT count(DISTINCT stream) FROM vobiz_sync.runs WHERE outcome = 'ok' AND\n"
               "command = 'run' AND finished_at > '" +
               now + "'") == "8" &&
           stored_calls(all_.database) == true_calls(all_.api) &&
           stored_entries(all_.database) == true_entries(all_.api);
  };
  EXPECT_TRUE(support::wait_until(recovered)) << log();
}

void survivor::expect_survived() {
  auto const peak = memory_of(running_->process().id(), "VmHWM");
  EXPECT_EQ(running_->stop(), 0) << log();
  expect_the_truth(all_);
  EXPECT_EQ(all_.value("SELECT count(*) FROM vobiz_sync.windows WHERE proof IS NULL"), "0");
  EXPECT_EQ(
      all_.value("SELECT count(*) FROM vobiz_sync.windows WHERE state NOT IN ('proven', 'open')"),
      "0");
  EXPECT_EQ(all_.value("SELECT count(*) FROM vobiz.cdrs WHERE removed_at IS NOT NULL"), "0");
  EXPECT_EQ(all_.value("SELECT count(*) FROM (SELECT FROM vobiz.cdrs GROUP BY account_id, uuid "
                       "HAVING count(*) > 1) d"),
            "0");
  if (memory_is_real) {
    EXPECT_LT(static_cast<double>(peak), most_memory * static_cast<double>(healthy_peak_));
  }
}

}  // namespace vobiz::e2e

#include <fstream>
#include <regex>
#include <set>

#include "service.hpp"

// /metrics, checked with Prometheus' tools, the alert rules and the database.
namespace vobiz::e2e {
namespace {

using support::contents;
using support::process;
using support::run_program;
using support::wait_until;

std::filesystem::path const source = VOBIZ_SOURCE_DIR;

std::set<std::string> matches(std::string const& text, std::string const& pattern) {
  std::regex const expression(pattern);
  std::set<std::string> result;
  for (std::sregex_iterator it(text.begin(), text.end(), expression), end; it != end; ++it) {
    result.insert((*it)[1].str());
  }
  return result;
}

std::string rules_and_runbooks() {
  auto text = contents(source / "prometheus/vobiz-syncd.rules.yml");
  for (auto const& page : std::filesystem::directory_iterator(source / "docs/runbooks")) {
    text += contents(page.path());
  }
  return text;
}

// A real Prometheus that scrapes the service and loads the alert rules.
class prometheus {
public:
  explicit prometheus(service const& target) {
    auto const config = folder_.write(
        "prometheus.yml", "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [" +
                              (source / "prometheus/vobiz-syncd.rules.yml").string() +
                              "]\nscrape_configs: [{job_name: vobiz-syncd, static_configs: "
                              "[{targets: [\"" +
                              target.url().substr(7) + "\"]}]}]\n");
    process_ = std::make_unique<process>(
        std::vector<std::string>{"prometheus", "--config.file=" + config.string(),
                                 "--storage.tsdb.path=" + (folder_.path() / "data").string(),
                                 "--web.listen-address=127.0.0.1:0"},
        folder_.path());
    EXPECT_TRUE(wait_until([&] {
      auto const found = matches(process_->err(), "msg=\"Listening on\" address=([0-9.:]+)");
      if (!found.empty()) address_ = *found.begin();
      return !found.empty() && process_->err().find("Server is ready") != std::string::npos;
    })) << process_->err();
  }

  // The value of the expression's only series; empty if there is none.
  std::string value(std::string const& expression) const {
    auto const ended = run_program({"curl", "-s", "-G", "http://" + address_ + "/api/v1/query",
                                    "--data-urlencode", "query=" + expression},
                                   folder_.path());
    auto const json = boost::json::parse(ended.out);
    auto const& found = json.at("data").at("result").as_array();
    return found.size() == 1 ? std::string(found[0].at("value").at(1).as_string()) : "";
  }

private:
  support::temporary_folder folder_;
  std::unique_ptr<process> process_;
  std::string address_;
};

struct metrics : ::testing::Test {
  metrics() { all.configure(serve_http); }
  rig all;
};

TEST_F(metrics, are_what_prometheus_calls_well_made) {
  service running(all);
  ASSERT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; }));
  support::temporary_folder const folder;
  auto const file = folder.write("metrics", running.get("/metrics").body + "\n");
  auto const checked =
      run_program({"sh", "-c", "promtool check metrics <" + file.string()}, folder.path());
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  EXPECT_EQ(checked.out + checked.err, "");
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(metrics, are_all_there_before_anything_was_read) {
  all.api.add_fault("stall-head");
  service running(all);
  auto const text = running.get("/metrics").body;
  for (auto const* series :
       {"requests_total{partner=\"acme\",stream=\"cdrs\",status=\"2xx\"} 0",
        "requests_total{partner=\"acme\",stream=\"numbers\",status=\"error\"} 0",
        "retries_total{partner=\"acme\",stream=\"balances\"} 0",
        "throttled_total{partner=\"acme\",stream=\"cdrs\"} 0",
        "rows_total{partner=\"acme\",stream=\"accounts\",outcome=\"inserted\"} 0",
        "rows_total{partner=\"acme\",stream=\"cdrs\",outcome=\"rejected\"} 0",
        "cycles_total{partner=\"acme\",stream=\"cdrs\",outcome=\"mismatch\"} 0",
        "cycle_duration_seconds_count{partner=\"acme\",stream=\"dashboard\"} 0",
        "windows{partner=\"acme\",stream=\"cdrs\",state=\"mismatch\"} 0",
        "open_rejects{partner=\"acme\",stream=\"transactions\"} 0",
        "last_success_timestamp_seconds{partner=\"acme\",stream=\"cdrs\"} 0",
        "synced_through_timestamp_seconds{partner=\"acme\",stream=\"cdrs\"} 0",
        "open_breaks{partner=\"acme\"} 0", "default_partition_rows 0", "config_reload_failed 0"}) {
    EXPECT_THAT(text, HasSubstr("\nvobiz_sync_" + std::string(series) + "\n"));
  }
  EXPECT_THAT(text, Not(HasSubstr("PA_EXAMPLE01")));
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(metrics, have_every_name_that_alerts_and_runbooks_use) {
  service running(all);
  auto const there = matches(running.get("/metrics").body, "\n(vobiz_sync_[a-z_]+)[{ ]");
  auto const used = matches(rules_and_runbooks(), "(vobiz_sync_[a-z_]+)");
  EXPECT_GT(used.size(), 10u);
  for (auto const& name : used) {
    // Schema names start with the same prefix, but a dot follows.
    EXPECT_TRUE(there.contains(name)) << name;
  }
  auto const help = all.syncd.run({"--help"}).out;
  auto const commands = matches(rules_and_runbooks(), "`vobiz-syncd ([a-z-]+)");
  EXPECT_GE(commands.size(), 4u);
  for (auto const& command : commands) EXPECT_THAT(help, HasSubstr("\n  " + command + " "));
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(metrics, say_what_the_database_says_once_scraped) {
  service running(all);
  prometheus const scraper(running);
  EXPECT_TRUE(wait_until([&] { return scraper.value("up{job=\"vobiz-syncd\"}") == "1"; }));
  EXPECT_TRUE(wait_until([&] {
    return scraper.value("vobiz_sync_rows_total{stream=\"numbers\",outcome=\"inserted\"}") ==
               all.value("SELECT count(*) FROM vobiz.numbers") &&
           scraper.value("vobiz_sync_windows{stream=\"cdrs\",state=\"proven\"}") ==
               all.value(
                   "SELECT count(*) FROM vobiz_sync.windows\n"
                   "WHERE (stream, state) = ('cdrs', 'proven')") &&
           scraper.value("vobiz_sync_synced_through_timestamp_seconds{stream=\"cdrs\"}") ==
               all.value(
                   "SELECT extract(epoch FROM synced_through + 1)::bigint\n"
                   "FROM vobiz_sync.streams WHERE stream = 'cdrs'");
  })) << running.get("/metrics").body;
  EXPECT_TRUE(wait_until([&] {
    return scraper.value("sum(vobiz_sync_lease_held)") == "8" &&
           scraper.value("vobiz_sync_backfill_windows{stream=\"cdrs\"}") == "0";
  }));
  // A stream fails, and its alert becomes pending.
  EXPECT_EQ(scraper.value("ALERTS{alertname=\"VobizSyncRejects\"}"), "");
  all.database.query(
      "INSERT INTO vobiz_sync.rejects (partner_id, stream, scope, window_day, reason, digest)\n"
      "VALUES ('PA_EXAMPLE01', 'cdrs', '*', '2026-01-01', 'example', 'example')");
  EXPECT_TRUE(wait_until([&] {
    return scraper.value("ALERTS{alertname=\"VobizSyncRejects\",stream=\"cdrs\"}") == "1";
  }));
  EXPECT_EQ(running.stop(), 0);
}

}  // namespace
}  // namespace vobiz::e2e

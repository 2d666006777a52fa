#include "vobiz/config/settings.hpp"

#include <gmock/gmock.h>

#include "findings.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::config {
namespace {

using namespace std::chrono_literals;
using testing::canary;
using ::testing::IsEmpty;
using testing::lines_of;
using testing::read;

// An example with most keys.
constexpr auto design = R"(partners:
  - name: acme
    base_url: https://api.vobiz.ai/api/v1/partner
    auth_id: PA_XXXXXXXX
    auth_token_file: /etc/vobiz-syncd/token      # or auth_token: ${VOBIZ_AUTH_TOKEN}; or login: {email, password_file}
    tls: {ca_file: …}                            # verification is always on
    limits: {requests_per_second: 5, max_in_flight: 4}
    timeouts: {connect: 5s, response: 30s}
    max_response: 32MiB
database: {dsn: "host=/var/run/postgresql dbname=vobiz", password_file: …, connections: 2}
streams:                                          # every stream has a default; this shows one
  cdrs: {enabled: true, every: 60s, scope: auto, start_date: 2026-01-01, lookback_days: 3, audit_days: 35}
reconcile: {at: "02:30", timezone: Asia/Kolkata, settle: 6h}
retention: {cdrs: 36 months}                      # absent = keep for ever
http: {listen: "127.0.0.1:9464"}
log: {level: info, format: text}                  # or json
)";

TEST(settings, take_the_design_s_own_example) {
  auto const result = read(design, {"/etc/vobiz/syncd.yaml", 0644});
  EXPECT_THAT(lines_of(result.findings), IsEmpty());
  ASSERT_EQ(result.values.partners.size(), 1u);
  auto const& acme = result.values.partners[0];
  EXPECT_EQ(acme.name, "acme");
  EXPECT_EQ(acme.base_url, "https://api.vobiz.ai/api/v1/partner");
  EXPECT_EQ(acme.auth_id, "PA_XXXXXXXX");
  EXPECT_EQ(acme.auth_token_file, "/etc/vobiz-syncd/token");
  EXPECT_FALSE(acme.login);
  EXPECT_EQ(acme.ca_file, "/etc/vobiz/…");
  EXPECT_EQ(result.values.database.password_file, "/etc/vobiz/…");
  EXPECT_EQ(result.values.database.dsn.reveal(), "host=/var/run/postgresql dbname=vobiz");
  EXPECT_EQ(result.values.streams.at("cdrs").retention, std::chrono::months(36));
  EXPECT_EQ(result.values.streams.at("cdrs").start_date, *core::day_from_text("2026-01-01"));
  EXPECT_EQ(result.files.at("/etc/vobiz-syncd/token"), 5);
  EXPECT_EQ(result.files.at("/etc/vobiz/…"), 6);
}

TEST(settings, have_a_default_for_all_but_partners_and_database) {
  auto const result = read(testing::sound);
  EXPECT_THAT(lines_of(result.findings), IsEmpty());
  auto const& values = result.values;
  ASSERT_EQ(values.streams.size(), streams::all().size());
  for (auto const& declared : streams::all()) {
    auto const& configured = values.streams.at(std::string(declared.name));
    EXPECT_EQ(configured.enabled, declared.enabled_by_default);
    EXPECT_EQ(configured.every, declared.schedule.every);
    EXPECT_EQ(configured.start_date, *core::day_from_text("2026-02-01"));
  }
  ASSERT_TRUE(values.http);
  EXPECT_EQ(values.http->address, "127.0.0.1");
  EXPECT_EQ(values.http->port, 9464);
  EXPECT_FALSE(values.streams.at("cdrs").retention);
  EXPECT_EQ(values.partners[0].base_url, "https://api.vobiz.ai/api/v1/partner");
}

TEST(settings, start_in_last_year_s_december_when_it_is_january) {
  auto const result = parse(testing::sound, testing::lookup, *core::day_from_text("2026-01-31"));
  EXPECT_EQ(result.values.streams.at("cdrs").start_date, *core::day_from_text("2025-12-01"));
}

TEST(settings, take_every_key_away_from_its_default) {
  auto const result = read(R"(partners:
  - name: one
    base_url: http://127.0.0.1:8080/api/
    auth_id: ${HOME_ID}
    auth_token: ${TOKEN}
    limits: {requests_per_second: 0.5, max_in_flight: 16}
    timeouts: {connect: 250ms, response: 2m}
    max_response: 512KiB
  - name: two
    login: {email: partner@example.com, password: "${SPACES}"}
database: {dsn: "postgresql://db/vobiz", connections: "${NUMBER}"}
streams:
  profile: {enabled: false, at: "03:15", scope: global}
  balances: {every: 2h, scope: per_account}
  cdrs: {every: 2m, scope: per_account, start_date: 2025-07-01, lookback_days: 5, audit_days: 60, close_delay: 90m}
reconcile: {at: "04:05", timezone: UTC, settle: 0s, usage_cap: 0.050}
retention: {cdrs: 3 months}
http: {listen: "[2001:db8::1]:0", hosts: [Status.Example.com, "[2001:DB8::2]", 192.0.2.1], auth_token_file: http-token}
log: {level: warning, format: json}
)");
  EXPECT_THAT(lines_of(result.findings), IsEmpty());
  auto const& values = result.values;
  ASSERT_EQ(values.partners.size(), 2u);
  auto const& one = values.partners[0];
  EXPECT_EQ(one.base_url, "http://127.0.0.1:8080/api");
  EXPECT_EQ(one.auth_id, "PA_HOME");
  EXPECT_EQ(one.auth_token.reveal(), canary);
  EXPECT_EQ(one.limits.requests_per_second, 0.5);
  EXPECT_EQ(one.limits.max_in_flight, 16);
  EXPECT_EQ(one.timeouts.connect, 250ms);
  EXPECT_EQ(one.timeouts.response, 2min);
  EXPECT_EQ(one.max_response, 512u * 1024);
  auto const& two = values.partners[1];
  ASSERT_TRUE(two.login);
  EXPECT_EQ(two.login->email, "partner@example.com");
  EXPECT_EQ(two.login->password.reveal(), "two words");
  EXPECT_EQ(values.database.connections, 3);
  auto const& profile = values.streams.at("profile");
  EXPECT_FALSE(profile.enabled);
  ASSERT_TRUE(profile.at);
  EXPECT_EQ(profile.at->since_midnight, 195min);
  EXPECT_EQ(profile.every, 0s);
  EXPECT_EQ(profile.scope, scope::global);
  EXPECT_EQ(values.streams.at("balances").every, 2h);
  auto const& cdrs = values.streams.at("cdrs");
  EXPECT_EQ(cdrs.every, 2min);
  EXPECT_EQ(cdrs.scope, scope::per_account);
  EXPECT_EQ(cdrs.start_date, *core::day_from_text("2025-07-01"));
  EXPECT_EQ(cdrs.lookback_days, 5);
  EXPECT_EQ(cdrs.audit_days, 60);
  EXPECT_EQ(cdrs.close_delay, 90min);
  EXPECT_EQ(values.reconcile.at, 245min);
  EXPECT_EQ(values.reconcile.timezone, "UTC");
  EXPECT_EQ(values.reconcile.settle, 0s);
  EXPECT_EQ(values.reconcile.usage_cap, "0.050");
  EXPECT_EQ(values.streams.at("cdrs").retention, std::chrono::months(3));
  ASSERT_TRUE(values.http);
  EXPECT_EQ(values.http->address, "2001:db8::1");
  EXPECT_EQ(values.http->auth_token_file.filename(), "http-token");
  EXPECT_EQ(values.http->port, 0);
  EXPECT_EQ(values.http->hosts,
            (std::vector<std::string>{"status.example.com", "2001:db8::2", "192.0.2.1"}));
  EXPECT_EQ(values.log.level, log_level::warning);
  EXPECT_EQ(values.log.format, log_format::json);
}

TEST(settings, have_no_http_when_it_is_switched_off) {
  auto const result = read(testing::sound + "http: false\n");
  EXPECT_THAT(lines_of(result.findings), IsEmpty());
  EXPECT_FALSE(result.values.http);
}

TEST(settings, take_an_empty_section_for_its_defaults) {
  auto const result = read(testing::sound + "streams:\n  cdrs:\nlog:\nhttp:\n");
  EXPECT_THAT(lines_of(result.findings), IsEmpty());
  EXPECT_TRUE(result.values.http);
}

}  // namespace
}  // namespace vobiz::config

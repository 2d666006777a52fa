#include <algorithm>

#include "rig.hpp"
#include "support/process.hpp"

namespace vobiz::e2e {
namespace {

void enable(rig& all) {
  all.configure([](auto& s) { s.streams += "  kyc_sessions: {enabled: true}\n"; });
}

// "id|account|status|type", sorted.
std::vector<std::string> listed_sessions(provider const& api) {
  auto const text = [](boost::json::value const& value) {
    return value.is_null() ? std::string("-") : std::string(value.as_string());
  };
  std::vector<std::string> result;
  auto const truth = api.get("/truth/kyc-sessions");
  for (auto const& session : truth.at("sessions").as_array()) {
    if (!session.at("listed").as_bool()) continue;
    result.push_back(text(session.at("id")) + "|" + text(session.at("account_auth_id")) + "|" +
                     text(session.at("status")) + "|" + text(session.at("kyc_type")));
  }
  std::ranges::sort(result);
  return result;
}

std::vector<std::string> stored_sessions(rig& all) {
  std::vector<std::string> result;
  for (auto const& row : all.database.query(
           "SELECT concat_ws('|', id, account_auth_id, status, coalesce(kyc_type, '-'))\n"
           "FROM vobiz.kyc_sessions WHERE removed_at IS NULL")) {
    result.emplace_back(row[0].c_str());
  }
  std::ranges::sort(result);
  return result;
}

TEST(kyc_sessions, are_not_asked_for_unless_enabled) {
  rig all;
  all.sync_ends_with(0);
  EXPECT_EQ(all.api.requests("by_path", "/kyc-sessions"), 0);
}

TEST(kyc_sessions, are_mirrored_with_their_changes_and_without_what_they_found_out) {
  rig all;
  enable(all);
  all.sync_ends_with(0);
  auto const sessions = listed_sessions(all.api);
  ASSERT_FALSE(sessions.empty());
  EXPECT_EQ(stored_sessions(all), sessions);

  auto const id = sessions.front().substr(0, sessions.front().find('|'));
  all.api.post("/kyc-sessions/" + id, {{"status", "revoked"}});
  auto const gone = sessions.back().substr(0, sessions.back().find('|'));
  all.api.post("/kyc-sessions/" + gone + "/leave", boost::json::object());
  all.sync_ends_with(0, {"kyc_sessions"});
  EXPECT_EQ(stored_sessions(all), listed_sessions(all.api));
  EXPECT_EQ(all.value("SELECT status FROM vobiz.kyc_sessions WHERE id = '" + id + "'"), "revoked");
  EXPECT_EQ(
      all.value("SELECT removed_at IS NOT NULL FROM vobiz.kyc_sessions WHERE id = '" + gone + "'"),
      "t");

  // The simulator marks personal findings, links and webhook addresses.
  auto const dump = support::run_program(
      {"pg_dump", "--dbname", support::dsn_of(all.database.name())}, all.syncd.folder());
  EXPECT_EQ(dump.code, 0) << dump.err;
  EXPECT_THAT(dump.out, Not(HasSubstr("CANARY")));
}

TEST(kyc_sessions, of_an_old_partner_are_unavailable) {
  rig all({"--generation", "1"});
  enable(all);
  all.sync_ends_with(0);
  EXPECT_EQ(all.value("SELECT string_agg(stream || ' ' || state, ' ') FROM vobiz_sync.streams\n"
                      "WHERE state <> 'ok'"),
            "kyc_sessions unavailable");
}

}  // namespace
}  // namespace vobiz::e2e

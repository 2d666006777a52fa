#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

using testing::HasSubstr;
using testing::Not;

class kyc_sessions : public testing::Test {
protected:
  std::vector<json::object> rows(std::string const& query = {}) {
    return asked.walk("/kyc-sessions" + query, "sessions", 10, "size");
  }
  json::array truth() { return asked.control("/truth/kyc-sessions").at("sessions").as_array(); }
  json::object row_of(std::string const& id) {
    for (auto const& row : rows()) {
      if (text(row.at("id")) == id) return row;
    }
    ADD_FAILURE() << "there is no session " << id;
    return {};
  }
  // The id of a session with that status.
  std::string one(std::string const& status) {
    return text(rows("?status=" + status).at(0).at("id"));
  }
  std::string change(std::string const& id, std::string const& body) {
    return text(asked.post("/kyc-sessions/" + id, body).at("id"));
  }

  provider asked;
};

TEST_F(kyc_sessions, are_newest_first_in_pages) {
  auto const page = asked.get("/kyc-sessions?size=5&page=2");
  EXPECT_EQ(page.at("size").as_int64(), 5);
  EXPECT_EQ(page.at("page").as_int64(), 2);
  EXPECT_EQ(page.at("sessions").as_array().size(), 5u);
  EXPECT_EQ(page.as_object().size(), 4u);
  auto const all = rows();
  EXPECT_EQ(static_cast<std::int64_t>(all.size()), page.at("total").as_int64());
  EXPECT_TRUE(std::ranges::is_sorted(all, std::greater(), [](auto const& row) {
    return *instant_from_text(text(row.at("created_at")));
  }));
  std::set<std::string> customers;
  for (auto const& row : all) customers.insert(text(row.at("account_auth_id")));
  EXPECT_EQ(customers.size(), 12u);
}

TEST(kyc_sessions_of_the_first_generation, are_not_there) {
  provider old(small_world(generation::first));
  auto const id = text(old.get("/accounts").at("data").at(0).at("auth_id"));
  EXPECT_EQ(old.ask("/kyc-sessions").status, 404);
  EXPECT_EQ(old.ask("/accounts/" + id + "/kyc-sessions").status, 404);
}

TEST_F(kyc_sessions, show_what_their_status_implies) {
  std::map<std::string, int> statuses;
  for (auto const& row : rows()) {
    auto const status = text(row.at("status"));
    ++statuses[status];
    auto const has = [&row](char const* name) {
      return row.contains(name) && !row.at(name).is_null();
    };
    bool const pan_given = has("kyc_type");
    EXPECT_EQ(pan_given && row.at("verified_data").as_object().contains("pan_number"), pan_given);
    EXPECT_EQ(has("completed_at"), status == "kyc_completed");
    EXPECT_TRUE(has("expires_at"));
    EXPECT_NE(has("customer_email"), has("redirect_url"));
    if (status == "revoked") continue;
    EXPECT_EQ(pan_given, status == "in_progress" || status == "kyc_completed") << status;
    EXPECT_EQ(has("first_opened_at"), status != "email_sent" && status != "link_ready") << status;
  }
  for (auto const* status :
       {"email_sent", "link_ready", "opened", "in_progress", "kyc_completed", "revoked"}) {
    EXPECT_GT(statuses[status], 0) << status;
  }
  EXPECT_EQ(statuses.size(), 6u);
}

TEST_F(kyc_sessions, are_filtered_by_status_and_customer) {
  auto const all = rows();
  for (std::string const status : {"kyc_completed", "revoked"}) {
    auto const found = rows("?status=" + status);
    EXPECT_EQ(
        std::ranges::count(all, status, [](auto const& row) { return text(row.at("status")); }),
        static_cast<std::ptrdiff_t>(found.size()));
    for (auto const& row : found) EXPECT_EQ(text(row.at("status")), status);
  }
  auto const customer = text(all.front().at("account_auth_id"));
  auto const found = rows("?account_auth_id=" + customer);
  ASSERT_FALSE(found.empty());
  EXPECT_LT(found.size(), all.size());
  for (auto const& row : found) EXPECT_EQ(text(row.at("account_auth_id")), customer);
  EXPECT_TRUE(rows("?account_auth_id=MA_NOBODY").empty());
}

TEST_F(kyc_sessions, carry_secrets_that_the_truth_leaves_out) {
  auto const shown = json::serialize(asked.get("/kyc-sessions?size=100"));
  for (auto const* secret : {"CANARY_PAN_", "CANARY_PAN_NAME_", "CANARY_AADHAAR_",
                             "CANARY_AADHAAR_NAME_", "CANARY_BIRTHDAY_", "CANARY_ADDRESS_",
                             "CANARY_KYC_WEBHOOK_", "CANARY_KYC_REDIRECT_", "CANARY_KYC_LINK_"}) {
    EXPECT_THAT(shown, HasSubstr(secret));
  }
  EXPECT_THAT(asked.try_control("/truth/kyc-sessions", "GET").body, Not(HasSubstr("CANARY")));
}

TEST_F(kyc_sessions, are_told_as_truth) {
  std::map<std::string, json::object> shown;
  for (auto& row : rows()) shown[text(row.at("id"))] = row;
  auto const told = truth();
  EXPECT_EQ(told.size(), shown.size());
  std::set<std::string> const secrets = {"webhook_url", "redirect_url", "widget_url",
                                         "verified_data"};
  for (auto const& one_told : told) {
    auto expected = one_told.as_object();
    EXPECT_TRUE(expected.at("listed").as_bool());
    expected.erase("listed");
    EXPECT_EQ(expected.size(), 12u) << "null members are told, too";
    auto const& row = shown.at(text(expected.at("id")));
    for (auto const& member : expected) {
      if (row.contains(member.key())) {
        EXPECT_EQ(row.at(member.key()), member.value());
      } else {
        EXPECT_TRUE(member.value().is_null()) << member.key();
      }
    }
    for (auto const& member : row) {
      EXPECT_TRUE(expected.contains(member.key()) || secrets.contains(std::string(member.key())))
          << member.key();
    }
  }
}

TEST_F(kyc_sessions, go_on_when_time_does) {
  auto const before = truth();
  asked.post("/advance", R"({"seconds":864000})");
  auto const after = truth();
  EXPECT_GT(after.size(), before.size());
  std::map<std::string, json::object> was;
  for (auto const& row : before) was[text(row.at("id"))] = row.as_object();
  int moved = 0;
  for (auto const& row : after) {
    auto const old = was.find(text(row.at("id")));
    if (old == was.end() || row.at("status") == old->second.at("status")) continue;
    ++moved;
    auto const status = kyc_status_from(text(row.at("status"))).value();
    EXPECT_GT(status, kyc_status_from(text(old->second.at("status"))).value());
    EXPECT_GT(instant_from_text(text(row.at("updated_at"))).value(),
              instant_from_text("2026-02-01T10:00:00Z").value());
  }
  EXPECT_GT(moved, 0);
}

TEST_F(kyc_sessions, change_their_status) {
  auto const id = one("email_sent");
  auto const before = row_of(id);
  change(id, R"({"status":"kyc_completed"})");
  auto const completed = row_of(id);
  EXPECT_EQ(text(completed.at("status")), "kyc_completed");
  EXPECT_EQ(text(completed.at("completed_at")), "2026-02-01T10:00:00Z");
  EXPECT_EQ(text(completed.at("first_opened_at")), "2026-02-01T10:00:00Z");
  EXPECT_EQ(text(completed.at("updated_at")), "2026-02-01T10:00:00Z");
  EXPECT_FALSE(completed.at("kyc_type").is_null());
  EXPECT_EQ(completed.at("created_at"), before.at("created_at"));

  change(id, R"({"status":"opened","updated_at":"2026-01-30T00:00:00Z"})");
  auto const opened = row_of(id);
  EXPECT_TRUE(opened.at("kyc_type").is_null());
  EXPECT_EQ(text(opened.at("updated_at")), "2026-01-30T00:00:00Z");
  change(id, R"({"status":"revoked","updated_at":"keep"})");
  EXPECT_EQ(text(row_of(id).at("status")), "revoked");
  EXPECT_EQ(text(row_of(id).at("updated_at")), "2026-01-30T00:00:00Z");

  change(id, R"({"fields":{"surprise":[1]},"raw":{"metadata":""}})");
  EXPECT_EQ(row_of(id).at("surprise").at(0).as_int64(), 1);
  EXPECT_FALSE(row_of(id).contains("metadata"));
}

TEST_F(kyc_sessions, that_a_test_ends_stay_ended) {
  auto const id = change(one("email_sent"), R"({"status":"revoked"})");
  auto const completed = change(one("link_ready"), R"({"status":"kyc_completed"})");
  asked.post("/advance", R"({"seconds":864000})");
  EXPECT_EQ(text(row_of(id).at("status")), "revoked");
  EXPECT_EQ(text(row_of(completed).at("status")), "kyc_completed");
}

TEST_F(kyc_sessions, begin_leave_and_return) {
  auto const customer = text(rows().back().at("account_auth_id"));
  auto const before = rows("?account_auth_id=" + customer).size();
  auto const made = asked.post("/kyc-sessions", R"({"account":")" + customer + R"("})");
  auto const id = text(made.at("id"));
  EXPECT_EQ(text(made.at("created_at")), "2026-02-01T10:00:00Z");
  EXPECT_EQ(rows("?account_auth_id=" + customer).size(), before + 1);
  EXPECT_EQ(text(rows().front().at("id")), id);
  asked.post("/kyc-sessions/" + id + "/leave");
  EXPECT_EQ(rows("?account_auth_id=" + customer).size(), before);
  EXPECT_FALSE(truth().back().at("listed").as_bool());
  asked.post("/kyc-sessions/" + id + "/return");
  EXPECT_EQ(rows("?account_auth_id=" + customer).size(), before + 1);
}

TEST_F(kyc_sessions, refuse_changes_that_make_no_sense) {
  auto const id = one("revoked");
  auto const before = row_of(id);
  auto const status_of = [this](std::string const& path, std::string const& body) {
    return asked.try_control("/kyc-sessions" + path, "POST", body).status;
  };
  EXPECT_EQ(status_of('/' + id, R"({"status":"finished"})"), 400);
  EXPECT_EQ(status_of('/' + id, R"({"status":"opened","raw":{"metadata":1}})"), 400);
  EXPECT_EQ(status_of('/' + id + "/vanish", "{}"), 404);
  EXPECT_EQ(status_of("/nobody", "{}"), 404);
  EXPECT_EQ(status_of("", "{}"), 400);
  EXPECT_EQ(status_of("", R"({"account":"MA_NOBODY"})"), 404);
  EXPECT_EQ(asked.try_control("/kyc-sessions/" + id, "DELETE").status, 404);
  EXPECT_EQ(row_of(id), before);
}

}  // namespace
}  // namespace vobiz::simulator

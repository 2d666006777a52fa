#include <algorithm>
#include <csignal>
#include <functional>
#include <future>
#include <iterator>

#include "rig.hpp"

// The same course of business through the global lists and through those of the customers: after
// each step and a few looks all mirrors hold the provider's truth, and thus the same.
namespace vobiz::e2e {
namespace {

constexpr int looks = 8;
// Seven closed days make a witness of the dashboard.
constexpr int history = 9;

// All that the steps change. Analytics cost a generation without them three seconds a look.
std::vector<std::string> const streams = {"accounts",  "balances",     "numbers",
                                          "dashboard", "transactions", "cdrs"};

// Customers who rest are due at each look.
constexpr std::string_view short_looks = "quiet_every: 1s, ";

enum customer : std::size_t { caller, rester, payer, leaver, debited_daily };

struct mode {
  char const* name;
  char const* generation;
  bool lists_closed;
};

constexpr mode modes[] = {
    {"global lists", "2", false}, {"refused global lists", "2", true}, {"third shape", "3", false}};

struct side {
  side(mode const& chosen, std::string const& now)
      : name(chosen.name),
        all({"--generation", chosen.generation, "--now", now, "--days", std::to_string(history)}) {
    if (chosen.lists_closed) {
      all.api.post("/global", {{"cdrs", false}, {"transactions", false}, {"numbers", false}});
    }
    all.configure([](auto& setting) {
      setting.days = history;
      setting.streams = every_second();
      for (auto at = setting.streams.find(days_ago(6)); at != std::string::npos;
           at = setting.streams.find(days_ago(6), at)) {
        setting.streams.replace(at, days_ago(6).size(), days_ago(history));
      }
      for (std::string_view const stream : {"cdrs: {", "transactions: {", "numbers: {"}) {
        auto const at = setting.streams.find(stream);
        setting.streams.insert(at + stream.size(), short_looks);
      }
    });
  }

  std::string name;
  rig all;
};

std::vector<std::string> rows_of(rig& all, std::string const& sql) {
  std::vector<std::string> lines;
  for (auto const& row : all.database.query(sql)) lines.emplace_back(row[0].c_str());
  return lines;
}

// "auth_id wallet" of each listed customer.
std::vector<std::string> true_wallets(rig& all) {
  std::vector<std::string> lines;
  auto const told = all.api.get("/truth/wallets");
  for (auto const& row : told.at("accounts").as_array()) {
    if (!row.at("listed").as_bool()) continue;
    auto const text = [&row](char const* member) {
      auto const& value = row.at(member).as_string();
      return std::string(value.data(), value.size());
    };
    lines.push_back(text("auth_id") + ' ' + text("cash_credits"));
  }
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::string> stored_wallets(rig& all) {
  auto lines = rows_of(all,
                       "SELECT auth_id || ' ' || trim_scale(cash_credits) FROM vobiz.accounts\n"
                       "WHERE removed_at IS NULL");
  std::ranges::sort(lines);
  return lines;
}

// Proofs by sums whose sums are not those of the stored rows.
std::string false_claims(rig& all) {
  return all.value(
      "SELECT coalesce(string_agg(stream || ' ' || scope || ' ' || day, ', '), '')\n"
      "FROM vobiz_sync.windows WHERE proof = 'total+summary' AND (rows <> api_total OR\n"
      "  (stream = 'cdrs' AND (cost, seconds, duration) <> (api_cost, api_seconds, "
      "api_duration)))");
}

bool holds_the_truth(rig& all) {
  return stored_calls(all.database) == true_calls(all.api) &&
         stored_entries(all.database) == true_entries(all.api) &&
         stored_wallets(all) == true_wallets(all);
}

// What all mirrors have in common, row by row.
std::vector<std::string> mirror(rig& all) {
  auto lines = rows_of(
      all,
      "SELECT concat_ws(' ', 'call', account_id, uuid, window_day, start_time, billsec, duration,\n"
      "  trim_scale(cost), trim_scale(total_cost), removed_at IS NULL) FROM vobiz.cdrs\n"
      "UNION ALL SELECT concat_ws(' ', 'entry', account_id, id, window_day, created_at, type,\n"
      "  trim_scale(amount), removed_at IS NULL) FROM vobiz.transactions\n"
      "UNION ALL SELECT concat_ws(' ', 'customer', auth_id, trim_scale(cash_credits),\n"
      "  removed_at IS NULL) FROM vobiz.accounts");
  std::ranges::sort(lines);
  return lines;
}

class customer_sequence : public ::testing::Test {
protected:
  customer_sequence() {
    auto const now = core::to_text(today()) + "T" + time_of_day() + "Z";
    for (auto const& one : modes) sides.push_back(std::make_unique<side>(one, now));
    for (std::size_t n = 0; n < 5; ++n) ids.push_back(account(sides.front()->all, n));
  }

  static std::string time_of_day() {
    using namespace std::chrono;
    auto const now = floor<seconds>(system_clock::now());
    auto const passed = hh_mm_ss(now - floor<days>(now));
    auto const two = [](auto value) {
      auto const text = std::to_string(value.count());
      return text.size() < 2 ? '0' + text : text;
    };
    return two(passed.hours()) + ':' + two(passed.minutes()) + ':' + two(passed.seconds());
  }

  // Does the same to each provider, and lets each mirror look until it holds the truth.
  void step(std::string const& what, std::function<void(provider const&)> const& change) {
    SCOPED_TRACE(what);
    for (auto const& one : sides) change(one->all.api);
    // At the same time: a cycle that finds no global list waits before it asks again.
    std::vector<std::future<std::string>> looking;
    for (auto const& one : sides) {
      looking.push_back(std::async(std::launch::async, [&] { return look(one->all); }));
    }
    for (std::size_t n = 0; n < sides.size(); ++n) {
      auto const& one = sides[n];
      SCOPED_TRACE(one->name);
      EXPECT_EQ(looking[n].get(), "");
      expect_the_truth(one->all);
      EXPECT_EQ(stored_wallets(one->all), true_wallets(one->all));
      EXPECT_EQ(false_claims(one->all), "");
    }
    auto const first = mirror(sides.front()->all);
    for (auto const& one : sides) {
      std::vector<std::string> others;
      std::ranges::set_symmetric_difference(mirror(one->all), first, std::back_inserter(others));
      EXPECT_THAT(others, ::testing::IsEmpty()) << one->name;
    }
  }

  // Empty, or what the service said when the last look still missed something.
  virtual std::string look(rig& all) {
    std::string said;
    for (int n = 0; n < looks; ++n) {
      auto const ended = all.sync(streams);
      if (holds_the_truth(all)) return {};
      said = ended.out + ended.err;
    }
    return said;
  }

  // The uuid of a call with a cost, the same at each provider.
  std::string some_call(std::string const& day, customer of = caller) {
    return sides.front()->all.value("SELECT uuid FROM vobiz.cdrs WHERE window_day = '" + day +
                                    "' AND account_id = '" + ids[of] +
                                    "' AND total_cost > 0 ORDER BY uuid LIMIT 1");
  }

  void today_brings_calls();
  void closed_days_change();
  void customers_come_and_go();
  void the_dashboard_lies();

  std::vector<std::unique_ptr<side>> sides;
  std::vector<std::string> ids;
};

void customer_sequence::today_brings_calls() {
  step("the first read", [](auto const&) {});
  step("quiet", [](auto const&) {});
  std::string charged;
  step("one call", [&](auto const& api) {
    charged = add_call(api, {{"account", ids[caller]}, {"cost", "1.25"}});
  });
  step("a free call", [&](auto const& api) {
    add_call(api, {{"account", ids[rester]}, {"answered", false}, {"inbound", true}});
  });
  step("a charge and a payment that leave the wallet as it was", [&](auto const& api) {
    add_call(api, {{"account", ids[payer]}, {"cost", "2.5"}});
    api.post("/transactions", {{"account", ids[payer]},
                               {"amount", "2.5"},
                               {"credit", true},
                               {"reference_type", "payment"}});
  });
  step("a call that is debited tomorrow", [&](auto const& api) {
    add_call(api, {{"account", ids[debited_daily]}, {"cost", "3.75"}});
  });
  step("a re-rating that the ledger shows", [&](auto const& api) {
    api.post("/calls/" + charged, {{"cost", "0.75"}, {"charged", true}});
  });
}

void customer_sequence::closed_days_change() {
  step("a re-rating of a closed day", [&](auto const& api) {
    api.post("/calls/" + some_call(days_ago(3)), {{"cost", "7.25"}, {"streaming_cost", "0"}});
  });
  step("a re-rating of a closed day that the ledger shows", [&](auto const& api) {
    api.post("/calls/" + some_call(days_ago(2)), {{"cost", "0.25"}, {"charged", true}});
  });
  step("a free call of a closed day", [&](auto const& api) {
    add_call(api, {{"account", ids[rester]}, {"day", days_ago(2)}, {"answered", false}});
  });
  step("a vanished call of a closed day", [&](auto const& api) {
    api.post("/calls/" + some_call(days_ago(3)) + "/hide", boost::json::object());
  });
}

void customer_sequence::customers_come_and_go() {
  step("a customer joins", [](auto const& api) {
    api.post("/accounts", {{"name", "Joined Example"}, {"opening", "100"}});
  });
  auto const joined = account(sides.front()->all, ids.size());
  step("who joined calls", [&](auto const& api) {
    add_call(api, {{"account", joined}, {"cost", "0.5"}});
    add_call(api, {{"account", joined}, {"answered", false}});
  });
  step("a customer calls for the last time and leaves", [&](auto const& api) {
    add_call(api, {{"account", ids[leaver]}, {"cost", "1.5"}});
    api.post("/accounts/" + ids[leaver] + "/leave", {{"reachable", true}});
  });
  step("a customer is deleted", [&](auto const& api) {
    api.post("/accounts/" + ids[rester] + "/leave", boost::json::object());
  });
  for (auto const& one : sides) {
    EXPECT_EQ(one->all.value("SELECT count(*) FROM vobiz.accounts WHERE removed_at IS NOT NULL"),
              "2");
  }
}

void customer_sequence::the_dashboard_lies() {
  step("the dashboard has a call too many on a closed day", [](auto const& api) {
    api.post("/dashboard", {{"day", days_ago(4)}, {"calls", 1}, {"total_cost", "0.5"}});
  });
  step("which is re-rated", [&](auto const& api) {
    api.post("/calls/" + some_call(days_ago(4)), {{"cost", "6.5"}, {"streaming_cost", "0"}});
  });
  step("the dashboard counts by days of India", [](auto const& api) {
    api.remove("/dashboard");
    api.post("/dashboard", {{"east_of_utc_minutes", 330}});
  });
  step("a closed day is re-rated then", [&](auto const& api) {
    api.post("/calls/" + some_call(days_ago(3)), {{"cost", "5.5"}, {"streaming_cost", "0"}});
  });
  step("the dashboard stands still", [](auto const& api) {
    api.remove("/dashboard");
    api.post("/dashboard", {{"frozen", true}});
  });
  step("one call then", [&](auto const& api) {
    add_call(api, {{"account", ids[caller]}, {"cost", "1.75"}});
  });
  step("a free call then", [&](auto const& api) {
    add_call(api, {{"account", ids[payer]}, {"answered", false}});
  });
  step("the dashboard is right again", [](auto const& api) { api.remove("/dashboard"); });
}

TEST_F(customer_sequence, ends_with_the_truth_in_each_mode) {
  today_brings_calls();
  closed_days_change();
  customers_come_and_go();
  the_dashboard_lies();
}

// The running service finds what today brings; closed days have their own, slower schedule.
class running_sequence : public customer_sequence {
protected:
  running_sequence() {
    for (auto const& one : sides) services.push_back(one->all.syncd.start({"run"}));
  }

  std::string look(rig& all) override {
    return support::wait_until([&] { return holds_the_truth(all); }) ? "" : "nothing in a minute";
  }

  void end() {
    for (auto const& one : services) one->send(SIGTERM);
    for (auto const& one : services) {
      auto const ended = one->wait();
      ASSERT_TRUE(ended);
      EXPECT_EQ(ended->code, 0) << ended->err;
    }
  }

  std::vector<std::unique_ptr<support::process>> services;
};

TEST_F(running_sequence, holds_the_truth_in_each_mode) {
  today_brings_calls();
  customers_come_and_go();
  end();
}

// A search for what only the dashboard counts ends, though the one who has it does not answer.
TEST(search, asks_a_customer_who_is_refused_only_once) {
  rig all({"--generation", "3", "--days", std::to_string(history)});
  all.configure([](auto& setting) { setting.days = history; });
  all.sync_ends_with(0);
  ASSERT_EQ(all.value("SELECT vouches FROM vobiz_sync.witnesses"), "t");
  auto const refused = account(all, 0);
  all.api.add_fault("status:403,path=/accounts/" + refused + "/cdrs");
  add_call(all.api, {{"account", refused}, {"answered", false}});
  all.sync_ends_with(77);
  EXPECT_LE(all.api.requests("by_status", "403"), 10);
  EXPECT_THAT(all.syncd.run({"status", "--wide"}).out,
              ::testing::HasSubstr("the dashboard vouches for all customers since "));
  auto const late = all.syncd.run({"status", "--customers"});
  EXPECT_EQ(late.code, 0) << late.err;
  EXPECT_THAT(late.out, ::testing::HasSubstr("cdrs: the list of " + refused + " is refused: GET "));
  all.api.end_faults();
  all.sync_ends_with(0);
  expect_the_truth(all);
}

}  // namespace
}  // namespace vobiz::e2e

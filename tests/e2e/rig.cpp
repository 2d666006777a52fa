#include "rig.hpp"

#include "vobiz/core/day.hpp"
#include "vobiz/core/decimal.hpp"

namespace vobiz::e2e {

namespace {

std::string text(boost::json::value const& value) {
  if (value.is_int64()) return std::to_string(value.get_int64());
  auto const& string = value.as_string();
  return {string.data(), string.size()};
}

std::vector<std::string> lines(provider const& api, std::string const& stream,
                               std::vector<std::string> const& members) {
  std::vector<std::string> result;
  auto const answer = api.get("/truth/days?stream=" + stream);
  for (auto const& day : answer.at("days").as_array()) {
    if (day.at("count").as_int64() == 0) continue;
    auto line = text(day.at("day"));
    for (auto const& member : members) {
      auto const& figure = day.at(member);
      // Money is a JSON number with all digits; a double distinguishes millionths.
      line += "|" + (figure.is_double() ? core::canonical(std::to_string(figure.get_double()))
                                        : core::canonical(text(figure)));
    }
    result.push_back(line);
  }
  return result;
}

std::vector<std::string> lines(vobiz::testing::test_database& database, std::string const& sql) {
  std::vector<std::string> result;
  for (auto const& row : database.query(sql)) {
    std::string line = row[0].c_str();
    for (pqxx::row::size_type n = 1; n < row.size(); ++n) {
      line += "|" + core::canonical(row[n].c_str());
    }
    result.push_back(line);
  }
  return result;
}

}  // namespace

std::vector<std::string> true_calls(provider const& api) {
  return lines(api, "cdrs",
               {"count", "total_cost", "cost", "streaming_cost", "billsec", "duration"});
}

std::vector<std::string> true_entries(provider const& api) {
  return lines(api, "transactions", {"count", "debit", "credit"});
}

std::vector<std::string> stored_calls(vobiz::testing::test_database& database) {
  return lines(database,
               "SELECT window_day, count(*), sum(total_cost), sum(cost), sum(streaming_cost), "
               "sum(billsec),\n"
               "  sum(duration)\n"
               "FROM vobiz.cdrs WHERE removed_at IS NULL GROUP BY 1 ORDER BY 1");
}

std::vector<std::string> stored_entries(vobiz::testing::test_database& database) {
  return lines(database,
               "SELECT window_day, count(*), coalesce(sum(amount) FILTER (WHERE NOT "
               "vobiz.is_credit(type)), 0),\n"
               "  coalesce(sum(amount) FILTER (WHERE vobiz.is_credit(type)), 0)\n"
               "FROM vobiz.transactions WHERE removed_at IS NULL GROUP BY 1 ORDER BY 1");
}

void expect_the_truth(rig& all) {
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
  EXPECT_EQ(stored_entries(all.database), true_entries(all.api));
}

std::string account(rig& all, std::size_t at) {
  return text(all.api.get("/truth/wallets").at("accounts").at(at).at("auth_id"));
}

std::string add_call(provider const& api, boost::json::object const& what) {
  return text(api.post("/calls", what).at("calls").at(0).at("uuid"));
}

core::utc_day today() { return core::day_of(std::chrono::system_clock::now()); }

std::string days_ago(int days) { return core::to_text(today() - std::chrono::days(days)); }

std::string every_second() {
  std::string lines;
  for (auto const* name : {"profile", "accounts", "balances", "numbers", "dashboard"}) {
    lines += "  " + std::string(name) + ": {every: 1s}\n";
  }
  for (auto const* name : {"transactions", "cdrs", "analytics"}) {
    lines += "  " + std::string(name) + ": {every: 1s, start_date: " + days_ago(6) + "}\n";
  }
  return lines;
}

}  // namespace vobiz::e2e

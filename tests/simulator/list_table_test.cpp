#include "simulator/api/list_table.hpp"

#include <gmock/gmock.h>

#include <set>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

// What every row of the table promises, asked of the list that is served from it.
struct list_of_generation {
  std::size_t at;
  generation shapes;
};

// Each list in each generation that serves it, of those that are `wanted`.
template <class Wanted>
std::vector<list_of_generation> served_lists(Wanted wanted) {
  std::vector<list_of_generation> served;
  for (std::size_t at = 0; at < list_table().size(); ++at) {
    for (auto const shapes : {generation::first, generation::second}) {
      auto const& list = list_table()[at];
      if (wanted(list) && !list.rows.of(shapes).empty()) served.push_back({at, shapes});
    }
  }
  return served;
}

std::string name_of_case(testing::TestParamInfo<list_of_generation> const& of) {
  return std::string(list_table()[of.param.at].name) +
         (of.param.shapes == generation::first ? "_first" : "_second");
}

class list_table_test : public testing::TestWithParam<list_of_generation> {
protected:
  list_declaration const& list() const { return list_table()[GetParam().at]; }
  generation shapes() const { return GetParam().shapes; }
  std::string path() const { return std::string(list().path); }
  std::string sized(std::string const& to, std::size_t size) const {
    return to + '?' + std::string(list().size_parameter.of(shapes())) + '=' + std::to_string(size);
  }

  json::value page_value_of(json::value const& body, page_value value) const {
    for (auto const& member : list().page_members) {
      if (member.value == value) return body.at(member.name);
    }
    for (auto const& member : list().page_object_members) {
      if (member.value == value) return body.at(list().page_object).at(member.name);
    }
    ADD_FAILURE() << list().name << " has no such page member";
    return nullptr;
  }
  std::size_t total_of(json::value const& body) const {
    return page_value_of(body, page_value::total).to_number<std::size_t>();
  }
  std::size_t rows_in(json::value const& body) const {
    return body.at(list().rows.of(shapes())).as_array().size();
  }
  std::vector<json::object> walk(std::string const& to, int size) {
    return asked.walk(to, list().rows.of(shapes()), size,
                      std::string(list().size_parameter.of(shapes())));
  }

  provider asked{small_world(GetParam().shapes)};
};

class dated_list_test : public list_table_test {};
class guarded_list_test : public list_table_test {};

INSTANTIATE_TEST_SUITE_P(lists, list_table_test,
                         testing::ValuesIn(served_lists([](auto const&) { return true; })),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(lists, dated_list_test,
                         testing::ValuesIn(served_lists([](auto const& list) {
                           return list.dates.has_value();
                         })),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(lists, guarded_list_test,
                         testing::ValuesIn(served_lists([](auto const& list) {
                           return list.permission != nullptr;
                         })),
                         name_of_case);

TEST_P(list_table_test, pages_hold_every_row_once) {
  auto const first = asked.get(path());
  auto const total = total_of(first);
  ASSERT_GT(total, 1u);
  EXPECT_EQ(rows_in(first), std::min(total, list().default_size));
  EXPECT_EQ(page_value_of(first, page_value::page).as_int64(), 1);
  EXPECT_EQ(page_value_of(first, page_value::page_size).to_number<std::size_t>(),
            list().default_size);
  std::set<std::string> seen;
  for (auto const& row : walk(path(), 7)) {
    EXPECT_TRUE(seen.insert(json::serialize(row)).second) << json::serialize(row);
  }
  EXPECT_EQ(seen.size(), total);
}

TEST_P(list_table_test, summary_is_there_when_declared) {
  auto const body = asked.get(path()).as_object();
  EXPECT_EQ(body.contains("summary"), list().append_summary != nullptr);
}

TEST_P(list_table_test, refuses_a_page_that_is_too_large) {
  EXPECT_EQ(asked.ask(sized(path(), list().largest_size)).status, 200);
  EXPECT_EQ(asked.ask(sized(path(), list().largest_size + 1)).status, 422);
  asked.post("/api", R"({"per_page_overflow":"fallback"})");
  auto const body = asked.get(sized(path(), list().largest_size + 1));
  EXPECT_EQ(page_value_of(body, page_value::page_size).to_number<std::size_t>(),
            list().default_size);
}

TEST_P(list_table_test, narrows_to_a_customer_when_declared) {
  std::size_t rows = 0;
  auto const wallets = asked.control("/truth/wallets");
  for (auto const& account : wallets.at("accounts").as_array()) {
    auto const base = "/accounts/" + text(account.at("auth_id"));
    if (list().account_path.empty()) {
      EXPECT_EQ(asked.ask(base + path()).status, 404);
      continue;
    }
    for (auto const& row : walk(base + std::string(list().account_path), 50)) {
      EXPECT_EQ(row.at("account_id"), account.at("auth_id"));
      ++rows;
    }
  }
  EXPECT_EQ(rows == 0, list().account_path.empty());
}

TEST_P(dated_list_test, filters_dates_as_declared) {
  auto const& dates = *list().dates;
  auto const from = std::string(dates.from) + '=';
  auto const to = std::string(dates.to) + '=';
  auto const total = [this](std::string const& query) {
    return total_of(asked.get(path() + '?' + query));
  };
  auto const all = total("page=1");
  auto const day = total(from + "2026-01-28&" + to + "2026-01-28");
  EXPECT_GT(day, 0u);
  EXPECT_LT(day, all);
  EXPECT_EQ(total(from + "2026-01-28") == all, dates.both_needed);
  EXPECT_EQ(asked.ask(path() + '?' + from + "never").status, dates.wrong_date);
  EXPECT_EQ(asked.ask(path() + '?' + to + "never").status, dates.wrong_date);
}

TEST_P(list_table_test, only_answers_reads) {
  // POST /accounts creates a customer.
  EXPECT_EQ(asked.ask(path(), "DELETE").status, 405);
}

TEST_P(list_table_test, can_be_closed_and_shows_what_tests_add) {
  std::string const name(list().name);
  asked.post("/rows", R"({"stream":")" + name + R"(","member":"\"surprise\":[1]"})");
  auto const before = asked.get(path());
  EXPECT_EQ(before.at("surprise").at(0).as_int64(), 1);
  asked.post("/rows", R"({"stream":")" + name + R"(","json":"{\"planted\":true}"})");
  auto const after = asked.get(path());
  EXPECT_EQ(total_of(after), total_of(before) + 1);
  EXPECT_TRUE(after.at(list().rows.of(shapes())).at(0).as_object().contains("planted"));

  asked.post("/global", R"({"status":503,")" + name + R"(":false})");
  EXPECT_EQ(asked.ask(path()).status, 503);
  asked.post("/global", R"({")" + name + R"(":true})");
  EXPECT_EQ(asked.ask(path()).status, 200);
}

TEST_P(list_table_test, puts_rows_that_tests_add_on_their_own_pages) {
  auto const of_world = walk(path(), 100);
  for (int i = 0; i < 3; ++i) {
    asked.post("/rows",
               R"({"stream":")" + std::string(list().name) + R"(","json":"{\"planted\":true}"})");
  }
  for (int const size : {2, 3, 5}) {
    auto const all = walk(path(), size);
    ASSERT_EQ(all.size(), of_world.size() + 3) << size;
    EXPECT_TRUE(all[2].contains("planted"));
    EXPECT_TRUE(std::equal(of_world.begin(), of_world.end(), all.begin() + 3)) << size;
  }
}

TEST_P(guarded_list_test, needs_its_permission) {
  auto chosen = small_world(shapes());
  chosen.api.*(list().permission) = false;
  provider without(chosen);
  auto const refused = without.ask(path());
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, testing::HasSubstr(std::string(list().forbidden)));
}

TEST(list_table, has_no_list_in_a_generation_without_a_name_for_its_rows) {
  for (auto const shapes : {generation::first, generation::second}) {
    provider asked(small_world(shapes));
    for (auto const& list : list_table()) {
      EXPECT_EQ(asked.ask(list.path).status, list.rows.of(shapes).empty() ? 404 : 200) << list.name;
    }
  }
}

TEST(list_table, names_are_unique) {
  std::set<std::string_view> names;
  std::set<std::string_view> paths;
  for (auto const& list : list_table()) {
    EXPECT_TRUE(names.insert(list.name).second) << list.name;
    EXPECT_TRUE(paths.insert(list.path).second) << list.path;
  }
}

TEST(list_table, is_what_control_operations_know) {
  provider asked;
  auto const refused = asked.try_control("/rows", "POST", R"({"stream":"calls"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, testing::HasSubstr("must be one of: " + list_names()));
  EXPECT_EQ(asked.try_control("/global", "POST", R"({"calls":false})").status, 400);
}

}  // namespace
}  // namespace vobiz::simulator

#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/server/simulator.hpp"

namespace vobiz::simulator {

namespace json = boost::json;

// A small frozen world: a Sunday at 15:00 in India, nine days of history.
inline options small_world(generation shapes = generation::second) {
  options chosen;
  chosen.plan.now = *instant_from_text("2026-02-01T10:00:00Z");
  chosen.plan.accounts = 12;
  chosen.plan.calls_per_day = 150;
  chosen.plan.history = 9;
  chosen.frozen = true;
  chosen.api.shapes = shapes;
  chosen.api.dashboard =
      shapes == generation::first ? dashboard_shape::flat : dashboard_shape::nested;
  return chosen;
}

// A simulator that is called without sockets.
class provider {
public:
  explicit provider(options const& chosen = small_world()) : behind(chosen), chosen_(chosen) {}

  request make(std::string_view path, std::string_view method = "GET",
               std::string body = {}) const {
    request what;
    what.method = method;
    what.auth_id = chosen_.api.auth_id;
    what.auth_token = chosen_.api.auth_token;
    what.body = std::move(body);
    EXPECT_TRUE(what.set_target(chosen_.api.base_path + std::string(path))) << path;
    return what;
  }

  answer ask(std::string_view path, std::string_view method = "GET", std::string body = {}) {
    return behind.ask(make(path, method, std::move(body)));
  }

  json::value get(std::string_view path) {
    auto const got = ask(path);
    EXPECT_EQ(got.status, 200) << path << ": " << got.body;
    return json::parse(got.body);
  }

  answer try_control(std::string_view path, std::string_view method, std::string body = {}) {
    request what;
    what.method = method;
    what.body = std::move(body);
    EXPECT_TRUE(what.set_target("/_control" + std::string(path))) << path;
    return behind.ask(what);
  }

  json::value control(std::string_view path, std::string_view method = "GET",
                      std::string body = {}) {
    auto const got = try_control(path, method, std::move(body));
    EXPECT_EQ(got.status, 200) << path << ": " << got.body;
    return json::parse(got.body);
  }

  json::value post(std::string_view path, std::string body = {}) {
    return control(path, "POST", std::move(body));
  }

  // All rows of a list, read page by page; `rows` names their array.
  std::vector<json::object> walk(std::string const& path, std::string_view rows, int size = 100,
                                 std::string const& size_name = "per_page") {
    std::vector<json::object> all;
    for (int page = 1;; ++page) {
      auto const join = path.find('?') == std::string::npos ? '?' : '&';
      auto const got = get(path + join + size_name + '=' + std::to_string(size) +
                           "&page=" + std::to_string(page));
      auto const& part = got.at(rows).as_array();
      if (part.empty()) return all;
      for (auto const& row : part) all.push_back(row.as_object());
    }
  }

  simulator behind;

private:
  options chosen_;
};

// An amount: a number in generation one, a text in generation two.
inline money amount_of(json::value const& value) {
  if (value.is_string()) return money_from_text(std::string_view(value.get_string())).value();
  // These amounts have few enough digits for a double to be exact.
  auto const millionths = value.to_number<double>() * 1e6;
  return {static_cast<std::int64_t>(millionths + (millionths < 0 ? -0.5 : 0.5))};
}

inline std::string text(json::value const& value) {
  return std::string(value.as_string().data(), value.as_string().size());
}

}  // namespace vobiz::simulator

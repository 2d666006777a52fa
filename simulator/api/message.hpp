#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vobiz::simulator {

// What the API looks at in a request; header values are empty when absent.
struct request {
  std::string method = "GET";
  std::string path;   // without the query, percent-decoded
  std::string query;  // as it came
  std::vector<std::pair<std::string, std::string>> parameters;  // percent-decoded
  std::string auth_id;
  std::string auth_token;
  std::string authorization;
  bool accepts_gzip = false;
  std::string body;

  // Splits a target like "/api/v1/partner/cdrs?page=2". False when it is no such thing.
  bool set_target(std::string_view target);

  // The last value of a parameter.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

struct answer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace vobiz::simulator

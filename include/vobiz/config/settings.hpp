#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/core/secret.hpp"

// The configuration of design.md §5 as plain structs: defaults stand here, units are in the types,
// ranges at the reader (src/config).
namespace vobiz::config {

struct login {
  std::string email;
  core::secret password;
  std::filesystem::path password_file;
};

// An HTTP proxy on the way to the API, asked by CONNECT.
struct proxy {
  std::string url;  // http://host:port
  std::string username;
  core::secret password;
  std::filesystem::path password_file;
};

struct limits {
  double requests_per_second = 5;  // the provider publishes none (partner-api.md, "Errors")
  int max_in_flight = 4;
};

struct timeouts {
  std::chrono::milliseconds connect{5'000};    // resolve, connect and TLS handshake
  std::chrono::milliseconds response{30'000};  // from the request's first byte to the body's last
};

struct partner {
  std::string name;
  std::string base_url = "https://api.vobiz.ai/api/v1/partner";  // without a slash at its end
  std::string auth_id;                                           // empty when `login` is there
  core::secret auth_token;
  std::filesystem::path auth_token_file;
  std::optional<config::login> login;
  std::filesystem::path ca_file;  // empty: the system's
  std::optional<config::proxy> proxy;
  config::limits limits;
  config::timeouts timeouts;
  std::uint64_t max_response = 32ull << 20;  // bytes, after decompression
};

struct database {
  core::secret dsn;  // may hold a password
  core::secret password;
  std::filesystem::path password_file;
  int connections = 2;
};

enum class scope { automatic, global, per_account };

// A time of day in UTC.
struct time_of_day {
  std::chrono::minutes since_midnight{};
};

struct stream {
  bool enabled = true;
  std::chrono::seconds every{};  // one of these two: `at` wins when set
  std::optional<time_of_day> at;
  config::scope scope = config::scope::automatic;
  core::utc_day start_date{};  // day streams only
  int lookback_days = 3;
  int audit_days = 35;
  std::optional<std::chrono::months> retention;  // nothing: for ever
  std::chrono::seconds close_delay{
      std::chrono::hours(6)};  // a day is open until this long after its end
};

struct reconcile {
  std::chrono::minutes at{150};
  std::string timezone = "Asia/Kolkata";
  std::chrono::seconds settle{std::chrono::hours(6)};
  std::string usage_cap = "1";  // in any currency: decimal text, as all money
};

struct http {
  std::string address = "127.0.0.1";
  std::uint16_t port = 9464;
  core::secret auth_token;  // empty: whoever reaches the address is served
  std::filesystem::path auth_token_file;
};

enum class log_level { trace, debug, info, warning, error };
enum class log_format { text, json };

struct log {
  log_level level = log_level::info;
  log_format format = log_format::text;
};

struct settings {
  std::vector<partner> partners;
  config::database database;
  std::map<std::string, stream, std::less<>> streams;  // every known stream, defaults filled in
  config::reconcile reconcile;
  std::optional<config::http> http;
  config::log log;
};

// Something wrong with the configuration, in the reader's terms.
struct finding {
  int line = 0;         // 1-based; 0: about the file as a whole
  std::string message;  // `unknown key "requests_per_secnod"`
  std::string hint;     // `did you mean "requests_per_second"?`, may be empty
};

struct outcome {
  settings values;
  std::vector<finding> findings;               // empty: the values can be used
  std::map<std::filesystem::path, int> files;  // every file the settings name, and on which line
};

// Where the text came from. A secret in a file that others may read is a finding.
struct source {
  std::filesystem::path file;  // absolute: relative names in the text count from its folder
  unsigned mode = 0;           // permission bits
};

// How ${NAME} is looked up; nothing when it is not set.
using environment = std::optional<std::string> (*)(std::string const& name);

// Reads settings from YAML text. `today` is the day defaults are counted from. Never throws for
// what the text says; all problems are in the outcome, in the order of their lines. No finding
// quotes a secret. Files that the text names are not opened.
outcome parse(std::string_view yaml, environment lookup, core::utc_day today,
              source const& from = {});

// Reads the secret files that the settings name into the settings. Refuses (with a finding) a file
// that is missing, empty, or readable by others. `files` gives the findings their lines.
std::vector<finding> read_secrets(settings& values,
                                  std::map<std::filesystem::path, int> const& files = {});

// The whole way from a file: read, parse, read_secrets. Throws core::failure with bad_config,
// listing every finding as `FILE:LINE: message`, when there is any, each with its hint in a line of
// its own.
settings load(std::filesystem::path const& file);

}  // namespace vobiz::config

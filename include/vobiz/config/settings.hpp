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

// The configuration (docs/configuration.md) as plain structs. Defaults are set here; the readers in
// src/config check the ranges.
namespace vobiz::config {

struct login {
  std::string email;
  core::secret password;
  std::filesystem::path password_file;
};

// An HTTP proxy for requests to the API; tunnels are opened with CONNECT.
struct proxy {
  std::string url;  // http://host:port
  std::string username;
  core::secret password;
  std::filesystem::path password_file;
};

struct limits {
  double requests_per_second = 5;  // no documented limit (docs/partner-api.md, "Errors")
  int max_in_flight = 4;
};

struct timeouts {
  std::chrono::milliseconds connect{5'000};    // time to resolve, connect and shake hands
  std::chrono::milliseconds response{30'000};  // from the request's first byte to the body's last
};

struct partner {
  std::string name;
  std::string base_url = "https://api.vobiz.ai/api/v1/partner";  // without a trailing slash
  std::string auth_id;                                           // empty if `login` is set
  core::secret auth_token;
  std::filesystem::path auth_token_file;
  std::optional<config::login> login;
  std::filesystem::path ca_file;  // empty: the system's certificates
  std::optional<config::proxy> proxy;
  config::limits limits;
  config::timeouts timeouts;
  std::uint64_t max_response = 32ull << 20;  // bytes, after decompression
};

struct database {
  core::secret dsn;  // may contain a password
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
  std::chrono::seconds every{};  // one of these two; `at` takes precedence
  std::optional<time_of_day> at;
  config::scope scope = config::scope::automatic;
  // Where the API has lists of one customer only: how often one whose wallet stands still is asked.
  std::chrono::seconds quiet_every{std::chrono::hours(1)};
  core::utc_day start_date{};  // day streams only
  int lookback_days = 3;
  int audit_days = 35;
  std::optional<std::chrono::months> retention;             // nullopt: keep forever
  std::chrono::seconds close_delay{std::chrono::hours(6)};  // from a day's end until it is closed
};

struct reconcile {
  std::chrono::minutes at{150};
  std::string timezone = "Asia/Kolkata";
  std::chrono::seconds settle{std::chrono::hours(6)};
  std::string usage_cap =
      "1";  // of currencies without one of their own; decimal text, as all money
};

struct http {
  std::string address = "127.0.0.1";
  std::uint16_t port = 9464;
  std::vector<std::string> hosts;  // names besides the loopback's, in lower case, without ports
  core::secret auth_token;         // empty: no authentication
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
  std::map<std::string, stream, std::less<>> streams;  // every known stream, with defaults
  config::reconcile reconcile;
  std::optional<config::http> http;
  config::log log;
};

// A mistake in the configuration, described for the reader.
struct finding {
  int line = 0;         // 1-based; 0: the whole file
  std::string message;  // `unknown key "requests_per_secnod"`
  std::string hint;     // `did you mean "requests_per_second"?`; may be empty
};

struct outcome {
  settings values;
  std::vector<finding> findings;               // empty: the values are usable
  std::map<std::filesystem::path, int> files;  // each named file, and the line that names it
};

// The origin of the text. A secret in a file that others may read is a finding.
struct source {
  std::filesystem::path file;  // absolute; relative paths in the text start at its folder
  unsigned mode = 0;           // permission bits
};

// Looks up ${NAME}; nullopt if it is not set.
using environment = std::optional<std::string> (*)(std::string const& name);

// Reads settings from YAML text; defaults count from `today`. Opens none of the named files. Never
// throws because of the text: all findings are in the outcome, in line order, without secrets.
outcome parse(std::string_view yaml, environment lookup, core::utc_day today,
              source const& from = {});

// Reads the secret files into the settings. A file that is missing, empty or readable by others is
// a finding; `files` has the line for it.
std::vector<finding> read_secrets(settings& values,
                                  std::map<std::filesystem::path, int> const& files = {});

// Reads the file, parses it and reads its secrets. Throws core::failure (bad_config) with every
// finding as `FILE:LINE: message`, each hint on its own line.
settings load(std::filesystem::path const& file);

// The same for a command of the database's owner, who may read no token: without partners and the
// HTTP pages, and with the given DSN instead of `database` unless it is empty.
settings load_for_database(std::filesystem::path const& file, std::string const& dsn);

// What is wrong with a DSN given as an argument; empty: nothing. It may not hold a password.
std::string problem_of_dsn(std::string const& dsn);

}  // namespace vobiz::config

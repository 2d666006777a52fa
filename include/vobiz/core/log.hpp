#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

namespace vobiz::core {

// The context of a log line: separate fields in the journal and in JSON.
struct log_fields {
  std::string partner;  // its name in the configuration, or its auth_id if unknown
  std::string stream;
  std::string run;         // started_at of the run, as in vobiz_sync.runs
  std::string window;      // UTC day, followed by the account for an account's window
  std::string request_id;  // assigned by the provider
};

// The fields of the line that this thread is logging now. For the log's sinks.
log_fields const& current_log_fields();

class log_fields_scope {
public:
  explicit log_fields_scope(log_fields const& fields);
  ~log_fields_scope();
  log_fields_scope(log_fields_scope const&) = delete;
  log_fields_scope& operator=(log_fields_scope const&) = delete;

private:
  log_fields const* before_;
};

// Logs a line with its fields.
template <class... Values>
void log(spdlog::level::level_enum level, log_fields const& fields,
         spdlog::format_string_t<Values...> text, Values&&... values) {
  log_fields_scope const scope(fields);
  spdlog::log(level, text, std::forward<Values>(values)...);
}

}  // namespace vobiz::core

#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

namespace vobiz::core {

// What a line of the log is about, besides its text: fields of their own in the journal and in
// JSON.
struct log_fields {
  std::string partner;  // its name in the configuration, or its auth_id where no name is known
  std::string stream;
  std::string run;         // the run's started_at, as in vobiz_sync.runs
  std::string window;      // UTC day, with the customer behind it where it is one customer's
  std::string request_id;  // the provider's
};

// The fields of the line that this thread is writing at the moment; for the log's sinks.
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

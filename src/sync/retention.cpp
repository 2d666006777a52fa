#include "vobiz/sink/retention.hpp"

#include <spdlog/spdlog.h>

#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

void log_change(sink::retired_month const& month) {
  if (month.what == "announced") {
    spdlog::warn(
        "retention: partition \"{}\" with {} calls is too old to be kept: it will be dropped after "
        "{}",
        month.partition, month.calls, month.at);
  } else if (month.what == "dropped") {
    spdlog::warn("retention: partition \"{}\" with {} calls is dropped", month.partition,
                 month.calls);
  }
  if (month.what == "busy") {
    spdlog::info("retention: partition \"{}\" cannot be dropped: {} uses it: trying again in 5 min",
                 month.partition, month.reason);
  } else if (!month.reason.empty()) {
    spdlog::warn("retention: partition \"{}\" is not dropped: {}", month.partition, month.reason);
  }
}

}  // namespace

asio::awaitable<void> retire_calls(context& cycle) {
  auto const changed = co_await cycle.store.retire_calls();
  for (auto const& month : changed) log_change(month);
}

}  // namespace vobiz::sync

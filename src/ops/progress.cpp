#include "vobiz/ops/progress.hpp"

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "vobiz/ops/status.hpp"

namespace vobiz::ops {

namespace {

constexpr std::chrono::milliseconds redraw{200};
constexpr std::chrono::seconds plain_pause{10};
constexpr int bar_width = 30;

}  // namespace

bool stdout_is_terminal() { return isatty(STDOUT_FILENO) == 1; }

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

progress::progress(std::string what, std::int64_t total, bool on_terminal, clock::time_point now)
    : what_(std::move(what)), total_(total), on_terminal_(on_terminal), start_(now), last_(now) {}

std::string progress::line(std::int64_t done, std::optional<std::int64_t> rows,
                           clock::time_point now) {
  clock::duration const pause =
      on_terminal_ ? clock::duration(redraw) : clock::duration(plain_pause);
  bool const last = done >= total_;
  if (shown_ && !last && now - last_ < pause) return {};
  shown_ = true;
  last_ = now;

  auto const elapsed = std::chrono::duration<double>(now - start_).count();
  auto text = fmt::format("{} of {} {}", done, total_, what_);
  if (rows) text += fmt::format(", {} rows", *rows);
  if (elapsed > 0 && done > 0) {
    if (rows) text += fmt::format(", {:.0f} rows/s", static_cast<double>(*rows) / elapsed);
    if (!last) {
      auto const left = elapsed / static_cast<double>(done) * static_cast<double>(total_ - done);
      text += ", " + human_duration(static_cast<std::int64_t>(left)) + " left";
    }
  }
  if (!on_terminal_) return text;
  auto const filled = total_ == 0 ? bar_width : static_cast<int>(done * bar_width / total_);
  return fmt::format(
      "[{}{}] {}", std::string(static_cast<std::size_t>(std::clamp(filled, 0, bar_width)), '#'),
      std::string(static_cast<std::size_t>(bar_width - std::clamp(filled, 0, bar_width)), '-'),
      text);
}

void progress::show(std::int64_t done, std::optional<std::int64_t> rows, clock::time_point now) {
  auto const text = line(done, rows, now);
  if (text.empty()) return;
  if (on_terminal_) {
    // Returns to the start of the line and erases it.
    std::cerr << "\r\x1b[K" << text << std::flush;
  } else {
    std::cerr << text << "\n";
  }
}

void progress::finish() {
  if (on_terminal_ && shown_) std::cerr << "\n";
}

}  // namespace vobiz::ops

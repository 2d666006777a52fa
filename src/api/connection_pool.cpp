#include "connection_pool.hpp"

namespace vobiz::api {

void connection_pool::drop_old(time_point now) {
  while (!waiting_.empty() && now - waiting_.front().since >= idle_) waiting_.pop_front();
}

std::unique_ptr<connection> connection_pool::take(time_point now) {
  drop_old(now);
  while (!waiting_.empty()) {
    auto line = std::move(waiting_.back().line);
    waiting_.pop_back();
    if (line->silent()) return line;
  }
  return nullptr;
}

void connection_pool::put(std::unique_ptr<connection> back, time_point now) {
  drop_old(now);
  waiting_.push_back({std::move(back), now});
}

}  // namespace vobiz::api

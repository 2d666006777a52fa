#pragma once

#include <chrono>

namespace vobiz::api {

// As messages tell a time.
inline double in_seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace vobiz::api

#pragma once

#include <chrono>

namespace vobiz::api {

// As messages write a duration.
inline double in_seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace vobiz::api

#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vobiz::simulator {

// The JSON Web Tokens that were given out. Their life is real time, not the world's, so that a
// fast clock does not end them at once.
class logins {
public:
  using clock = std::chrono::steady_clock;

  std::string give(std::chrono::seconds lifetime);

  enum class verdict { good, expired, unknown };
  verdict judge(std::string_view token) const;

  void expire_all();

private:
  std::map<std::string, clock::time_point, std::less<>> tokens_;
};

}  // namespace vobiz::simulator

#pragma once

#include <spdlog/fmt/fmt.h>

#include <boost/system/error_code.hpp>
#include <string>

namespace vobiz::async {

// "Connection refused [system:111]"
inline std::string error_code_text(boost::system::error_code const& error) {
  return fmt::format("{} [{}:{}]", error.message(), error.category().name(), error.value());
}

}  // namespace vobiz::async

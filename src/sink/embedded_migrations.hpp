#pragma once

#include <span>
#include <string_view>

namespace vobiz::sink {

struct embedded_migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

// The files of migrations/ in the order of their numbers; generated at build time.
std::span<embedded_migration const> embedded_migrations();

}  // namespace vobiz::sink

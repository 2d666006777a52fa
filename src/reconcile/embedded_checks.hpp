#pragma once

#include <span>
#include <string_view>

namespace vobiz::reconcile {

struct embedded_check {
  int number;
  std::string_view name;
  std::string_view sql;
};

// The files of reconcile/ in numeric order, generated at build time.
std::span<embedded_check const> embedded_checks();

}  // namespace vobiz::reconcile

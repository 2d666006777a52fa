#include "vobiz/core/log.hpp"

namespace vobiz::core {

namespace {

thread_local log_fields const* current = nullptr;

}  // namespace

log_fields const& current_log_fields() {
  static log_fields const none;
  return current == nullptr ? none : *current;
}

log_fields_scope::log_fields_scope(log_fields const& fields) : before_(current) {
  current = &fields;
}

log_fields_scope::~log_fields_scope() { current = before_; }

}  // namespace vobiz::core

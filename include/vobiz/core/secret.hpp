#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace vobiz::core {

// A token or password. It cannot be printed, formatted, compared or serialized. Every use calls
// reveal(), so a search for that word finds all uses.
class secret {
public:
  secret() = default;
  explicit secret(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  std::string_view reveal() const { return text_; }

private:
  std::string text_;
};

}  // namespace vobiz::core

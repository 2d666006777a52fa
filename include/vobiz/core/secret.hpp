#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace vobiz::core {

// A token or password. It can be neither printed, formatted, compared nor serialized. The only way
// to its text is reveal(), so every use of a secret can be found by that word.
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

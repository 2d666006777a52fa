#pragma once

#include <algorithm>
#include <memory_resource>
#include <set>
#include <string_view>

namespace vobiz::sync {

// The keys of the rows a list has shown, each once and in order. Hundreds of thousands are kept
// while large days are read, so texts and nodes stand in a few blocks that are given back together.
class key_set {
public:
  key_set() = default;
  key_set(key_set const&) = delete;
  key_set& operator=(key_set const&) = delete;

  void insert(std::string_view key) {
    auto const place = keys_.lower_bound(key);
    if (place != keys_.end() && *place == key) return;
    auto* const text = static_cast<char*>(blocks_.allocate(key.size(), 1));
    std::ranges::copy(key, text);
    keys_.emplace_hint(place, text, key.size());
  }
  // The text's bytes stay until clear().
  void erase(std::string_view key) { keys_.erase(key); }
  void clear() {
    keys_.clear();
    blocks_.release();
  }
  std::size_t size() const { return keys_.size(); }
  auto begin() const { return keys_.begin(); }
  auto end() const { return keys_.end(); }

private:
  std::pmr::monotonic_buffer_resource blocks_;
  std::pmr::set<std::string_view> keys_{&blocks_};
};

}  // namespace vobiz::sync

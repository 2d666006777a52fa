#pragma once

#include <algorithm>
#include <string_view>

#include "vobiz/streams/stream.hpp"

namespace vobiz::fuzz {

// A response for a stream; the first line of the input names the stream.
struct named_body {
  streams::stream const* of;  // nullptr if there is no such stream
  std::string_view body;
};

// The nested streams (rows inside rows) count as streams, too.
inline named_body split(std::string_view input) {
  auto const name = input.substr(0, input.find('\n'));
  auto const body = input.substr(std::min(name.size() + 1, input.size()));
  for (auto const& stream : streams::all()) {
    if (stream.name == name) return {&stream, body};
    for (auto const& feed : stream.feeds) {
      if (feed.rows.name == name) return {&feed.rows, body};
    }
  }
  return {nullptr, body};
}

}  // namespace vobiz::fuzz

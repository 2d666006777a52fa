#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/api/message.hpp"

namespace vobiz::simulator {

// How a connection goes on after an answer.
enum class ending {
  keep,   // for the next request
  close,  // in order
  reset,  // with a TCP RST
  hold,   // silent until the client gives up
};

// An answer as what is written to the connection, so that any fault of a network can be one.
struct script {
  struct step {
    std::string bytes;
    std::chrono::milliseconds before{0};  // a pause
  };
  std::vector<step> steps;
  ending end = ending::keep;

  // Everything that is written, for tests.
  std::string bytes() const;
};

// How the length of a body is told.
enum class framing { length, chunked, until_close };

// Status line and headers, with the empty line behind them.
std::string head_of(answer const& what, framing how, std::size_t length, bool keep_alive);

// A well-formed answer.
script plain_script(answer const& what, bool keep_alive);

// A gzip member that holds the text.
std::string gzip(std::string_view text);

// Compresses the body when that is worth it, and says so.
void compress(answer& what);

}  // namespace vobiz::simulator

#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::testing {

// Responses for a stream in which one row is hostile and the others are those of its fixtures.
class hostile_rows {
public:
  struct body {
    std::string good;     // the good rows alone
    std::string hostile;  // with a hostile row among them
    std::string row;      // the hostile row
    std::size_t good_rows = 0;
  };

  hostile_rows(streams::stream const& stream, std::uint64_t seed);

  // The seed and number of calls decide what it is.
  body next();

private:
  std::string one_value();
  std::string one_name();
  std::string mutated();
  std::size_t below(std::size_t end) { return dice_() % end; }

  streams::stream const& stream_;
  std::mt19937_64 dice_;
  std::vector<std::string> names_;  // of the members that columns name
  std::vector<std::string>
      telling_names_;              // of those that keys, indexes, days and other tables need
  std::string base_;               // a row of the fixtures
  std::vector<std::string> rows_;  // rows like it with keys of their own
};

}  // namespace vobiz::testing

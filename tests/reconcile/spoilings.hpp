#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "books.hpp"

// Each possible error of a day, by theme, and the only check that finds it.
namespace vobiz::reconcile {

inline constexpr char const* follow = "; SELECT pg_temp.follow()";

struct spoiling {
  std::string name;
  std::string sql;  // change of the clean day
  std::vector<std::string> breaks;
};

inline void PrintTo(spoiling const& one, std::ostream* out) { *out << one.name; }

// The uuid of a call of the clean day.
inline std::string uuid(char const* last_digits) {
  return "00000000-0000-4000-8000-" + std::string(12 - std::string(last_digits).size(), '0') +
         last_digits;
}

std::vector<spoiling> spoilings_of_charges();
std::vector<spoiling> spoilings_of_prices();
std::vector<spoiling> spoilings_of_wallets();
std::vector<spoiling> spoilings_of_records();
std::vector<spoiling> spoilings_of_figures();
std::vector<spoiling> spoilings_of_numbers();

}  // namespace vobiz::reconcile

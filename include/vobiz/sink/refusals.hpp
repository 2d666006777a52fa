#pragma once

#include <chrono>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/windows.hpp"

// vobiz_sync.refusals: lists that the API does not give while it gives others.
namespace vobiz::sink {

struct refusal {
  std::string scope;
  std::chrono::seconds stands_for{};  // since it was first refused
  int attempts = 0;
  bool is_paused = false;    // it is not time to ask again
  bool fallen_back = false;  // of the global list: the customers' are read instead
};

// The refusals of a partner's stream.
std::vector<refusal> load_refusals(pqxx::transaction_base& transaction, std::string const& partner,
                                   std::string_view stream);

// Records one more refusal of the list of key.scope, which is asked for again after a pause that
// doubles from a minute to an hour. Returns the refusal as it stands now.
refusal record_refusal(pqxx::transaction_base& transaction, window_key const& key,
                       std::string const& error);

// The list answers again. Returns whether the customers' lists were read instead.
bool end_refusal(pqxx::transaction_base& transaction, std::string const& partner,
                 std::string_view stream, std::string const& scope);

}  // namespace vobiz::sink

#pragma once

#include "context.hpp"

// A global list that is refused: asked again, and after a while replaced by the customers' lists.
namespace vobiz::sync {

// How a refusal of a global list stands.
struct global_refusal {
  bool answered_before = false;        // the list has ever been read
  std::chrono::seconds stands_for{0};  // since its first refusal
  int attempts = 1;                    // cycles in which it was refused
};

// Whether it is time to read the customers' lists instead: at once where the list has never
// answered, else after three refusals over five minutes.
bool is_time_to_fall_back(global_refusal const& how);

// The global list was refused, in the cycle's read of it number `reads`. Returns true where it is
// to be read once more, since it answers when asked again, and false where the customers' lists are
// to be read instead. Throws api_refusal where neither is so yet.
boost::asio::awaitable<bool> ask_global_again(context& cycle, api::problem const& why, int reads);

// The global list answers: what was done because it did not is undone.
boost::asio::awaitable<void> note_global_answer(context& cycle);

}  // namespace vobiz::sync

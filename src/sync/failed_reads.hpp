#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "context.hpp"

// What becomes of the rest of a cycle when a part of it brings no answer (consequence.hpp).
namespace vobiz::sync {

// The window's read brought no answer, as its read number `reads` in a row. Returns whether to read
// it once more: a global list that refuses for a moment answers when asked again. Where other days
// of its list answer, the day alone is left behind: recorded with a pause of its own, and the cycle
// fails at its end. Throws api_refusal where the problem is that of the list.
boost::asio::awaitable<bool> leave_day_behind(context& cycle, sink::window_key const& key,
                                              api::problem const& why, int reads);

// Asks a list that refuses again, after pauses of seconds or as the server wishes; whether it
// answers.
boost::asio::awaitable<bool> answers_when_asked_again(context& cycle, sink::window_key const& key,
                                                      api::problem const& why);

// The pause before a refused list is asked for once more within the cycle, after `asks` requests;
// nothing: not in this cycle. The server's own wish comes first, up to a minute.
std::optional<std::chrono::milliseconds> pause_before_asking_again(
    int asks, std::optional<std::chrono::milliseconds> const& asked_wait);

// Reads of a list in one cycle that refuses them and answers other questions.
inline constexpr int reads_of_a_refusal = 2;

// Records that the cycle goes on without this and fails at its end; `what` names it.
void leave_behind(context& cycle, std::string const& what, api::problem const& why);

// Asks for a part of customers' lists that is known to be there, or not: whether it answers.
using ask_customer = std::function<boost::asio::awaitable<bool>(std::string const& id)>;

// The customers whose lists a cycle reads, and what became of those that brought no answer.
class customers_at_hand {
public:
  // `present` are the partner's at present. `ask` outlives this.
  customers_at_hand(context& cycle, std::vector<std::string> const& present,
                    ask_customer const& ask)
      : cycle_(cycle), present_(present), ask_(ask) {}

  // The customer's list answers: if it was refused before, no longer.
  boost::asio::awaitable<void> answered(std::string const& id);

  // The customer's list brought no answer. Where others answer, the customer alone is left out,
  // with a pause of its own; a refusal waits for the first of them. Throws api_refusal where they
  // are silent.
  boost::asio::awaitable<void> failed(std::string const& id, api_refusal const& refusal);

  // All have been asked. Throws api_refusal where none of them has answered.
  boost::asio::awaitable<void> finish();

private:
  struct failure {
    std::string id;
    api_refusal refusal;
  };

  boost::asio::awaitable<bool> others_answer(failure const& one);
  boost::asio::awaitable<void> leave_out(failure const& one);

  context& cycle_;
  std::vector<std::string> const& present_;
  ask_customer const& ask_;
  bool one_answered_ = false;
  std::string last_answered_;
  std::vector<failure> undecided_;
};

// Whether the list of the scope gives the first page of the day, asked for in few attempts.
boost::asio::awaitable<bool> day_answers(context& cycle, sink::window_key const& key);

}  // namespace vobiz::sync

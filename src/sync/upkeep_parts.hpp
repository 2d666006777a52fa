#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "readers.hpp"

namespace vobiz::sync {

// The parts of upkeep. A refusal of one says nothing about the others, unless the API does not
// answer at all.
class parts_of_upkeep {
public:
  explicit parts_of_upkeep(context& cycle) : cycle_(cycle) {}

  // `what` names the part for people. Throws api_refusal where the API does not answer at all.
  boost::asio::awaitable<void> run(std::string const& what,
                                   std::function<boost::asio::awaitable<void>()> const& part);

private:
  context& cycle_;
  bool has_failed_ = false;  // the part before
};

// The checks of one scope's spans. A span that brings no answer keeps none of the others waiting;
// throws api_refusal where the list is silent. Returns whether days are to be read again.
boost::asio::awaitable<bool> check_spans_of(context& cycle, std::string const& scope,
                                            audit_span const& audit);

// Names a part of one scope for people: "spans of MA_1".
std::string of_scope(std::string_view what, std::string const& scope);

// What is done about the customers' proven days: whole reads, sums of spans, and the days that the
// witness counts otherwise.
boost::asio::awaitable<void> keep_customers(context& cycle, parts_of_upkeep& parts);

}  // namespace vobiz::sync

#pragma once

#include <pqxx/pqxx>
#include <string>

#include "vobiz/streams/stream.hpp"

namespace vobiz::sink {

// The 15 minutes of customers that changed rows count in now or counted in before, as arrays of the
// database that belong together. Some may be in it more than once.
struct touched_places {
  std::string partners;
  std::string customers;
  std::string buckets;
  std::string ends;  // until when such a row is in progress; empty where the rollup has no peaks

  bool empty() const { return partners.empty(); }
  void add(touched_places const& more);
};

// What a statement that changes rows of the stream says it has touched; nothing where the stream
// has no rollups.
touched_places touched_from(pqxx::row const& row, streams::stream const& stream);

// Makes the rollups of these places whole. Whatever changes rows of a stream ends with this, in the
// same transaction: no trigger does it. Two transactions that touch a billing day take turns from
// here on, so it comes after the locks of windows and before that of the cursor.
void roll_up(pqxx::transaction_base& transaction, streams::stream const& stream,
             touched_places const& places);

}  // namespace vobiz::sink

#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/decode/page.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/walks.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sink {

// One transaction over a window: what storing a group of its list's pages can do. The functions of
// the same names (merge.hpp, rejects.hpp, walks.hpp, windows.hpp) say more.
class window_transaction {
public:
  window_transaction(pqxx::work& transaction, streams::stream const& stream, window_key const& key)
      : transaction_(transaction), stream_(stream), key_(key) {}

  merge_result merge(merge_target const& target, decode::page& page);
  std::int64_t record_rejects(std::vector<decode::reject> const& rejects);
  std::int64_t resolve_rejects(std::vector<decode::reject> const& met);
  std::vector<std::string> record_unknown_fields(std::vector<std::string> const& fields);
  void record_wallets();
  void reopen(std::vector<core::utc_day> const& days);
  // The days given to it, where one of them has lost its proof so.
  std::vector<core::utc_day> const& reopened() const { return reopened_; }

  void lock();
  figures recount();
  figures add(figures_change const& change);
  walk_comparison compare_walk(figures const& stored, std::int64_t walked, was_walked const& met);
  // Adds the figures of the rows with these keys.
  void add_figures_of(figures& to, std::vector<std::string> const& keys);
  std::int64_t mark_removed(was_walked const& met);

  // Writes what the read came to.
  void conclude(conclusion const& outcome);

  // Ends the job: the rollups follow the rows, and the stream's cursor follows proofs that were
  // made or lost.
  void finish();

private:
  pqxx::work& transaction_;
  streams::stream const& stream_;
  window_key const& key_;
  touched_places touched_;
  bool moves_cursor_ = false;
  std::vector<core::utc_day> reopened_;
};

}  // namespace vobiz::sink

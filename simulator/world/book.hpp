#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/world/rows.hpp"
#include "simulator/world/timeline.hpp"

namespace vobiz::simulator {

struct uuid_hash {
  std::size_t operator()(uuid const& id) const { return id.high ^ id.low; }
};

// All rows of a stream, found by id and listed by day, for everyone and per account. Rows are never
// taken out, only off the lists, so that positions stay good.
template <class Row>
class book {
public:
  std::uint32_t add(Row row) {
    auto const at = static_cast<std::uint32_t>(rows_.size());
    rows_.push_back(std::move(row));
    by_id_.insert_or_assign(rows_.back().id, at);
    if (rows_.back().listed) insert(at);
    return at;
  }

  Row const& operator[](std::uint32_t at) const { return rows_[at]; }
  std::size_t size() const { return rows_.size(); }
  void expect(std::size_t rows) { by_id_.reserve(rows); }

  // A row that can be reached by its id, listed or not.
  std::optional<std::uint32_t> find(uuid const& id) const {
    auto const found = by_id_.find(id);
    if (found == by_id_.end() || !rows_[found->second].reachable) return std::nullopt;
    return found->second;
  }

  // Lets `edit` change a row, and keeps lists and figures right.
  template <class Edit>
  void change(std::uint32_t at, Edit edit) {
    if (rows_[at].listed) erase(at);
    edit(rows_[at]);
    if (rows_[at].listed) insert(at);
  }

  members const* replaced(std::uint32_t at) const {
    return rows_[at].replaced ? &replaced_.find(at)->second : nullptr;
  }
  members& replace(std::uint32_t at) {
    rows_[at].replaced = true;
    return replaced_[at];
  }

  timeline<Row> const& all() const { return all_; }
  timeline<Row> const& of(std::uint32_t account) const {
    static timeline<Row> const none;
    return account < by_account_.size() ? by_account_[account] : none;
  }

private:
  void insert(std::uint32_t at) {
    all_.insert(rows_, at);
    auto const account = rows_[at].account;
    if (account == no_account) return;
    if (account >= by_account_.size()) by_account_.resize(account + 1);
    by_account_[account].insert(rows_, at);
  }

  void erase(std::uint32_t at) {
    all_.erase(rows_, at);
    if (rows_[at].account != no_account) by_account_[rows_[at].account].erase(rows_, at);
  }

  std::deque<Row> rows_;
  boost::unordered_flat_map<uuid, std::uint32_t, uuid_hash> by_id_;
  std::unordered_map<std::uint32_t, members> replaced_;
  timeline<Row> all_;
  std::vector<timeline<Row>> by_account_;
};

}  // namespace vobiz::simulator

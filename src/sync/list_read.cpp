#include "list_read.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>

#include "vobiz/sink/sql_text.hpp"
#include "window_fsm.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::window_state;

namespace {

// The window's list as the state machine goes through it: fetches what it asks for, stores what
// came.
class reader {
public:
  reader(context& cycle, sink::window const& before, api::priority urgency, bool whole)
      : cycle_(cycle),
        stream_(cycle.stream()),
        before_(before),
        urgency_(urgency),
        read_(before, whole, most_per_page),
        key_columns_(key_columns(stream_)) {
    target_.partner = before.key.partner;
    target_.expect_new = before.stored.rows == 0;
    if (!stream_.day_column.empty()) target_.day = before.key.day;
    target_.scope = before.key.scope;
  }

  asio::awaitable<list_outcome> read();

private:
  // A group of pages as they came, and what became of storing them.
  struct group {
    std::vector<decode::page> pages;
    verdict result = verdict::more;
  };

  // `list` is a copy: a transaction may judge the one of the read meanwhile, in another thread.
  asio::awaitable<void> fetch_pages(list_fsm const& list, std::vector<std::int64_t> const& pages,
                                    std::vector<fetched>& answers);
  asio::awaitable<void> commit(group& read);
  asio::awaitable<void> commit_and_fetch(group& read, std::vector<std::int64_t> const& ahead,
                                         std::vector<fetched>& answers);
  verdict store(sink::window_transaction& window, std::vector<decode::page>& pages);
  sink::figures count(sink::window_transaction& window, sink::merge_result const& merged,
                      bool moved);
  bool walked_only_new_rows(sink::figures const& stored) const;
  verdict settle(sink::window_transaction& window, sink::figures const& stored);
  void conclude(sink::window_transaction& window, verdict how);
  // Records and logs members that no column names, each once.
  void report_unknown_fields(sink::window_transaction& window,
                             std::vector<std::string> const& fields);

  context& cycle_;
  streams::stream const& stream_;
  sink::window const& before_;
  api::priority urgency_;
  window_fsm read_;
  std::vector<std::size_t> key_columns_;
  api::counters spent_;  // by this read; others go on beside it
  sink::merge_target target_;
  sink::conclusion conclusion_;
  bool counted_ = false;
  sink::figures stored_;                 // of the window, when the last group was stored
  bool changed_ = false;                 // this read has written rows
  std::vector<core::utc_day> reopened_;  // and taken the proof of these
  std::int64_t inserted_ = 0;            // by the transactions committed in this read of the list
  // What the open transaction has written; reported only once it is committed.
  struct {
    sink::merge_counts rows;
    std::int64_t removed = 0;
    std::int64_t rejected = 0;
    std::vector<core::utc_day> reopened{};
  } written_;
};

// Whether the stored rows of the window are those that this read has inserted, all of which it
// walked: then nothing can have vanished.
bool reader::walked_only_new_rows(sink::figures const& stored) const {
  auto const walked = static_cast<std::int64_t>(read_.keys().size());
  return before_.key.scope == sink::global_scope && stored.rows == walked &&
         inserted_ + written_.rows.inserted == walked;
}

// After a complete walk: what is stored beyond it has vanished.
verdict reader::settle(sink::window_transaction& window, sink::figures const& stored) {
  auto const rejects = read_.rejects();
  auto const walked_rows = static_cast<std::int64_t>(read_.keys().size());
  sink::was_walked const met = [this](std::string_view key) { return read_.keys().contains(key); };
  sink::walk_comparison walk;
  if (walked_only_new_rows(stored)) {
    walk.here = walked_rows;
    walk.walked = stored;
  } else {
    walk = window.compare_walk(stored, walked_rows, met);
  }
  walk.walked.rejects = static_cast<std::int64_t>(rejects.size());
  auto each_time = walk.walked;
  if (!read_.repeated().empty()) window.add_figures_of(each_time, read_.repeated());
  auto const result = read_.settle(walk, each_time, stored.rows, cycle_.shrinks());
  if (result != verdict::proven) return result;
  auto const resolved = window.resolve_rejects(rejects);
  if (walk.vanished > 0) written_.removed = window.mark_removed(met);
  if (walk.vanished + resolved > 0) window.recount();
  return result;
}

void reader::conclude(sink::window_transaction& window, verdict how) {
  conclusion_ = read_.outcome();
  if (how == verdict::proven) {
    // A snapshot is of the moment it was read.
    bool const over = stream_.form == streams::shape::snapshot || cycle_.is_closed(before_.key.day);
    conclusion_.state = over ? window_state::proven : window_state::open;
  }
  conclusion_.requests = static_cast<std::int64_t>(spent_.requests);
  window.conclude(conclusion_);
}

// What is stored of the window after a merge. Counting all of it for each group of a large day
// would cost more than storing the rows: what the merge has changed is enough until a proof is in
// reach, which takes counting.
sink::figures reader::count(sink::window_transaction& window, sink::merge_result const& merged,
                            bool moved) {
  bool const is_known = counted_ && written_.rejected == 0 && !moved;
  counted_ = true;
  if (is_known) {
    auto const stored = window.add(merged.change);
    if (!read_.may_decide(stored)) return stored;
  }
  return window.recount();
}

// Stores a group of pages and has them judged, all in one transaction.
verdict reader::store(sink::window_transaction& window, std::vector<decode::page>& pages) {
  // One statement for the group: what it costs to plan one is worth many rows.
  auto& all = pages.front();
  if (read_.lists_foreign_rows()) {
    for (auto& page : pages) {
      auto const places = find_foreign_rows(stream_, before_.key, page.rows).places;
      if (!places.empty()) page.rows = without(page.rows, places);
    }
  }
  for (auto page = pages.begin() + 1; page != pages.end(); ++page) {
    all.rows.append(page->rows);
    page->rows =
        decode::row_batch(0);  // what is appended need not be held twice while the database works
    all.rejects.insert(all.rejects.end(), page->rejects.begin(), page->rejects.end());
    all.unknown.insert(all.unknown.end(), page->unknown.begin(), page->unknown.end());
  }
  auto const decoded = all.rejects.size();
  auto const merged = window.merge(target_, all);
  for (std::size_t n = 0; n < merged.refused.size(); ++n) {
    auto const row = merged.refused[n];
    decode::page const one{all.rows.slice(row, row + 1), {}, {}, {}, {}};
    read_.refuse(keys_of(one, key_columns_).front(), all.rejects[decoded + n]);
  }
  written_ = {};
  written_.rows = merged.counts;
  written_.rejected = window.record_rejects(all.rejects);
  bool const moved = !merged.left_days.empty();
  if (moved) window.reopen(merged.left_days);
  report_unknown_fields(window, all.unknown);
  if (stream_.carries_wallets) window.record_wallets();

  auto stored = before_.stored;
  bool const changed =
      written_.rows.inserted + written_.rows.updated + written_.rejected > 0 || moved;
  if (counted_ && !changed && !read_.may_decide(stored_)) {
    // Nothing is written, so that the commit costs no wait for the disk.
    stored = stored_;
  } else if (changed || counted_ || !before_.read_before) {
    window.lock();
    stored = count(window, merged, moved);
  }
  stored_ = stored;
  auto result = read_.judge(stored, changed);
  if (result == verdict::settle) {
    // Windows of another scope may have changed these rows since this one was counted
    // (docs/architecture.md, "Fallback").
    if (!counted_) {
      window.lock();
      stored = window.recount();
    }
    counted_ = true;
    result = settle(window, stored);
  }
  if (result == verdict::proven || result == verdict::mismatch) conclude(window, result);
  written_.reopened = window.reopened();
  return result;
}

void reader::report_unknown_fields(sink::window_transaction& window,
                                   std::vector<std::string> const& fields) {
  for (auto const& field : window.record_unknown_fields(fields)) {
    core::log(spdlog::level::info, cycle_.about(),
              "stream \"{}\": the API sends a field no column names: \"{}\": kept in extra",
              stream_.name, field);
  }
}

asio::awaitable<void> reader::fetch_pages(list_fsm const& list,
                                          std::vector<std::int64_t> const& pages,
                                          std::vector<fetched>& answers) {
  list_part const day{before_.key, before_.key.day, urgency_};
  answers = co_await sync::fetch_pages(cycle_, list, day, pages, &spent_);
}

asio::awaitable<void> reader::commit(group& read) {
  std::function<void(sink::window_transaction&)> const job = [&](sink::window_transaction& window) {
    read.result = store(window, read.pages);
  };
  co_await cycle_.store.write_window(before_.key, job);
  cycle_.report.rows += written_.rows;
  cycle_.report.removed += written_.removed;
  cycle_.report.rejected += written_.rejected;
  auto const& rows = written_.rows;
  if (rows.inserted + rows.updated + written_.removed + written_.rejected > 0) changed_ = true;
  reopened_.insert(reopened_.end(), written_.reopened.begin(), written_.reopened.end());
  inserted_ = read.result == verdict::again ? 0 : inserted_ + written_.rows.inserted;
}

// The API answers while the database stores.
asio::awaitable<void> reader::commit_and_fetch(group& read, std::vector<std::int64_t> const& ahead,
                                               std::vector<fetched>& answers) {
  answers.clear();
  if (ahead.empty()) {
    co_await commit(read);
    co_return;
  }
  auto const list = read_.list();
  auto const executor = co_await asio::this_coro::executor;
  auto storing = asio::co_spawn(executor, commit(read), asio::deferred);
  auto fetching = asio::co_spawn(executor, fetch_pages(list, ahead, answers), asio::deferred);
  auto both = asio::experimental::make_parallel_group(std::move(storing), std::move(fetching));
  asio::experimental::wait_for_all const all;
  auto const [order, stored, fetched] = co_await both.async_wait(all, asio::use_awaitable);
  if (stored) std::rethrow_exception(stored);
  if (fetched) std::rethrow_exception(fetched);
}

asio::awaitable<list_outcome> reader::read() {
  list_outcome outcome;
  std::vector<fetched> answers;
  for (;;) {
    if (answers.empty()) {
      auto const pages = read_.next_pages();
      auto const list = read_.list();
      co_await fetch_pages(list, pages, answers);
    }
    group batch;
    for (auto& answer : answers) {
      if (!answer) {
        outcome.problem = answer.error();
        break;
      }
      read_.add_page(answer->envelope, keys_of(*answer, key_columns_), answer->rejects,
                     find_foreign_rows(stream_, before_.key, answer->rows).what);
      batch.pages.push_back(std::move(*answer));
    }
    if (!batch.pages.empty()) {
      // Pages that came before the one that did not are stored, but they decide nothing.
      std::vector<std::int64_t> ahead;
      if (!outcome.problem && read_.list().reads_on()) ahead = read_.next_pages();
      co_await commit_and_fetch(batch, ahead, answers);
      if (batch.result == verdict::proven || batch.result == verdict::mismatch) {
        outcome.problem.reset();
        outcome.conclusion = conclusion_;
        outcome.changed = changed_;
        outcome.reopened = reopened_;
        co_return outcome;
      }
      // What was fetched ahead belongs to a read that is over.
      if (batch.result == verdict::again) answers.clear();
    }
    if (outcome.problem) co_return outcome;
  }
}

}  // namespace

std::vector<std::size_t> key_columns(streams::stream const& stream) {
  std::vector<std::size_t> columns;
  for (auto const key : stream.key) {
    for (std::size_t n = 0; n < stream.columns.size(); ++n) {
      if (stream.columns[n].name == key) columns.push_back(n);
    }
  }
  return columns;
}

std::vector<std::string> keys_of(decode::page const& page,
                                 std::vector<std::size_t> const& columns) {
  std::vector<std::string> keys;
  keys.reserve(page.rows.size());
  for (std::size_t row = 0; row < page.rows.size(); ++row) {
    std::string key;
    for (auto const column : columns) {
      key += page.rows.at(row, column).value_or("");
      key += '\0';
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

asio::awaitable<list_outcome> read_list(context& cycle, sink::window const& before,
                                        api::priority urgency, bool whole) {
  reader one(cycle, before, urgency, whole);
  co_return co_await one.read();
}

asio::awaitable<api::result<decode::envelope>> probe(context& cycle, sink::window_key const& from,
                                                     core::utc_day to) {
  std::vector<page_request> requests;
  list_part const part{from, to, api::priority::probe};
  requests.push_back({list_request(cycle.stream(), part, 1, 1), 1});
  auto answers = co_await fetch(cycle, requests);
  if (!answers[0]) co_return answers[0].error();
  co_return answers[0]->envelope;
}

}  // namespace vobiz::sync

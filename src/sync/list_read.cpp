#include "list_read.hpp"

#include <spdlog/spdlog.h>

#include <map>
#include <set>

#include "proof.hpp"
#include "read_plan.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/rejects.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::window_state;

namespace {

constexpr std::int64_t most_per_page = 100;  // partner-api.md, "Pagination and filters"
constexpr int most_reads = 3;                // design.md §2, "Drift"

api::request make_request(streams::stream const& stream, sink::window_key const& window,
                          std::int64_t page, std::int64_t per_page, api::priority urgency) {
  api::request request;
  bool const global = window.scope == sink::global_scope;
  request.path = global ? std::string(stream.path) : account_path(stream.account_path, window.scope);
  if (!stream.from_parameter.empty()) {
    auto const day = core::to_text(window.day);
    request.query.emplace_back(stream.from_parameter, day);
    request.query.emplace_back(stream.to_parameter, day);
  }
  request.query.emplace_back("page", std::to_string(page));
  request.query.emplace_back("per_page", std::to_string(per_page));
  // The first generation's accounts call it size; a name the API does not know is ignored.
  if (stream.form == streams::shape::snapshot) {
    request.query.emplace_back("size", std::to_string(per_page));
  }
  request.urgency = urgency;
  return request;
}

// The distinct keys met in one read, and the rejects.
struct walk {
  std::set<std::vector<std::string>> keys;
  std::map<std::string, decode::reject> rejects;  // by payload: drift repeats them like rows
  bool contradicted = false;

  void add(std::vector<std::size_t> const& key_columns, decode::page const& page) {
    for (std::size_t row = 0; row < page.rows.size(); ++row) {
      std::vector<std::string> key;
      for (auto const column : key_columns) key.emplace_back(page.rows.at(row, column).value_or(""));
      keys.insert(std::move(key));
    }
    for (auto const& reject : page.rejects) rejects.insert_or_assign(reject.payload, reject);
  }

  std::size_t size() const { return keys.size() + rejects.size(); }

  sink::walked_keys columns(std::size_t count) const {
    sink::walked_keys result(count);
    for (auto const& key : keys) {
      for (std::size_t n = 0; n < count; ++n) result[n].push_back(key[n]);
    }
    return result;
  }
};

// One read of a list, page group by page group.
class reader {
public:
  reader(context& cycle, sink::window const& before, api::priority urgency, bool whole)
      : cycle_(cycle), stream_(cycle.stream()), before_(before), urgency_(urgency), whole_(whole) {
    for (auto const key : stream_.key) {
      for (std::size_t n = 0; n < stream_.columns.size(); ++n) {
        if (stream_.columns[n].name == key) key_columns_.push_back(n);
      }
    }
    target_.partner = before.key.partner;
    if (!stream_.day_column.empty()) target_.day = before.key.day;
  }

  // True when it ended in a conclusion or a problem, false when it has to be read again.
  asio::awaitable<bool> read_once(list_outcome& outcome, bool last_try);

private:
  bool store(pqxx::work& transaction, std::vector<decode::page>& pages, bool at_end, bool last_try,
             list_outcome& outcome);
  bool settle(pqxx::work& transaction, decode::envelope const& said, sink::figures const& stored,
              list_outcome& outcome, std::string& doubt);
  void fill(sink::conclusion& conclusion, decode::envelope const& said) const;
  void conclude(pqxx::work& transaction, list_outcome& outcome);
  window_state state_when_proven() const {
    // A snapshot is of the moment it was read.
    if (stream_.form == streams::shape::snapshot) return window_state::proven;
    return cycle_.is_closed(before_.key.day) ? window_state::proven : window_state::open;
  }

  context& cycle_;
  streams::stream const& stream_;
  sink::window const& before_;
  api::priority urgency_;
  bool whole_;
  std::vector<std::size_t> key_columns_;
  sink::merge_target target_;
  walk walk_;
  // What the transaction at hand did; reported only once it is committed.
  struct {
    sink::merge_counts rows;
    std::int64_t removed = 0;
    std::int64_t rejected = 0;
  } done_;
  std::optional<std::int64_t> first_total_;
  bool counted_ = false;
  std::uint64_t requests_before_ = 0;
};

void reader::fill(sink::conclusion& conclusion, decode::envelope const& said) const {
  conclusion.api_total = said.total;
  conclusion.api_sums = said.measures;
}

void reader::conclude(pqxx::work& transaction, list_outcome& outcome) {
  outcome.conclusion.requests = static_cast<std::int64_t>(cycle_.spent.requests - requests_before_);
  sink::conclude(transaction, stream_, before_.key, outcome.conclusion);
  if (!stream_.day_column.empty()) {
    sink::update_cursor(transaction, before_.key.partner, stream_.name,
                        cycle_.setting.settings.start_date,
                        before_.key.scope != sink::global_scope);
  }
}

// After a complete walk: what is stored beyond it has vanished. True when the window is proven.
bool reader::settle(pqxx::work& transaction, decode::envelope const& said,
                    sink::figures const& stored, list_outcome& outcome, std::string& doubt) {
  auto const columns = walk_.columns(key_columns_.size());
  auto walked = sink::figures_of(transaction, stream_, before_.key, columns);
  walked.rejects = static_cast<std::int64_t>(walk_.rejects.size());
  auto const by = prove(said, walked, true);
  auto& conclusion = outcome.conclusion;
  if (!by) {
    doubt = said.total ? fmt::format("the API counts {} rows, {} were listed", *said.total,
                                     walked.rows + walked.rejects)
                       : std::string("the list changed while it was read");
    if (said.total && *said.total == walked.rows + walked.rejects) {
      doubt = "as many rows are listed as the API counts, but their sums differ from its summary";
    }
    return false;
  }
  auto const vanished = sink::count_vanished(transaction, stream_, before_.key, columns);
  auto const total = walked.rows + walked.rejects;
  if (vanished > 0 && !believe_vanished(vanished, stored.rows, total, before_)) {
    conclusion.state = window_state::mismatch;
    conclusion.doubted_total = total;
    conclusion.error = fmt::format(
        "{} of {} stored rows are no longer listed; they stay until another full read, at least 10 "
        "minutes later, agrees", vanished, stored.rows);
    return true;
  }
  std::vector<decode::reject> met;
  for (auto const& [payload, reject] : walk_.rejects) met.push_back(reject);
  auto const resolved = sink::resolve_rejects(transaction, before_.key, met);
  if (vanished > 0) done_.removed = sink::mark_removed(transaction, stream_, before_.key, columns);
  if (vanished + resolved > 0) sink::recount(transaction, stream_, before_.key);
  conclusion.state = state_when_proven();
  conclusion.proven_by = by;
  return true;
}

// Stores a group of pages and judges. True when the window is concluded.
bool reader::store(pqxx::work& transaction, std::vector<decode::page>& pages, bool at_end,
                   bool last_try, list_outcome& outcome) {
  done_ = {};
  bool left_other_days = false;
  for (auto& page : pages) {
    auto const merged =
        sink::merge_with_feeds(transaction, stream_, target_, page.rows, page.rejects);
    done_.rows += merged.counts;
    done_.rejected += sink::record_rejects(transaction, before_.key, page.rejects);
    if (!merged.left_days.empty()) {
      sink::reopen(transaction, stream_, before_.key, merged.left_days);
      left_other_days = true;
    }
    for (auto const& field : sink::record_unknown_fields(transaction, before_.key.partner,
                                                         stream_.name, page.unknown)) {
      spdlog::info("stream \"{}\": the API sends a field no column names: \"{}\": kept in extra",
                   stream_.name, field);
    }
  }
  if (stream_.name == "accounts") sink::record_wallets(transaction, before_.key.partner);

  auto const& said = pages.back().around;
  auto stored = before_.stored;
  bool const changed =
      done_.rows.inserted + done_.rows.updated + done_.rejected > 0 || left_other_days;
  if (changed || counted_ || !before_.read_before) {
    stored = sink::recount(transaction, stream_, before_.key);
    counted_ = true;
  }
  auto& conclusion = outcome.conclusion;
  fill(conclusion, said);
  conclusion.walked = at_end && !walk_.contradicted;
  std::string doubt;
  // A read that found something and came to the end anyway is worth the closer look of settle().
  if (auto const by = prove(said, stored, false); by && !whole_ && !(at_end && changed)) {
    conclusion.state = state_when_proven();
    conclusion.proven_by = by;
    conclude(transaction, outcome);
    return true;
  }
  if (!at_end) return false;
  bool const steady = said.total == first_total_ && !walk_.contradicted;
  if (steady && settle(transaction, said, stored, outcome, doubt)) {
    conclude(transaction, outcome);
    return true;
  }
  if (!last_try) return false;
  conclusion.state = window_state::mismatch;
  conclusion.error = fmt::format("not proven after {} reads: {}", most_reads,
                                 doubt.empty() ? "the list changed while it was read" : doubt);
  conclude(transaction, outcome);
  return true;
}

asio::awaitable<bool> reader::read_once(list_outcome& outcome, bool last_try) {
  walk_ = {};
  requests_before_ = cycle_.spent.requests;
  read_plan plan(before_.stored.rows == 0, most_per_page);
  bool first = true;
  for (auto pages = plan.next(); !pages.empty(); pages = plan.next()) {
    std::vector<page_request> requests;
    for (auto const page : pages) {
      requests.push_back({make_request(stream_, before_.key, page, plan.per_page(), urgency_), page});
    }
    auto answers = co_await fetch(cycle_, requests);
    std::vector<decode::page> group;
    auto const met_before = walk_.size();
    for (auto& answer : answers) {
      if (!answer) {
        outcome.problem = answer.error();
        break;
      }
      if (first) first_total_ = answer->around.total;
      first = false;
      if (!plan.note(answer->around)) walk_.contradicted = true;
      walk_.add(key_columns_, *answer);
      group.push_back(std::move(*answer));
    }
    // Pages that only repeat what is known: without this a list without an end would be read for ever.
    if (walk_.size() == met_before && !plan.at_end()) walk_.contradicted = true;
    bool const at_end = !outcome.problem && (plan.at_end() || walk_.contradicted);
    if (!group.empty()) {
      auto job = [&](pqxx::work& transaction) {
        return store(transaction, group, at_end, last_try, outcome);
      };
      bool const concluded = co_await cycle_.setting.db.run(job);
      cycle_.report.rows += done_.rows;
      cycle_.report.removed += done_.removed;
      cycle_.report.rejected += done_.rejected;
      if (concluded) co_return true;
    }
    if (outcome.problem) co_return true;
    if (at_end) co_return false;
  }
  co_return false;
}

}  // namespace

asio::awaitable<list_outcome> read_list(context& cycle, sink::window const& before,
                                        api::priority urgency, bool whole) {
  list_outcome outcome;
  for (int attempt = 1; attempt <= most_reads; ++attempt) {
    reader one(cycle, before, urgency, whole);
    if (co_await one.read_once(outcome, attempt == most_reads)) break;
  }
  co_return outcome;
}

asio::awaitable<api::result<decode::envelope>> probe(context& cycle,
                                                     sink::window_key const& window) {
  std::vector<page_request> requests;
  requests.push_back({make_request(cycle.stream(), window, 1, 1, api::priority::probe), 1});
  auto answers = co_await fetch(cycle, requests);
  if (!answers[0]) co_return answers[0].error();
  co_return answers[0]->around;
}

}  // namespace vobiz::sync

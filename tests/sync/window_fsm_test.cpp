#include "window_fsm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "listed_day.hpp"

// "Read until proven" on a day that changes during the read: thousands of random courses.
// VOBIZ_SEED=<n> repeats one, VOBIZ_SEEDS=<n> sets their number.
namespace vobiz::sync {
namespace {

using std::chrono::seconds;

constexpr std::int64_t per_page = 5;

// The result of one read of the window.
struct reading {
  bool concluded = false;
  sink::conclusion conclusion;
  int requests = 0;
  truth held;              // the provider's rows at the decisive response
  bool with_sums = false;  // that response had usable sums
  bool quiet = true;       // nothing changed during the read
  bool only_grew = true;   // rows were added, but none removed or re-rated
  std::vector<std::int64_t> removed;
  std::size_t stored = 0;              // rows stored when `removed` were marked
  std::optional<seconds> doubted_for;  // before this read
};

// The row of a window and its mirror. It follows the same steps as list_read.cpp.
class course {
public:
  explicit course(std::uint64_t seed) : random(seed), api(random, {}) {
    window.api_sums.resize(measures);
    window.stored.sums.assign(measures, "0");
  }

  reading read(bool whole, int changes_in_100);
  void wait(seconds time) {
    if (window.doubted_for) *window.doubted_for += time;
  }

  std::mt19937_64 random;
  listed_day api;
  mirrored_day mirror;
  sink::window window;

private:
  bool happens(int percent) { return static_cast<int>(random() % 100) < percent; }
  std::vector<std::optional<answer>> fetch(std::vector<std::int64_t> const& pages,
                                           std::int64_t size, int changes_in_100);
  void conclude(sink::conclusion const& outcome);
};

// Responses of a group arrive in any order, and the day may change between two of them.
std::vector<std::optional<answer>> course::fetch(std::vector<std::int64_t> const& pages,
                                                 std::int64_t size, int changes_in_100) {
  std::vector<std::size_t> order;
  for (std::size_t n = 0; n < pages.size(); ++n) order.push_back(n);
  std::ranges::shuffle(order, random);
  std::vector<std::optional<answer>> answers(pages.size());
  for (auto const n : order) {
    while (happens(changes_in_100)) api.change();
    answers[n] = api.page(pages[n], size);
  }
  return answers;
}

reading course::read(bool whole, int changes_in_100) {
  auto const before = std::array{api.changes(), api.removals(), api.rates()};
  reading result;
  auto const window_before = window;
  result.doubted_for = window.doubted_for;
  window_fsm machine(window_before, whole, per_page);
  shrink_budget shrinks;
  bool counted = false;
  bool failed = false;
  while (!failed && !result.concluded) {
    auto const answers = fetch(machine.next_pages(), machine.list().per_page(), changes_in_100);
    result.requests += static_cast<int>(answers.size());
    if (answers.empty() || result.requests > 10'000)
      throw std::logic_error("the reading has no end");
    bool changed = false;
    answer const* last = nullptr;
    for (auto const& one : answers) {
      if (!one) {
        failed = true;
        break;
      }
      last = &*one;
      std::vector<std::string> keys;
      std::vector<decode::reject> rejects;
      for (auto const& row : one->rows) {
        if (row.readable)
          keys.push_back(key_of(row));
        else
          rejects.push_back(reject_of(row));
      }
      machine.add_page(one->envelope, keys, rejects);
      changed = mirror.merge(*one) || changed;
    }
    if (last == nullptr) break;
    auto stored = window_before.stored;
    if (changed || counted || !window_before.read_before) {
      stored = window.stored = mirror.figures();
      counted = true;
    }
    auto verdict = machine.judge(stored, changed);
    if (verdict == verdict::settle) {
      sink::was_walked const met = [&](std::string_view key) {
        return machine.keys().contains(key);
      };
      auto walk = mirror.compare(met);
      walk.walked.rejects = static_cast<std::int64_t>(machine.rejects().size());
      auto const each_time = mirror.with(walk.walked, machine.repeated());
      auto const gone = mirror.vanished(met);
      verdict = machine.settle(walk, each_time, stored.rows, shrinks);
      if (verdict == verdict::proven) {
        result.stored = mirror.listed().size();
        mirror.mark_removed(gone);
        mirror.keep_rejects(machine.rejects());
        result.removed = gone;
        window.stored = mirror.figures();
      }
    }
    result.concluded = verdict == verdict::proven || verdict == verdict::mismatch;
    if (result.concluded) {
      result.held = by_key(last->held);
      result.with_sums = last->envelope.has_summary && !last->envelope.zeroed_summary;
    }
  }
  if (result.concluded) {
    result.conclusion = machine.outcome();
    conclude(result.conclusion);
  }
  result.quiet = before[0] == api.changes();
  result.only_grew = before[1] == api.removals() && before[2] == api.rates();
  return result;
}

// The same update as sink::conclude().
void course::conclude(sink::conclusion const& outcome) {
  window.read_before = true;
  window.state = outcome.proven_by ? sink::window_state::proven : sink::window_state::mismatch;
  window.proven_by = outcome.proven_by;
  window.api_total = outcome.api_total;
  window.api_sums = outcome.api_sums;
  window.attempts = outcome.proven_by ? 0 : window.attempts + 1;
  if (outcome.doubted_keys != window.doubted_keys) {
    window.doubted_keys = outcome.doubted_keys;
    window.doubted_for = outcome.doubted_keys ? std::optional(seconds(0)) : std::nullopt;
  }
}

bool same(truth const& left, truth const& right) {
  return std::ranges::equal(left, right, [](auto const& a, auto const& b) {
    return a.first == b.first && a.second.amounts == b.second.amounts;
  });
}

bool same_keys(truth const& left, truth const& right) {
  return std::ranges::equal(
      left, right, {}, [](auto const& a) { return a.first; },
      [](auto const& b) { return b.first; });
}

truth readable(truth rows) {
  std::erase_if(rows, [](auto const& row) { return !row.second.readable; });
  return rows;
}

// Whether the provider has each listed row of the mirror.
bool within(truth const& mirror, truth const& provider) {
  return std::ranges::all_of(mirror, [&](auto const& row) { return provider.contains(row.first); });
}

// Invariants after each read, whatever the provider did meanwhile.
void expect_honest(course const& all, reading const& result, bool sound_before, bool whole) {
  auto const& how = all.api.how;
  bool const lies = how.total_off_by != 0 || how.empty_answer > 0 || how.repeated > 0;
  auto const stored = all.mirror.listed();
  auto const held = readable(result.held);
  auto const by = result.conclusion.proven_by;
  // Proven by sums: exactly the rows and amounts that the provider had at that response.
  if (by == sink::proof::total_and_summary && !(how.empty_answer > 0)) {
    EXPECT_TRUE(same(stored, result.held)) << "a false proof: by total and sums";
  }
  if (by == sink::proof::walk_and_repeats && result.quiet && how.total_off_by == 0) {
    EXPECT_TRUE(same(stored, held)) << "a false proof: by repeats";
  }
  if (by == sink::proof::walk && result.with_sums && all.mirror.rejects() == 0) {
    EXPECT_TRUE(same(stored, result.held)) << "a false proof: by a walk that the sums contradict";
  }
  if (by == sink::proof::total && !lies) {
    EXPECT_EQ(stored.size() + all.mirror.rejects(), result.held.size())
        << "a false proof: by total";
    // A count does not notice one row added and one removed; it is reliable while rows are only
    // added.
    if (sound_before && result.only_grew && all.mirror.rejects() == 0) {
      EXPECT_TRUE(same_keys(stored, held)) << "a false proof: by total, while the day only grew";
    }
  }
  if (by && result.quiet && result.conclusion.walked && (whole || by == sink::proof::walk) &&
      !lies) {
    EXPECT_TRUE(same(stored, held)) << "a false proof: by a walk through a quiet day";
  }
  if (!by) {
    EXPECT_EQ(result.conclusion.state, sink::window_state::mismatch);
    EXPECT_TRUE(result.conclusion.error);
  }
  bool const is_large = result.removed.size() > 5 && result.removed.size() * 20 > result.stored;
  if (is_large || (!result.removed.empty() && result.removed.size() == result.stored)) {
    EXPECT_GE(result.doubted_for.value_or(seconds(0)), std::chrono::minutes(10))
        << "a large shrink was believed at once";
  }
  // No existing row is marked removed, except if only a count could decide for a day that lost
  // rows.
  for (auto const key : result.removed) {
    if (lies || (by != sink::proof::total_and_summary && !result.only_grew)) break;
    EXPECT_FALSE(result.held.contains(key)) << "row " << key << " is listed and was marked removed";
  }
}

// When the provider stops changing and failing, the next reads end proven and correct.
void expect_to_settle(course& all) {
  all.api.how.empty_answer = all.api.how.failure = 0;
  bool const lies = all.api.how.total_off_by != 0;
  auto result = all.read(false, 0);
  ASSERT_TRUE(result.concluded);
  if (result.conclusion.doubted_keys) {
    // A large shrink is believed only at a second read that is late enough.
    all.wait(seconds(599));
    if (all.window.doubted_for < std::chrono::minutes(10)) {
      EXPECT_FALSE(all.read(false, 0).conclusion.proven_by)
          << "a large shrink was believed too early";
    }
    all.wait(seconds(1));
    result = all.read(false, 0);
  }
  bool const without_totals = all.api.how.no_total > 0;
  auto const listed = all.api.size() + (all.api.size() > 0 ? all.api.how.repeated : 0);
  if (all.api.how.cap > 0 && static_cast<std::int64_t>(listed) > all.api.how.cap) {
    if (!without_totals) {
      EXPECT_FALSE(result.conclusion.proven_by) << "a capped total";
    }
    return;
  }
  if (lies && !without_totals) {
    EXPECT_NE(result.conclusion.proven_by, sink::proof::total_and_summary);
    return;
  }
  if (all.api.how.no_total == 0 || all.api.how.no_total == 100) {
    EXPECT_TRUE(result.conclusion.proven_by) << result.conclusion.error.value_or("");
  }
  if (lies || !result.conclusion.proven_by) return;
  all.api.how.no_total = 0;
  result = all.read(true, 0);
  if (result.conclusion.doubted_keys) {
    all.wait(seconds(600));
    result = all.read(true, 0);
  }
  ASSERT_TRUE(result.conclusion.proven_by) << result.conclusion.error.value_or("");
  EXPECT_TRUE(same(all.mirror.listed(), readable(all.api.held()))) << "proven and different";
}

void run_course(std::uint64_t seed) {
  course all(seed);
  all.api.how = random_manners(all.random);
  SCOPED_TRACE("manners: " + text_of(all.api.how));
  auto const rows = static_cast<int>(all.random() % 40);
  for (int n = 0; n < rows; ++n) all.api.insert_at_top();
  auto const changes = static_cast<int>(all.random() % 4) * 10;
  for (int n = 0; n < 6; ++n) {
    for (auto some = all.random() % 4; some > 0; --some) all.api.change();
    // Sometimes many rows vanish at once.
    if (all.random() % 12 == 0) {
      while (all.api.size() > 3) all.api.remove(all.random() % all.api.size());
    }
    bool const whole = all.random() % 3 == 0;
    bool const sound = within(all.mirror.listed(), all.api.held());
    auto const most = static_cast<int>(all.api.size());
    auto const result = all.read(whole, changes);
    if (result.concluded) expect_honest(all, result, sound, whole);
    // Three reads of the largest number of pages, each with a final empty page.
    auto const size = std::min(per_page, all.api.how.largest_page);
    auto const largest = std::max<std::int64_t>(most, static_cast<std::int64_t>(all.api.size())) +
                         result.requests + std::abs(all.api.how.total_off_by) +
                         static_cast<std::int64_t>(all.api.how.repeated);
    // A total that turns out to be capped costs one more.
    EXPECT_LE(result.requests, 4 * (largest / size + 4)) << "too many requests";
    all.wait(seconds(all.random() % 900));
  }
  expect_to_settle(all);
}

std::uint64_t from_environment(char const* name, std::uint64_t otherwise) {
  auto const* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(window_fsm, never_proves_what_is_not_so_and_settles_when_the_day_does) {
  auto const one = from_environment("VOBIZ_SEED", 0);
  auto const most = one > 0 ? one : from_environment("VOBIZ_SEEDS", 2'500);
  for (auto seed = std::max<std::uint64_t>(one, 1); seed <= most; ++seed) {
    SCOPED_TRACE("VOBIZ_SEED=" + std::to_string(seed));
    run_course(seed);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(window_fsm, a_poll_without_news_costs_one_request_however_large_the_day) {
  for (int const rows : {0, 1, 4, 5, 6, 1'000}) {
    course all(1);
    for (int n = 0; n < rows; ++n) all.api.insert_at_top();
    EXPECT_TRUE(all.read(false, 0).conclusion.proven_by);
    auto const poll = all.read(false, 0);
    EXPECT_EQ(poll.requests, 1) << rows;
    EXPECT_EQ(poll.conclusion.proven_by, sink::proof::total_and_summary) << rows;
  }
}

TEST(window_fsm, news_at_the_top_of_a_large_day_costs_the_pages_it_fills) {
  course all(1);
  for (int n = 0; n < 1'000; ++n) all.api.insert_at_top();
  all.read(false, 0);
  for (int const news : {1, 3, 4, 5, 6, 10, 11, 20, 60}) {
    for (int n = 0; n < news; ++n) all.api.insert_at_top();
    auto const poll = all.read(false, 0);
    EXPECT_EQ(poll.conclusion.proven_by, sink::proof::total_and_summary) << news;
    EXPECT_TRUE(same(all.mirror.listed(), readable(all.api.held()))) << news;
    auto const pages = (news + per_page - 1) / per_page;
    auto const behind = all.api.size() % per_page == 0 ? 1 : 0;
    EXPECT_GE(poll.requests, pages) << news;
    EXPECT_LE(poll.requests, std::max<std::int64_t>(1, 2 * pages - 2 + pages % 2) + behind) << news;
  }
}

// Two pages read in parallel, the second first: a new row on page one pushes another out of both
// responses. The count agrees, the rows do not.
TEST(window_fsm, a_count_that_agrees_while_the_list_moves_proves_nothing_without_sums) {
  sink::window before;
  before.stored.rows = 10;
  before.read_before = true;
  window_fsm machine(before, false, per_page);
  std::int64_t key = 0;
  auto const note = [&](std::int64_t total) {
    decode::envelope envelope;
    envelope.total = total;
    envelope.listed = per_page;
    std::vector<window_fsm::row_key> keys;
    for (std::int64_t n = 0; n < per_page; ++n) keys.push_back({std::to_string(++key)});
    machine.add_page(envelope, keys, {});
  };
  for (int page = 1; page <= 2; ++page) {
    EXPECT_EQ(machine.next_pages(), std::vector<std::int64_t>{page});
    note(60);
    EXPECT_EQ(machine.judge({10 + key, 0, {}}, true), verdict::more);
  }
  EXPECT_EQ(machine.next_pages().size(), 2u);
  note(61);
  note(60);
  EXPECT_EQ(machine.judge({60, 0, {}}, true), verdict::more);
}

TEST(window_fsm, a_day_never_read_is_fetched_in_as_many_requests_as_it_has_pages) {
  course all(1);
  for (int n = 0; n < 1'000; ++n) all.api.insert_at_top();
  // And one behind a full last page.
  EXPECT_EQ(all.read(false, 0).requests, 1'000 / per_page + 1);
}

}  // namespace
}  // namespace vobiz::sync

#include <pwd.h>
#include <unistd.h>

#include <iostream>

#include "commands.hpp"
#include "one_shot.hpp"
#include "options.hpp"
#include "reconcile_report.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/ops/progress.hpp"
#include "vobiz/reconcile/store.hpp"

namespace vobiz::app {

namespace asio = boost::asio;

namespace {

std::vector<reconcile::billing_day> days_of(reconcile_request const& what,
                                            std::string const& zone) {
  auto const today = reconcile::day_at(zone, std::chrono::system_clock::now());
  auto const yesterday = today - std::chrono::days(1);
  std::vector<reconcile::billing_day> days;
  if (!what.month.empty()) {
    auto const month = reconcile::days_of_month(what.month, yesterday);
    if (!month) refuse_month(what.month);
    days = *month;
  } else if (!what.day.empty()) {
    auto const day = reconcile::billing_day_from_text(what.day);
    if (!day) refuse("--day: \"" + what.day + "\" is not a day", "write it as YYYY-MM-DD");
    days.push_back(*day);
  } else {
    days.push_back(yesterday);
  }
  if (days.empty() || days.back() > yesterday) {
    refuse(
        "no billing day of " + (what.month.empty() ? what.day : what.month) + " is over in " + zone,
        "the newest one that is over: " + reconcile::to_text(yesterday));
  }
  return days;
}

// The exit code of several partners' runs.
exit_code outcome_of(std::vector<reconciliation> const& all, exit_code problem) {
  bool breaks = false;
  bool failed = false;
  bool unjudged = false;
  for (auto const& one : all) {
    failed = failed || !one.errors.empty();
    for (auto const& check : one.checks) {
      breaks = breaks || check.breaks > 0;
      unjudged = unjudged || check.days_not_judged > 0;
    }
  }
  if (breaks) return exit_code::breaks;
  if (problem != exit_code::ok) return problem;
  if (failed) return exit_code::failed;
  return unjudged ? exit_code::not_judged : exit_code::ok;
}

// Says on a terminal how far the days of one partner are: a month of many calls takes minutes.
class day_counter {
public:
  explicit day_counter(std::size_t days)
      : shown_(days > 1 && ops::stderr_is_terminal()),
        bar_("days", static_cast<std::int64_t>(days), true, ops::progress::clock::now()) {
    show();
  }

  day_counter(day_counter const&) = delete;
  day_counter& operator=(day_counter const&) = delete;

  ~day_counter() {
    if (shown_) bar_.finish();
  }

  void count() {
    ++done_;
    show();
  }

private:
  void show() {
    if (shown_) bar_.show(done_, std::nullopt, ops::progress::clock::now());
  }

  bool shown_;
  ops::progress bar_;
  std::int64_t done_ = 0;
};

asio::awaitable<void> reconcile_partner(one_shot& here, config::reconcile const& how,
                                        reconcile_request const& asked,
                                        reconcile::run_request const& what, reconciliation& into) {
  auto const outcome = co_await reconcile::run_checks(here.db(), how, what);
  into.run_id = outcome.run_id;
  into.errors = outcome.errors;
  bool const with_rows = asked.form == report_form::csv;
  auto found = co_await reconcile::load_report(here.db(), into.run_id, with_rows);
  into.checks = std::move(found.checks);
  into.breaks = std::move(found.breaks);
  into.rows = std::move(found.rows);
}

}  // namespace

std::string user_name() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a command that has no threads
  auto const* const entry = getpwuid(geteuid());
  return entry == nullptr ? std::to_string(geteuid()) : std::string(entry->pw_name);
}

checked_books check_books(config::settings const& settings, reconcile_request const& asked) {
  auto const days = days_of(asked, settings.reconcile.timezone);
  reconcile::check const* only = nullptr;
  if (!asked.check.empty()) only = reconcile::find_check(asked.check);
  one_shot here(settings);
  checked_books books;
  bool named = false;
  auto const work = [&]() -> asio::awaitable<void> {
    auto const known = co_await here.identify();
    for (auto* partner : known) {
      if (!is_named(*partner, asked.partner)) continue;
      named = true;
      reconciliation one;
      one.partner = partner->settings.name;
      one.partner_id = partner->id;
      one.days = days;
      reconcile::run_request what{partner->id, days, only, std::nullopt, nullptr};
      what.lanes = static_cast<std::size_t>(settings.database.connections);
      day_counter counter(days.size());
      what.day_done = [&counter] { counter.count(); };
      co_await reconcile_partner(here, settings.reconcile, asked, what, one);
      books.partners.push_back(std::move(one));
    }
  };
  books.is_whole = here.run(work);
  if (books.is_whole && !named && here.errors().empty()) {
    refuse_partner(settings, asked.partner);
  }
  books.errors = here.errors();
  books.outcome = books.is_whole ? outcome_of(books.partners, here.outcome()) : exit_code::failed;
  return books;
}

exit_code run_reconcile(config::settings const& settings, reconcile_request const& asked) {
  auto const books = check_books(settings, asked);
  std::cout << report(books.partners, asked.form);
  for (auto const& error : books.errors) std::cerr << core::visible(error) << "\n";
  return books.outcome;
}

}  // namespace vobiz::app

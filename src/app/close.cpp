#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "one_shot.hpp"
#include "options.hpp"
#include "partner_work.hpp"
#include "reconcile_report.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/reconcile/closing.hpp"

namespace vobiz::app {

namespace {

using reconcile::closing_facts;
using reconcile::decision;
using reconcile::note_sum;

std::string text_of(std::vector<note_sum> const& notes) {
  std::string text;
  for (auto const& one : notes) {
    text +=
        fmt::format("{}{} of {} {}", text.empty() ? "" : ", ", one.notes, one.amount, one.currency);
  }
  return text.empty() ? "none" : text;
}

void add_line(std::string& text, std::string_view what, std::string_view value) {
  text += fmt::format("  {:<24} {}\n", what, core::visible(value));
}

// "2 of 7.25 INR, 1 of 3 USD": of the breaks that are material, or of the others.
std::string text_of(std::vector<reconcile::open_sum> const& open, bool material) {
  std::string text;
  for (auto const& one : open) {
    auto const breaks = material ? one.material : one.breaks - one.material;
    if (breaks == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(breaks);
    if (one.currency != "*") {
      text +=
          fmt::format(" of {} {}", material ? one.material_amount : one.other_amount, one.currency);
    }
  }
  return text.empty() ? "0" : text;
}

bool has_small(closing_facts const& found) {
  return std::ranges::any_of(found.open, [](auto const& one) { return one.breaks > one.material; });
}

std::string facts_text(closing_facts const& found, std::optional<std::string> const& proof) {
  std::string text;
  add_line(text, "open breaks", text_of(found.open, true));
  if (has_small(found)) add_line(text, "below what is material", text_of(found.open, false));
  if (found.not_judged.empty()) add_line(text, "not judged", "nothing");
  for (auto const& one : found.not_judged) {
    add_line(text, "not judged",
             fmt::format("{}, {} {}: {}", one.check, one.days, one.days == 1 ? "day" : "days",
                         one.reason));
  }
  add_line(text, "oldest proof", proof.value_or("none"));
  return text;
}

// What keeps the month from being approved; empty: nothing.
struct obstacle {
  exit_code code = exit_code::ok;
  std::string text;
};

obstacle obstacle_of(closing_facts const& found, close_request const& what) {
  if (auto const breaks = found.material_breaks(); breaks > 0) {
    return {exit_code::breaks,
            fmt::format("{} open breaks: have them corrected, or take note of them with reconcile "
                        "accept",
                        breaks)};
  }
  if (!found.not_judged.empty() && !what.accept_unjudged) {
    return {exit_code::not_judged,
            fmt::format("{} checks could not judge all of it: --accept-unjudged approves it "
                        "nevertheless",
                        found.not_judged.size())};
  }
  return {};
}

// One partner's month after its checks, as a draft or frozen. Prints its facts, and its verdict at
// the end.
exit_code close_one(config::settings const& settings, close_request const& what,
                    reconciliation const& books) {
  auto const& where = settings.database;
  auto const first_day = what.month + "-01";
  auto const name = core::visible(books.partner) + " " + what.month;
  closing_facts const found{
      reconcile::load_open_sums(where, books.partner_id, reconcile::to_text(books.days.front()),
                                reconcile::to_text(books.days.back())),
      reconcile::not_judged(books.checks)};
  decision const made{user_name(), what.note, books.run_id};
  auto obstacle = obstacle_of(found, what);
  if (obstacle.code == exit_code::ok && !books.errors.empty()) {
    obstacle = {exit_code::failed, books.errors.front()};
  }
  bool const freezes = what.approve && obstacle.code == exit_code::ok;
  std::optional<int> issue;
  bool changed = false;
  if (freezes) {
    issue = reconcile::freeze_period(where, books.partner_id, first_day, made, found);
    changed = issue.has_value();
  } else {
    changed = reconcile::draft_period(where, books.partner_id, first_day, made, found);
  }
  auto const now = reconcile::load_period(where, books.partner_id, first_day);
  auto text = fmt::format("\n{} ({})\n", name, settings.reconcile.timezone) +
              facts_text(found, reconcile::load_oldest_proof(where, books.run_id));
  add_line(text, "notes in this month", text_of(now.notes_in));
  if (now.state == "frozen") add_line(text, "changed since frozen", text_of(now.notes_about));
  text += "verdict: " + name + " ";
  if (now.state == "frozen" && !changed) {
    text += fmt::format("is frozen since {}, by {}: what changes becomes a note of a later month",
                        now.frozen_at.value_or("?"), core::visible(now.changed_by.value_or("?")));
    std::cout << text << "\n";
    // Nothing is refused when somebody only looks.
    return what.approve ? exit_code::failed : exit_code::ok;
  }
  if (freezes) {
    text += fmt::format("is approved by {} and frozen, issue {}", core::visible(made.by), *issue);
  } else if (obstacle.code != exit_code::ok) {
    text += (what.approve ? "is not approved: " : "is a draft with ") + obstacle.text;
  } else {
    text += "is a draft, and nothing stands in the way: approve it with --approve --note TEXT";
  }
  std::cout << text << "\n";
  return obstacle.code;
}

exit_code reopen_one(config::settings const& settings, close_request const& what,
                     std::string const& id, std::string const& name) {
  decision const made{user_name(), what.note, 0};
  bool const was_frozen = reconcile::reopen_period(settings.database, id, what.month + "-01", made);
  std::cout << "verdict: " << core::visible(name) << " " << what.month
            << (was_frozen ? " is reopened: its statements and invoice lines are live again"
                           : " is not frozen, so there is nothing to reopen")
            << "\n";
  return was_frozen ? exit_code::ok : exit_code::failed;
}

exit_code reopen(config::settings const& settings, close_request const& what) {
  one_shot here(settings);
  std::vector<std::pair<std::string, std::string>> found;  // auth_id, name
  auto const work = [&]() -> boost::asio::awaitable<void> {
    auto const known = co_await here.identify();
    for (auto const* partner : known) {
      if (is_named(*partner, what.partner)) found.emplace_back(partner->id, partner->settings.name);
    }
  };
  bool const whole = here.run(work);
  for (auto const& error : here.errors()) std::cerr << core::visible(error) << "\n";
  if (!whole) return exit_code::failed;
  if (found.empty() && here.errors().empty()) refuse_partner(settings, what.partner);
  auto worst = here.outcome();
  for (auto const& [id, name] : found) {
    auto const one = reopen_one(settings, what, id, name);
    if (worst == exit_code::ok) worst = one;
  }
  return worst;
}

void require_month_over(std::string const& month, std::string const& zone) {
  auto const today = reconcile::day_at(zone, std::chrono::system_clock::now());
  auto const far = reconcile::billing_day(std::chrono::days(1'000'000));
  auto const days = reconcile::days_of_month(month, far);
  if (!days || days->empty()) refuse_month(month);
  if (days->back() < today) return;
  refuse("--month: " + month + " is not over in " + zone,
         "a month can be closed from the day after its last one on");
}

}  // namespace

exit_code close_month(config::settings const& settings, close_request const& what) {
  bool const decides = what.approve || what.reopen;
  if (decides && what.note.find_first_not_of(" \t\n") == std::string::npos) {
    refuse("--note is missing", "say why: whoever reads the books later will ask");
  }
  require_month_over(what.month, settings.reconcile.timezone);
  if (what.reopen) return reopen(settings, what);
  reconcile_request asked;
  asked.month = what.month;
  asked.partner = what.partner;
  auto const books = check_books(settings, asked);
  std::cout << report(books.partners, report_form::table);
  for (auto const& error : books.errors) std::cerr << core::visible(error) << "\n";
  if (!books.is_whole) return exit_code::failed;
  exit_code worst = books.errors.empty() ? exit_code::ok : books.outcome;
  for (auto const& partner : books.partners) {
    auto const one = close_one(settings, what, partner);
    if (worst == exit_code::ok) worst = one;
  }
  return worst;
}

}  // namespace vobiz::app

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>
#include <utility>

#include "vobiz/core/visible.hpp"
#include "vobiz/ops/status.hpp"
#include "vobiz/ops/table.hpp"

namespace vobiz::ops {

namespace {

constexpr std::size_t narrow_columns = 80;

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Host and process of "host/process/number": enough for a person, and short enough for 140 columns.
std::string host_and_process(std::string const& holder) {
  constexpr std::size_t longest = 14;
  auto const text = holder.substr(0, holder.rfind('/'));
  return text.size() <= longest ? text : "…" + text.substr(text.size() - longest + 1);
}

std::vector<std::string> partners_of(status const& mirror) {
  std::vector<std::string> ids;
  for (auto const& s : mirror.streams) {
    if (std::ranges::count(ids, s.partner) == 0) ids.push_back(s.partner);
  }
  return ids;
}

// "cdrs is stale", in the order of the streams; those of other partners with the partner's name.
std::string names_of(std::vector<stream_status const*> const& bad, bool several_partners) {
  constexpr std::size_t most_named = 4;
  std::string text;
  for (std::size_t n = 0; n < std::min(bad.size(), most_named); ++n) {
    auto const& s = *bad[n];
    text += fmt::format("{}{}{} is {}", n == 0 ? "" : ", ", s.stream,
                        several_partners ? " of " + partner_text(s) : "", s.state);
  }
  if (bad.size() > most_named) text += fmt::format(" and {} more", bad.size() - most_named);
  return text;
}

// What a person should know of the stream beside the figures, each thing once.
std::vector<std::string> remarks_on(stream_status const& s, core::utc_time now) {
  std::vector<std::string> all;
  auto const add = [&](std::string const& text) {
    if (!text.empty() && std::ranges::count(all, text) == 0) all.push_back(text);
  };
  // The text of a refusal ends with the error that the cycle ended with.
  bool const told_below = s.last_error && std::ranges::any_of(s.refused, [&](auto const& list) {
                            return list.text.ends_with(*s.last_error);
                          });
  if (s.last_error && !told_below) add(*s.last_error);
  for (auto const& span : s.spans) add(span.text);
  if (s.upkeep_error && s.upkeep_error != s.last_error) add("upkeep: " + *s.upkeep_error);
  for (auto const& list : s.refused) add(list.text);
  auto const others = s.refused_lists - static_cast<std::int64_t>(s.refused.size());
  if (others > 0) add(fmt::format("other refused lists: {}", others));
  if (s.round) add(round_text(*s.round, now));
  if (s.witness) add(witness_text(*s.witness));
  return all;
}

// Breaks at spaces, where a word fits; what comes after the first line is indented.
std::string wrapped(std::string const& text, std::size_t columns) {
  std::string result;
  std::string line;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    auto const end = std::min(text.find(' ', begin), text.size());
    // A word longer than a line is cut.
    auto const word = text.substr(begin, std::min(end - begin, columns - 2));
    if (!line.empty() && line.size() + 1 + word.size() > columns) {
      result += line + "\n";
      line = "  " + word;
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
    begin += word.size();
    if (begin == end) ++begin;
  }
  return result + line + "\n";
}

// A partner's remarks: streams that have the same one share its line.
std::string remarks(status const& mirror, std::string const& partner, table_width width) {
  std::vector<std::pair<std::string, std::string>> lines;  // names, text
  for (auto const& s : mirror.streams) {
    if (s.partner != partner) continue;
    for (auto& text : remarks_on(s, mirror.read_at)) {
      auto const same =
          std::ranges::find(lines, text, &std::pair<std::string, std::string>::second);
      if (same == lines.end()) {
        lines.emplace_back(s.stream, std::move(text));
      } else {
        same->first += ", " + s.stream;
      }
    }
  }
  std::string result;
  for (auto const& [names, text] : lines) {
    auto const line = core::visible(fmt::format("{}: {}", names, text));
    result += width == table_width::wide ? line + "\n" : wrapped(line, narrow_columns);
  }
  return result;
}

std::string age(stream_status const& s) {
  return s.lag_seconds ? human_duration(*s.lag_seconds) + " ago" : "never";
}

std::int64_t unproven(stream_status const& s) {
  std::int64_t count = 0;
  for (auto const& [state, windows] : s.windows) count += state == "proven" ? 0 : windows;
  return count;
}

std::string narrow_table(status const& mirror, std::string const& partner) {
  table t({{"stream"},
           {"state"},
           {"proven through"},
           {"last good", align::right},
           {"unproven", align::right},
           {"queued", align::right},
           {"rejects", align::right}});
  for (auto const& s : mirror.streams) {
    if (s.partner != partner) continue;
    auto const last = s.lag_seconds ? human_duration(*s.lag_seconds) : "never";
    t.add({s.stream, s.state, s.synced_through.value_or("-"), last, std::to_string(unproven(s)),
           std::to_string(s.queued), std::to_string(s.rejects)});
  }
  return t.text();
}

std::string wide_table(status const& mirror) {
  table t({{"partner"},
           {"stream"},
           {"state"},
           {"proven through"},
           {"last good", align::right},
           {"proven", align::right},
           {"open", align::right},
           {"mismatch", align::right},
           {"queued", align::right},
           {"rejects", align::right},
           {"new", align::right},
           {"changed", align::right},
           {"held by"}});
  for (auto const& s : mirror.streams) {
    t.add({s.partner, s.stream, s.state, s.synced_through.value_or("-"), age(s),
           std::to_string(s.windows_in("proven")), std::to_string(s.windows_in("open")),
           std::to_string(s.windows_in("mismatch")), std::to_string(s.queued),
           std::to_string(s.rejects), std::to_string(s.inserted), std::to_string(s.updated),
           s.holder ? host_and_process(*s.holder) : "-"});
  }
  return t.text();
}

}  // namespace

std::string partner_text(stream_status const& stream) {
  return stream.partner_name.empty() ? stream.partner : stream.partner_name;
}

overall judge(status const& mirror) {
  if (mirror.streams.empty()) return {true, "no stream has been read yet"};
  auto const partners = partners_of(mirror);
  std::vector<stream_status const*> bad;
  std::size_t fresh = 0;
  std::size_t read = 0;
  std::size_t unread_days = 0;
  for (auto const& s : mirror.streams) {
    if (s.needs_attention) bad.push_back(&s);
    if (s.state == "new") ++fresh;
    if (s.state == "ok") ++read;
    for (auto const& span : s.days) {
      if (span.state != "unread") continue;
      auto const days = *core::day_from_text(span.to) - *core::day_from_text(span.from);
      unread_days += static_cast<std::size_t>(days.count()) + 1;
    }
  }
  auto const of_all =
      plural(mirror.streams.size(), "stream") + " of " + plural(partners.size(), "partner");
  if (!bad.empty()) {
    return {false, fmt::format("attention: {} of {}: {}", bad.size(), of_all,
                               names_of(bad, partners.size() > 1))};
  }
  if (fresh > 0) return {true, fmt::format("{} of {} not read yet", fresh, of_all)};
  auto text = fmt::format("ok: {} of {}", read, of_all);
  if (unread_days > 0) text += "; " + plural(unread_days, "day") + " not read yet";
  return {true, text};
}

std::string service_text(status const& mirror) {
  std::set<std::string> holders;
  for (auto const& s : mirror.streams) {
    if (s.holder) holders.insert(s.holder->substr(0, s.holder->rfind('/')));
  }
  if (!holders.empty()) {
    return core::visible(fmt::format("service: at work ({})", fmt::join(holders, ", ")));
  }
  if (!mirror.heard_at) return "service: never heard of";
  auto const ago =
      std::chrono::duration_cast<std::chrono::seconds>(mirror.read_at - *mirror.heard_at);
  return fmt::format("service: last heard of {} ago, {}",
                     human_duration(std::max<std::int64_t>(0, ago.count())),
                     core::to_text(*mirror.heard_at));
}

bool keep_partner(status& mirror, std::string_view partner) {
  std::erase_if(mirror.streams, [&](stream_status const& s) {
    return s.partner != partner && s.partner_name != partner;
  });
  if (mirror.streams.empty()) return false;
  auto const is_other = [id = mirror.streams.front().partner](auto const& one) {
    return one.partner != id;
  };
  std::erase_if(mirror.runs, is_other);
  std::erase_if(mirror.breaks, is_other);
  std::erase_if(mirror.alerts, is_other);
  return true;
}

std::string status_table(status const& mirror, table_width width) {
  auto const all = judge(mirror);
  if (mirror.streams.empty()) return all.text + "\n";
  auto text = wrapped(core::visible(all.text), narrow_columns) +
              wrapped(service_text(mirror), narrow_columns) + "\n";
  if (width == table_width::wide) text += wide_table(mirror);
  for (auto const& partner : partners_of(mirror)) {
    auto const first = std::ranges::find(mirror.streams, partner, &stream_status::partner);
    auto const name =
        first->partner_name.empty() ? partner : first->partner_name + " (" + partner + ")";
    if (width == table_width::narrow) {
      text += (partner == mirror.streams.front().partner ? "" : "\n") + core::visible(name) + "\n";
      text += narrow_table(mirror, partner);
      text += remarks(mirror, partner, width);
      continue;
    }
    auto const more = remarks(mirror, partner, width);
    if (!more.empty()) text += "\n" + core::visible(name) + "\n" + more;
  }
  return text;
}

}  // namespace vobiz::ops

#pragma once

#include <spdlog/fmt/fmt.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "secret_length.hpp"
#include "section.hpp"
#include "vobiz/core/nearest.hpp"

// The kinds of fields in a section. `to` is a member pointer or a function that returns the target
// in the section's struct.
namespace vobiz::config {

// The allowed values of a field, and the reason.
template <class T>
struct limits_of {
  T least;
  T most;
  std::string_view why;
};

template <class T, class Show>
parsed<T> within(parsed<T> from, limits_of<T> const& allowed, Show show) {
  if (!from.value) return from;
  auto const low = *from.value < allowed.least;
  if (!low && *from.value <= allowed.most) return from;
  return {{},
          fmt::format("is {} than {}: {}", low ? "less" : "more",
                      show(low ? allowed.least : allowed.most), allowed.why),
          {}};
}

// A field with one value. `parse` is (reading const&, std::string const&) -> parsed<T>; `show` is
// its inverse, used to show the default.
template <class S, class To, class Parse, class Show>
field<S> single(std::string name, std::string takes, std::string range, To to, Parse parse,
                Show show) {
  return {name, false,
          [to, parse](reading& all, entry const& at, S& into) {
            auto const given = all.text(at);
            if (!given) return false;
            auto from = parse(all, given->text);
            if (!from.value) {
              all.report_value(at, from.problem, from.hint);
              return false;
            }
            std::invoke(to, into) = std::move(*from.value);
            return true;
          },
          [=](S const& defaults) {
            return std::vector<key_description>{
                {name, takes, range, show(std::invoke(to, defaults)), false}};
          }};
}

template <class S, class To, class T, class Parse, class Show>
field<S> ranged(std::string name, std::string takes, To to, limits_of<T> allowed, Parse parse,
                Show show) {
  auto range = fmt::format("{} to {}", show(allowed.least), show(allowed.most));
  return single<S>(
      std::move(name), std::move(takes), std::move(range), to,
      [=](reading const&, std::string const& text) { return within(parse(text), allowed, show); },
      show);
}

template <class S, class D>
field<S> duration(std::string name, D S::*to, limits_of<std::chrono::milliseconds> allowed) {
  constexpr auto smallest = std::is_same_v<D, std::chrono::milliseconds>
                                ? smallest_unit::millisecond
                                : smallest_unit::second;
  auto const show = [](std::chrono::milliseconds d) { return to_text(d); };
  auto range = fmt::format("{} to {}", show(allowed.least), show(allowed.most));
  return single<S>(
      std::move(name), "duration", std::move(range), to,
      [=](reading const&, std::string const& text) -> parsed<D> {
        auto in = within(duration_from_text(text, smallest), allowed, show);
        if (!in.value) return {{}, std::move(in.problem), std::move(in.hint)};
        return {std::chrono::duration_cast<D>(*in.value), {}, {}};
      },
      show);
}

template <class S>
field<S> whole(std::string name, int S::*to, limits_of<int> allowed) {
  return ranged<S>(std::move(name), "whole number", to, allowed, whole_from_text,
                   [](int value) { return fmt::format("{}", value); });
}

template <class S>
field<S> number(std::string name, double S::*to, limits_of<double> allowed) {
  return ranged<S>(std::move(name), "number", to, allowed, number_from_text,
                   [](double value) { return fmt::format("{}", value); });
}

template <class S>
field<S> size(std::string name, std::uint64_t S::*to, limits_of<std::uint64_t> allowed) {
  return ranged<S>(std::move(name), "size", to, allowed, size_from_text, size_to_text);
}

template <class S>
field<S> truth(std::string name, bool S::*to) {
  return single<S>(
      std::move(name), "true or false", "", to,
      [](reading const&, std::string const& text) { return truth_from_text(text); },
      [](bool value) { return std::string(value ? "true" : "false"); });
}

// One of a few names. `why` (may be empty) says why there are no others.
template <class S, class E>
field<S> choice(std::string name, E S::*to, std::vector<std::pair<std::string_view, E>> values,
                std::string_view why = {}) {
  std::vector<std::string_view> names;
  for (auto const& value : values) names.push_back(value.first);
  auto const list = fmt::format("{}", fmt::join(names, ", "));
  return single<S>(
      std::move(name), "one of " + list, "", to,
      [=](reading const&, std::string const& text) -> parsed<E> {
        for (auto const& value : values) {
          if (value.first == text) return {value.second, {}, {}};
        }
        auto const meant = core::nearest(text, names);
        return {{},
                fmt::format("is not one of {}{}{}", list, why.empty() ? "" : ": ", why),
                meant.empty() ? std::string() : fmt::format("did you mean \"{}\"?", meant)};
      },
      [=](E wanted) {
        for (auto const& value : values) {
          if (value.second == wanted) return std::string(value.first);
        }
        return std::string();
      });
}

// `parse` is (std::string const&) -> parsed<std::string>. Findings do not quote the value, since a
// secret may stand under the wrong key.
template <class S, class Parse>
field<S> text(std::string name, std::string takes, std::string S::*to, Parse parse) {
  return {name, false,
          [to, parse](reading& all, entry const& at, S& into) {
            auto const given = all.text(at);
            if (!given) return false;
            auto from = parse(given->text);
            if (!from.value) {
              all.report(at.value.line, fmt::format("\"{}\" {}", at.key, from.problem), from.hint);
              return false;
            }
            into.*to = std::move(*from.value);
            return true;
          },
          [=](S const& defaults) {
            return std::vector<key_description>{{name, takes, "", defaults.*to, false}};
          }};
}

// A file name, resolved. The file is checked only when it is read.
template <class S>
field<S> file(std::string name, std::filesystem::path S::*to) {
  return {name, false,
          [to](reading& all, entry const& at, S& into) {
            auto const given = all.text(at);
            if (!given) return false;
            into.*to = all.resolve(given->text, at.value.line);
            return true;
          },
          [name](S const&) {
            return std::vector<key_description>{{name, "file", "", "", false}};
          }};
}

// A secret. `problem_of` returns what is wrong, or an empty text; it must not quote the secret.
// `longer` says how to get a longer one.
template <class S>
field<S> secret(std::string name, core::secret S::*to,
                std::function<std::string(std::string_view)> problem_of, std::string_view longer) {
  return {name, false,
          [=](reading& all, entry const& at, S& into) {
            auto const given = all.text(at);
            if (!given) return false;
            if (auto const problem = problem_of(given->text); !problem.empty()) {
              all.report(at.value.line, fmt::format("\"{}\" {}", at.key, problem));
              return false;
            }
            if (auto const problem = length_problem(given->text); !problem.empty()) {
              all.report(at.value.line, fmt::format("\"{}\" {}", at.key, problem),
                         std::string(longer));
              return false;
            }
            all.guard_secret(at, *given);
            into.*to = core::secret(given->text);
            return true;
          },
          [name](S const&) {
            return std::vector<key_description>{{name, "secret", "", "", false}};
          }};
}

template <class S>
field<S> required(field<S> f) {
  f.required = true;
  return f;
}

// A key that is not allowed in this section, and the reason.
template <class S>
field<S> misplaced(std::string name, std::string why) {
  return {name,
          false,
          [why](reading& all, entry const& at, S&) {
            all.report(at.line, fmt::format("\"{}\" {}", at.key, why));
            return false;
          },
          {}};
}

template <class Inner>
using check = std::function<void(reading&, section const&, Inner&)>;

// A nested section.
template <class S, class Inner, class To>
field<S> nested(std::string name, To to, std::vector<field<Inner>> fields,
                check<Inner> check_all = {}) {
  return {name, false,
          [=](reading& all, entry const& at, S& into) {
            Inner& inner = std::invoke(to, into);
            auto const read = read_section(all, at, inner, fields);
            if (read.readable() && check_all) check_all(all, read, inner);
            return read.readable();
          },
          [=](S const& defaults) {
            auto keys = describe<Inner>(std::invoke(to, defaults), fields);
            for (auto& key : keys) key.name = name + "." + key.name;
            return keys;
          }};
}

}  // namespace vobiz::config

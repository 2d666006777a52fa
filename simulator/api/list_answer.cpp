#include "simulator/api/list_answer.hpp"

#include <algorithm>
#include <utility>

#include "simulator/api/json.hpp"

namespace vobiz::simulator {

namespace {

// What the page members of an envelope say.
struct page_figures {
  std::int64_t page = 0;
  std::int64_t page_size = 0;
  std::int64_t total = 0;
  std::size_t rows_on_page = 0;
  std::string_view account;
  bool without_total = false;

  std::int64_t pages() const {
    return (std::max<std::int64_t>(total, 0) + page_size - 1) / page_size;
  }
};

void append_member(object& body, page_member const& member, page_figures const& of) {
  switch (member.value) {
    case page_value::page:
      return body.integer(member.name, of.page);
    case page_value::page_size:
      return body.integer(member.name, of.page_size);
    case page_value::total:
      if (!of.without_total) body.integer(member.name, of.total);
      return;
    case page_value::pages:
      if (!of.without_total) body.integer(member.name, of.pages());
      return;
    case page_value::rows_on_page:
      return body.integer(member.name, of.rows_on_page);
    case page_value::has_next:
      return body.boolean(member.name, of.page < of.pages());
    case page_value::has_prev:
      return body.boolean(member.name, of.page > 1);
    case page_value::account:
      return body.plain(member.name, of.account);
    case page_value::success:
      return body.boolean(member.name, true);
  }
}

std::optional<refusal> read_days(date_filter const& dates, request const& what, day_range& out) {
  if (auto bad = read_day(what, dates.from, dates.wrong_date, out.from)) return bad;
  if (auto bad = read_day(what, dates.to, dates.wrong_date, out.to)) return bad;
  if (dates.both_needed && (!out.from || !out.to)) out = {};
  return std::nullopt;
}

// Lists and counts the last rows once more, behind all others.
void repeat_rows(list_declaration const& list, list_query const& asked, std::size_t times,
                 list_page& page) {
  times = std::min(times, page.total);
  for (auto at = std::max(asked.offset, page.total);
       at < std::min(asked.offset + asked.limit, page.total + times); ++at) {
    auto again = asked;
    again.offset = page.total - 1 - (at - page.total);
    again.limit = 1;
    auto const row = list.select(again);
    page.rows.insert(page.rows.end(), row.rows.begin(), row.rows.end());
  }
  page.total += times;
}

bool filters_rows(list_declaration const& list, request const& what) {
  return std::ranges::any_of(
      list.filters, [&what](auto name) { return !what.parameter(name).value_or("").empty(); });
}

}  // namespace

void change_days(twist const& how, day_range& asked) {
  if (how.any_day) asked = {};
  for (auto* const day : {&asked.from, &asked.to}) {
    if (*day) **day += std::chrono::days(how.add_to_day);
  }
}

std::optional<refusal> write_list(list_declaration const& list, list_source const& from,
                                  std::optional<std::uint32_t> account, std::string& out) {
  auto const shapes = from.settings.shapes;
  page_request asked;
  asked.size = list.default_size;
  if (auto bad = read_page(from.what, list.size_parameter.of(shapes), list.largest_size,
                           from.settings.too_large, asked))
    return bad;
  if (from.changed.fall_back) asked.size = list.default_size;
  day_range range;
  if (list.dates) {
    if (auto bad = read_days(*list.dates, from.what, range)) return bad;
  }

  change_days(from.changed, range);
  if (from.changed.any_customer) account.reset();

  bool const empty = from.changed.empty_list;
  auto const extra = empty || filters_rows(list, from.what) ? 0 : from.extra_rows.size();
  auto const extra_begin = std::min(asked.offset(), extra);
  auto const extra_end = std::min(asked.offset() + asked.size, extra);
  list_query const query{from.of,
                         from.what,
                         account,
                         range,
                         asked.offset() - extra_begin,
                         asked.size - (extra_end - extra_begin)};
  auto found = empty ? list_page() : list.select(query);
  repeat_rows(list, query, static_cast<std::size_t>(from.changed.repeats), found);

  page_figures figures;
  figures.page = static_cast<std::int64_t>(asked.page) + from.changed.add_to_page;
  figures.page_size = static_cast<std::int64_t>(asked.size);
  figures.total = static_cast<std::int64_t>(found.total + extra) + from.changed.add_to_total;
  if (from.changed.largest_total > 0) {
    figures.total = std::min<std::int64_t>(figures.total, from.changed.largest_total);
  }
  figures.rows_on_page = extra_end - extra_begin + found.rows.size();
  figures.without_total = from.changed.no_total;
  if (account) figures.account = from.of.accounts[*account].auth_id;

  out.reserve(found.rows.size() * list.row_bytes + 1'024);
  object body(out);
  if (body.begin(list.rows.of(shapes))) {
    out += '[';
    bool begun = false;
    auto const separate = [&] {
      if (std::exchange(begun, true)) out += ',';
    };
    for (auto i = extra_begin; i < extra_end; ++i) {
      separate();
      out += from.extra_rows[i];
    }
    for (auto const at : found.rows) {
      separate();
      list.append_row(out, from.of, at, shapes);
    }
    out += ']';
  }
  for (auto const& member : list.page_members) append_member(body, member, figures);
  if (shapes == generation::third) {
    for (auto const& member : list.third_members) append_member(body, member, figures);
  }
  if (!list.page_object.empty() && body.begin(list.page_object)) {
    object inner(out);
    for (auto const& member : list.page_object_members) append_member(inner, member, figures);
  }
  if (list.append_summary && !from.changed.no_summary && body.begin("summary")) {
    list.append_summary(out, from.changed.zero_summary ? list_figures() : found.figures, shapes);
  }
  if (!from.extra_member.empty()) (out += ',') += from.extra_member;
  return std::nullopt;
}

}  // namespace vobiz::simulator

#include <algorithm>
#include <cctype>

#include "simulator/api/json.hpp"
#include "simulator/api/lists.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool holds(std::string_view text, std::string_view lower_case_part) {
  return lower(text).find(lower_case_part) != std::string::npos;
}

std::string search_of(request const& what) { return lower(what.parameter("search").value_or("")); }

// Writes the part of the rows that a page asks for, newest first, with what tests have added in
// front.
template <class Append>
void write_page(std::string& out, page_request const& asked, std::size_t rows,
                std::vector<std::string> const& extra, Append append) {
  out += '[';
  auto const all = rows + extra.size();
  for (auto i = asked.offset(); i < all && i < asked.offset() + asked.size; ++i) {
    if (i > asked.offset()) out += ',';
    if (i < extra.size()) {
      out += extra[i];
    } else {
      append(i - extra.size());
    }
  }
  out += ']';
}

}  // namespace

std::optional<refusal> list_accounts(list_source const& from, std::string& out) {
  bool const first = from.settings.shapes == generation::first;
  page_request asked;
  if (auto bad = read_page(from.what, first ? "size" : "per_page", from.settings.too_large, asked))
    return bad;
  if (from.changed.fall_back) asked.size = page_request().size;
  auto const search = search_of(from.what);
  std::vector<account const*> found;
  for (auto const& row : from.of.accounts) {
    if (!row.listed || from.changed.empty_list) continue;
    if (holds(row.name, search) || holds(row.email, search) || holds(row.auth_id, search)) {
      found.push_back(&row);
    }
  }
  std::ranges::stable_sort(found, std::greater(), [](auto const* row) { return row->created; });
  static std::vector<std::string> const none;
  auto const& extra = from.changed.empty_list || !search.empty() ? none : from.extra_accounts;

  object body(out);
  if (body.begin(first ? "data" : "accounts")) {
    write_page(out, asked, found.size(), extra, [&](std::size_t i) {
      append_account(out, from.of, *found[i], from.settings.shapes);
    });
  }
  if (!from.changed.no_total) {
    body.integer("total", static_cast<std::int64_t>(found.size() + extra.size()) +
                              from.changed.add_to_total);
  }
  body.integer("page", static_cast<std::int64_t>(asked.page) + from.changed.add_to_page);
  body.integer("size", asked.size);
  if (!from.extra_member.empty()) (out += ',') += from.extra_member;
  return std::nullopt;
}

std::optional<refusal> list_numbers(list_source const& from, std::optional<std::uint32_t> account,
                                    std::string& out) {
  bool const first = from.settings.shapes == generation::first;
  page_request asked;
  if (auto bad = read_page(from.what, "per_page", from.settings.too_large, asked)) return bad;
  if (from.changed.fall_back) asked.size = page_request().size;
  auto const search = search_of(from.what);
  std::vector<number const*> found;
  for (auto const& row : from.of.numbers) {
    if (!row.listed || from.changed.empty_list || (account && row.account != account)) continue;
    if (holds(row.e164, search)) found.push_back(&row);
  }
  std::ranges::stable_sort(found, std::greater(), [](auto const* row) { return row->created; });
  static std::vector<std::string> const none;
  auto const& extra = from.changed.empty_list || !search.empty() ? none : from.extra_numbers;

  object body(out);
  if (body.begin(first ? "data" : "items")) {
    write_page(out, asked, found.size(), extra, [&](std::size_t i) {
      append_number_row(out, from.of, *found[i], from.settings.shapes);
    });
  }
  body.integer("page", static_cast<std::int64_t>(asked.page) + from.changed.add_to_page);
  body.integer("per_page", asked.size);
  if (!from.changed.no_total) {
    body.integer("total", static_cast<std::int64_t>(found.size() + extra.size()) +
                              from.changed.add_to_total);
  }
  if (!from.extra_member.empty()) (out += ',') += from.extra_member;
  return std::nullopt;
}

}  // namespace vobiz::simulator

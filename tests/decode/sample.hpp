#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "vobiz/decode/decoder.hpp"

namespace vobiz::decode {

// A list with one column of every type, named after the type, and with the special cases of names.
inline streams::stream const& sample() {
  using enum streams::column_type;
  static streams::stream const stream{
      .name = "samples",
      .form = streams::shape::day_windows,
      .rows = {"samples", "data"},
      .columns =
          {
              {.name = "key",
               .json = {"key", "old_key"},
               .nulls = streams::null_rule::required,
               .indexed = true},
              {.name = "text", .type = text, .json = {"text"}},
              {.name = "integer", .type = integer, .json = {"integer"}},
              {.name = "bigint", .type = bigint, .json = {"bigint"}},
              {.name = "numeric", .type = numeric, .json = {"numeric"}},
              {.name = "boolean", .type = boolean, .json = {"boolean"}},
              {.name = "timestamptz", .type = timestamptz, .json = {"timestamptz", "created"}},
              {.name = "created", .type = timestamptz, .json = {"created"}},
              {.name = "dated", .type = timestamptz, .json = {"dated"}, .dated = true},
              {.name = "date", .type = date, .json = {"date"}},
              {.name = "uuid", .type = uuid, .json = {"uuid"}},
              {.name = "jsonb", .type = jsonb, .json = {"jsonb"}},
              {.name = "cost", .type = numeric, .json = {"calls.cost", "totals.cost"}},
              {.name = "tier", .type = jsonb, .json = {"tier"}},
              {.name = "tier_id", .type = text, .json = {"tier.id"}},
          },
      .measures = {{"cost", "total_cost", ""}, {"seconds", "total_seconds", ""}},
      .secrets = {"pin"},
  };
  return stream;
}

inline std::size_t column_of(streams::stream const& stream, std::string_view name) {
  for (std::size_t at = 0; at < stream.columns.size(); ++at) {
    if (stream.columns[at].name == name) return at;
  }
  if (name == "extra") return stream.columns.size();
  throw std::logic_error("no such column: " + std::string(name));
}

// A cell as text; NULL as a word that no cell contains.
inline std::string cell(page const& from, std::size_t row, std::string_view column) {
  return std::string(from.rows.at(row, column_of(sample(), column)).value_or("NULL"));
}

inline page decode_sample(std::string_view body) { return decoder(sample()).decode(body).value(); }

// A row with a key and the given members: `"numeric": 1`.
inline page decode_row(std::string_view members) {
  return decode_sample(R"({"samples":[{"key":"k",)" + std::string(members) + "}]}");
}

// The cell decoded from the JSON value, or the reject's reason.
inline std::string decoded(std::string_view column, std::string_view value) {
  auto const page = decode_row("\"" + std::string(column) + "\":" + std::string(value));
  if (!page.rejects.empty()) return page.rejects.front().reason;
  return cell(page, 0, column);
}

}  // namespace vobiz::decode

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/sink/sql_text.hpp"
#include "vobiz/sink/windows.hpp"
#include "window_sql.hpp"

// A complete read's keys against what is stored.
namespace vobiz::sink {

namespace {

// The walked keys as a table `w`, from $5 on; the types are those of the stream's columns.
std::string walked_table(streams::stream const& stream, arguments& values,
                         walked_keys const& walked) {
  std::string arrays;
  std::string names;
  std::size_t at = 0;
  for (auto const key : stream.key) {
    if (key == stream.day_column) continue;
    array_literal array;
    for (auto const& text : walked[at]) array.add(text);
    values.add(array.take());
    auto const column = std::ranges::find(stream.columns, key, &streams::column::name);
    arrays += fmt::format("{}${}::{}[]", at ? ", " : "", at + 5,
                          column->type == streams::column_type::uuid ? "uuid" : "text");
    names += (at ? ", " : "") + identifier(key);
    ++at;
  }
  return fmt::format("(SELECT DISTINCT * FROM unnest({}) AS u({})) w", arrays, names);
}

std::string key_names(streams::stream const& stream) {
  std::string names;
  for (auto const key : stream.key) {
    if (key != stream.day_column) names += (names.empty() ? "" : ", ") + identifier(key);
  }
  return names;
}

std::string same_key(streams::stream const& stream) {
  std::string sql;
  for (auto const key : stream.key) {
    if (key == stream.day_column) continue;
    sql += fmt::format("{0}w.{1} = t.{1}", sql.empty() ? "" : " AND ", identifier(key));
  }
  return sql;
}

// The keys of stored rows of the window that were not walked. EXCEPT hashes or sorts both sides; a join
// would loop over all pairs whenever the planner takes the table for small.
std::string vanished_keys(streams::stream const& stream, std::string const& walked,
                          listing by = listing::day) {
  return fmt::format("SELECT {0} FROM {1} t WHERE {2} AND {3} EXCEPT SELECT {0} FROM {4}",
                     key_names(stream), table(stream), belongs(stream, by), all_four, walked);
}

std::int64_t mark(pqxx::transaction_base& transaction, streams::stream const& stream,
                  window_key const& key, walked_keys const& walked, listing by) {
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  return static_cast<std::int64_t>(
      execute(transaction,
              fmt::format("UPDATE {} t SET removed_at = now(), changed_at = now()\n"
                          "FROM ({}) w WHERE {} AND {} RETURNING 1",
                          table(stream), vanished_keys(stream, w, by), same_key(stream),
                          belongs(stream, by)),
              values)
          .size());
}

}  // namespace

std::int64_t count_vanished(pqxx::transaction_base& transaction, streams::stream const& stream,
                            window_key const& key, walked_keys const& walked) {
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  return execute(transaction, "SELECT count(*) FROM (" + vanished_keys(stream, w) + ") v", values)[0][0]
      .as<std::int64_t>();
}

std::vector<std::string> vanished(pqxx::transaction_base& transaction, streams::stream const& stream,
                                  window_key const& key, walked_keys const& walked) {
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  std::vector<std::string> keys;
  for (auto const& row : execute(transaction, vanished_keys(stream, w) + " ORDER BY 1", values)) {
    std::string text;
    for (auto const& part : row) text += (text.empty() ? "" : " ") + std::string(part.c_str());
    keys.push_back(std::move(text));
  }
  return keys;
}

std::int64_t count_stored(pqxx::transaction_base& transaction, streams::stream const& stream,
                          window_key const& key) {
  return execute(transaction,
                 fmt::format("SELECT count(*) FROM {} t WHERE {} AND {}", table(stream), belongs(stream),
                             all_four),
                 identity(key))[0][0]
      .as<std::int64_t>();
}

std::int64_t mark_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                          window_key const& key, walked_keys const& walked) {
  return mark(transaction, stream, key, walked, listing::day);
}

std::int64_t mark_found_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                                window_key const& key, walked_keys const& walked) {
  return mark(transaction, stream, key, walked, listing::span);
}

figures figures_of(pqxx::transaction_base& transaction, streams::stream const& stream,
                   window_key const& key, walked_keys const& walked) {
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  return figures_from(
      execute(transaction,
              fmt::format("SELECT count(*) AS rows, {} AS rejects{}\nFROM {} CROSS JOIN LATERAL (\n"
                          "  SELECT * FROM {} t WHERE {} AND t.partner_id = $1 AND t.removed_at IS NULL\n"
                          "  OFFSET 0) t",
                          open_rejects, sums(stream), w, table(stream), same_key(stream)),
              values)[0],
      stream);
}

}  // namespace vobiz::sink

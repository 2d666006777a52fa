#include "vobiz/sink/walks.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/core/digest.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "walks_sql.hpp"

namespace vobiz::sink {

namespace {

// Keys that are read, or sent, at once.
constexpr std::size_t piece = 10'000;

// Reads keys piece by piece and gives each, as was_walked gets it.
void for_each_key(pqxx::transaction_base& transaction, query const& keys,
                  std::function<void(std::string const& key)> const& each) {
  execute(transaction, keys);
  pqxx::result rows;
  std::string key;
  do {
    rows = transaction.exec(fmt::format("FETCH {} FROM stored_keys", piece));
    for (auto const& row : rows) {
      key.clear();
      for (auto const& part : row) {
        key.append(part.c_str(), part.size());
        key += '\0';
      }
      each(key);
    }
  } while (rows.size() == piece);
  transaction.exec("CLOSE stored_keys");
}

query cursor_over(std::string const& keys, pqxx::transaction_base& transaction,
                  streams::stream const& stream, window_key const& key) {
  return window_query("DECLARE stored_keys NO SCROLL CURSOR FOR\n" + keys, key, transaction,
                      stream);
}

// Keys on their way to a statement, which is run for every `piece` of them.
class key_pieces {
public:
  using use = std::function<void(std::vector<std::string> const& keys)>;

  explicit key_pieces(use what) : use_(std::move(what)) {}
  void add(std::string const& key) {
    keys_.push_back(key);
    if (keys_.size() == piece) flush();
  }
  void flush() {
    if (!keys_.empty()) use_(keys_);
    keys_.clear();
  }

private:
  use use_;
  std::vector<std::string> keys_;
};

// The parts of the keys as arrays in the places that array_values() names.
void set_keys(query& sql, streams::stream const& stream, std::vector<std::string> const& keys) {
  auto const columns = walked_columns(stream);
  std::vector<array_literal> arrays(columns.size());
  for (auto const& key : keys) {
    std::size_t from = 0;
    for (auto& array : arrays) {
      auto const to = key.find('\0', from);
      array.add(std::string_view(key).substr(from, to - from));
      from = to + 1;
    }
  }
  for (std::size_t n = 0; n < columns.size(); ++n) {
    sql.set(std::string(stream.columns[columns[n]].name) + "_array", arrays[n].take());
  }
}

figures no_figures(streams::stream const& stream) {
  return {0, 0, std::vector<std::string>(stream.measures.size(), "0")};
}

void combine(pqxx::transaction_base& transaction, streams::stream const& stream, figures& into,
             char sign, figures const& other) {
  into.rows += sign == '-' ? -other.rows : other.rows;
  if (stream.measures.empty()) return;
  std::string sums;
  arguments values;
  for (std::size_t n = 0; n < stream.measures.size(); ++n) {
    sums += fmt::format("{}${}::numeric {} ${}::numeric", n == 0 ? "" : ", ", 2 * n + 1, sign,
                        2 * n + 2);
    values.add(into.sums[n]).add(other.sums[n]);
  }
  auto const row = execute(transaction, "SELECT " + sums, values)[0];
  for (std::size_t n = 0; n < stream.measures.size(); ++n) {
    into.sums[n] = row[static_cast<pqxx::row::size_type>(n)].c_str();
  }
}

removal mark(pqxx::transaction_base& transaction, streams::stream const& stream,
             window_key const& key, was_walked const& met, listing by) {
  removal marked;
  key_pieces gone([&](std::vector<std::string> const& keys) {
    auto sql = window_query(mark_removed_sql(stream, by), key, transaction, stream);
    set_keys(sql, stream, keys);
    auto const row = execute(transaction, sql)[0];
    marked.rows += row["removed"].as<std::int64_t>();
    marked.touched.add(touched_from(row, stream));
  });
  auto const keys = cursor_over(keys_sql(stream, by), transaction, stream, key);
  for_each_key(transaction, keys, [&](std::string const& stored) {
    if (!met(stored)) gone.add(stored);
  });
  gone.flush();
  return marked;
}

}  // namespace

void add(pqxx::transaction_base& transaction, streams::stream const& stream, figures& to,
         figures const& more) {
  combine(transaction, stream, to, '+', more);
}

void subtract(pqxx::transaction_base& transaction, streams::stream const& stream, figures& from,
              figures const& less) {
  combine(transaction, stream, from, '-', less);
}

figures figures_of(pqxx::transaction_base& transaction, streams::stream const& stream,
                   window_key const& key, std::vector<std::string> const& keys) {
  auto sql = window_query(figures_of_keys_sql(stream), key, transaction, stream);
  set_keys(sql, stream, keys);
  return figures_from(execute(transaction, sql)[0], stream);
}

walk_comparison compare_walk(pqxx::transaction_base& transaction, streams::stream const& stream,
                             window_key const& key, figures const& stored, std::int64_t walked,
                             was_walked const& met) {
  walk_comparison result;
  core::set_digest vanished_keys;
  auto gone = no_figures(stream);
  key_pieces gone_keys([&](std::vector<std::string> const& keys) {
    add(transaction, stream, gone, figures_of(transaction, stream, key, keys));
  });
  auto const here = cursor_over(keys_sql(stream, listing::day), transaction, stream, key);
  for_each_key(transaction, here, [&](std::string const& one) {
    if (met(one)) {
      ++result.here;
      return;
    }
    vanished_keys.add(core::digest_of(one));
    gone_keys.add(one);
  });
  gone_keys.flush();
  result.vanished = vanished_keys.size();
  if (result.vanished > 0) result.vanished_keys = vanished_keys.text();

  auto shared = no_figures(stream);
  if (walked > result.here && !stream.day_time.empty()) {
    key_pieces shared_keys([&](std::vector<std::string> const& keys) {
      add(transaction, stream, shared, figures_of(transaction, stream, key, keys));
    });
    auto const near = cursor_over(shared_keys_sql(stream), transaction, stream, key);
    for_each_key(transaction, near, [&](std::string const& one) {
      if (met(one)) shared_keys.add(one);
    });
    shared_keys.flush();
  }
  result.shared = shared.rows;
  result.walked = {stored.rows, 0, stored.sums};
  if (result.vanished > 0) subtract(transaction, stream, result.walked, gone);
  if (result.shared > 0) add(transaction, stream, result.walked, shared);
  return result;
}

std::vector<std::string> vanished(pqxx::transaction_base& transaction,
                                  streams::stream const& stream, window_key const& key,
                                  was_walked const& met) {
  std::vector<std::string> keys;
  auto const stored = cursor_over(keys_sql(stream, listing::day), transaction, stream, key);
  for_each_key(transaction, stored, [&](std::string const& one) {
    if (met(one)) return;
    std::string text = one.substr(0, one.size() - 1);
    std::ranges::replace(text, '\0', ' ');
    keys.push_back(std::move(text));
  });
  std::ranges::sort(keys);
  return keys;
}

std::int64_t count_stored(pqxx::transaction_base& transaction, streams::stream const& stream,
                          window_key const& key) {
  auto sql = window_query("SELECT count(*) FROM {table} t WHERE {rows_of_window}", key, transaction,
                          stream);
  sql.with("table", table(stream)).with("rows_of_window", rows_of_window(stream));
  return execute(transaction, sql)[0][0].as<std::int64_t>();
}

removal mark_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                     window_key const& key, was_walked const& met) {
  return mark(transaction, stream, key, met, listing::day);
}

removal mark_found_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                           window_key const& key, was_walked const& met) {
  return mark(transaction, stream, key, met, listing::span);
}

std::vector<core::utc_day> neighbours_of_removed(pqxx::transaction_base& transaction,
                                                 streams::stream const& stream, window_key key) {
  std::vector<core::utc_day> days;
  if (stream.day_time.empty()) return days;
  auto const day = key.day;
  for (auto const beside : {day - std::chrono::days(1), day + std::chrono::days(1)}) {
    key.day = beside;
    auto sql = window_query(removed_beside_sql(stream), key, transaction, stream);
    if (execute(transaction, sql)[0][0].as<bool>()) days.push_back(beside);
  }
  return days;
}

}  // namespace vobiz::sink

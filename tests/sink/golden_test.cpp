#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "merge_sql.hpp"
#include "new_rows.hpp"
#include "walks_sql.hpp"

// The SQL that is made from each stream's declaration, as people review it.
namespace vobiz::sink {
namespace {

// Lines as long as SQL may be in this tree: broken at commas, else at spaces.
std::string wrapped(std::string_view sql) {
  constexpr std::size_t width = 116;
  std::string result;
  while (!sql.empty()) {
    auto const end = std::min(sql.find('\n'), sql.size());
    if (end <= width) {
      result += sql.substr(0, end + 1);
      sql.remove_prefix(std::min(end + 1, sql.size()));
      continue;
    }
    auto cut = sql.rfind(", ", width - 1);
    if (cut == sql.npos || cut < width / 2) cut = sql.rfind(' ', width) - 1;
    result += std::string(sql.substr(0, cut + 1)) + "\n   ";
    sql.remove_prefix(cut + 1);
  }
  return result;
}

void add(std::string& text, std::string_view title, std::string const& sql) {
  text += "-- " + std::string(title) + "\n" + wrapped(sql) + ";\n\n";
}

std::string all_sql(streams::stream const& stream) {
  std::vector<bool> const seen(stream.columns.size() + 1, true);
  std::string text;
  add(text, "merge of listed rows", make_merge_query(stream, seen, merge_mode::listed).text());
  if (stream.form == streams::shape::day_windows) {
    add(text, "merge of rows found by id or by a span",
        make_merge_query(stream, seen, merge_mode::found).text());
    add(text, "is one of the batch stored", make_look_up_query(stream).text());
    add(text, "insert of new rows", make_insert_query(stream, seen).text());
    add(text, "comparison, for verify", make_compare_query(stream, seen).text());
  }
  if (stream.partition) {
    add(text, "is one of the batch in the default partition",
        make_default_partition_query(stream).text());
  }
  if (streams::can_vanish(stream.form)) {
    add(text, "keys of a window", keys_sql(stream, listing::day));
    if (!stream.day_time.empty()) {
      add(text, "keys near the midnights around it", shared_keys_sql(stream));
    }
    add(text, "figures of rows with these keys", figures_of_keys_sql(stream));
    add(text, "their removal", mark_removed_sql(stream, listing::day));
    if (!stream.day_time.empty()) {
      add(text, "were such rows removed beside it", removed_beside_sql(stream));
    }
  }
  if (!stream.day_column.empty() || streams::can_vanish(stream.form)) {
    add(text, "figures of a window", figures_of_window_sql(stream));
  }
  for (auto const& feed : stream.feeds) {
    std::vector<bool> const inner(feed.rows.columns.size() + 1, true);
    add(text, "merge of " + std::string(feed.rows.name) + " inside the rows",
        make_merge_query(feed.rows, inner,
                         feed.only_missing ? merge_mode::only_missing : merge_mode::listed)
            .text());
  }
  text.pop_back();
  return text;
}

// The first line in which two texts differ.
std::string difference(std::string const& old, std::string const& now) {
  std::size_t line = 1;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < std::min(old.size(), now.size()) && old[at] == now[at]; ++at) {
    if (old[at] != '\n') continue;
    ++line;
    begin = at + 1;
  }
  auto const line_at = [begin](std::string const& text) {
    return begin > text.size() ? "" : text.substr(begin, text.find('\n', begin) - begin);
  };
  return "line " + std::to_string(line) + ":\n- " + line_at(old) + "\n+ " + line_at(now);
}

class golden_sql : public ::testing::TestWithParam<streams::stream const*> {};

TEST_P(golden_sql, is_the_sql_of_the_stream) {
  auto const path = VOBIZ_SOURCE_DIR "/tests/sink/golden/" + std::string(GetParam()->name) + ".sql";
  auto const now = all_sql(*GetParam());
  if (std::getenv("VOBIZ_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << now;
  std::ifstream in(path);
  std::string const old{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(old == now) << path << " differs from what is made now, " << difference(old, now)
                          << "\nIf that is wanted: scripts/declared.sh";
}

TEST(golden, has_a_file_of_every_stream_only) {
  for (auto const& entry :
       std::filesystem::directory_iterator(VOBIZ_SOURCE_DIR "/tests/sink/golden")) {
    if (streams::find(entry.path().stem().string()) != nullptr) continue;
    if (std::getenv("VOBIZ_UPDATE_GOLDEN") != nullptr) {
      std::filesystem::remove(entry.path());
      continue;
    }
    ADD_FAILURE() << entry.path() << " is of no stream: scripts/declared.sh removes it";
  }
}

INSTANTIATE_TEST_SUITE_P(every_stream, golden_sql, ::testing::ValuesIn([] {
                           std::vector<streams::stream const*> list;
                           for (auto const& stream : streams::all()) list.push_back(&stream);
                           return list;
                         }()),
                         [](auto const& of) { return std::string(of.param->name); });

}  // namespace
}  // namespace vobiz::sink

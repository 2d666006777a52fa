#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "rules.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::layers {
namespace {

namespace fs = std::filesystem;

struct source_file {
  std::string path;
  std::string text;
};

// Every source file of the program and the simulator.
std::vector<source_file> sources() {
  std::vector<source_file> files;
  fs::path const top = VOBIZ_SOURCE_DIR;
  for (char const* folder : {"include", "src", "simulator"}) {
    for (auto const& entry : fs::recursive_directory_iterator(top / folder)) {
      auto const extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp") continue;
      std::ifstream in(entry.path());
      files.push_back(
          {fs::relative(entry.path(), top).string(), {std::istreambuf_iterator<char>(in), {}}});
    }
  }
  return files;
}

template <class Rule>
void expect_none(Rule rule) {
  auto const files = sources();
  // If the search finds no files, all rules pass.
  EXPECT_GT(files.size(), 100u);
  for (auto const& file : files) {
    for (auto const& offence : rule(file)) ADD_FAILURE() << file.path << ": " << offence;
  }
}

TEST(tree, includes_go_down_the_flow) {
  expect_none([](source_file const& file) { return wrong_includes(file.path, file.text); });
}

TEST(tree, keeps_sql_behind_the_store) {
  expect_none([](source_file const& file) { return named_database_library(file.path, file.text); });
}

TEST(tree, awaits_named_objects_only) {
  expect_none([](source_file const& file) { return awaited_temporaries(file.text); });
}

TEST(tree, begins_transactions_with_its_own_settings) {
  expect_none([](source_file const& file) {
    return file.path.starts_with("simulator/") ? offences() : foreign_settings(file.text);
  });
}

TEST(tree, prints_no_what_of_a_system_error) {
  expect_none([](source_file const& file) { return printed_system_errors(file.text); });
}

// Words that are streams' names and mean another thing where they stand.
bool is_another_word(std::string const& path, std::string const& offence) {
  struct word {
    std::string_view path;
    std::string_view text;
  };
  for (auto const& [where, text] : {
           word{"src/app/reconcile_report.cpp", "\"accounts\""},  // how many customers have a break
           word{"src/ops/status_sql.hpp", "vobiz.partners"},      // a name for people
           word{"src/sink/account_statement.cpp", "vobiz.accounts"},  // beside the views it reads
       }) {
    if (path == where && offence.find(text) != std::string::npos) return true;
  }
  // The section of the configuration and the member of the status.
  return offence.find("\"partners\"") != std::string::npos;
}

TEST(tree, asks_no_stream_for_its_name) {
  std::vector<std::string> names;
  for (auto const& stream : streams::all()) {
    names.emplace_back(stream.name);
    if (stream.table != stream.name) names.emplace_back(stream.table);
    if (stream.partition) names.emplace_back(stream.partition->default_partition);
  }
  EXPECT_EQ(std::ranges::count(names, "cdrs"), 1);
  expect_none([&](source_file const& file) {
    offences found;
    bool const declares = file.path.starts_with("src/streams/");
    if (declares || file.path.starts_with("simulator/")) return found;
    for (auto& offence : named_streams(file.text, names)) {
      if (!is_another_word(file.path, offence)) found.push_back(std::move(offence));
    }
    return found;
  });
}

// The files and folders that a text names in backquotes, with a folder before them; a placeholder
// in capitals ends the name.
std::vector<std::string> named_files(std::string const& text) {
  static std::regex const quoted("`([.a-z][-_./a-zA-Z0-9]*)");
  std::vector<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), quoted), end; it != end; ++it) {
    auto name = (*it)[1].str();
    static std::regex const placeholder("/[^/]*[A-Z].*");
    name = std::regex_replace(name, placeholder, "/");
    if (name.find('/') != name.npos && !name.starts_with("build/")) names.push_back(name);
  }
  return names;
}

TEST(tree, has_the_files_that_contributors_are_told_of) {
  fs::path const top = VOBIZ_SOURCE_DIR;
  std::ifstream in(top / "CONTRIBUTING.md");
  auto const names = named_files({std::istreambuf_iterator<char>(in), {}});
  EXPECT_GT(names.size(), 20u);
  for (auto const& name : names) EXPECT_TRUE(fs::exists(top / name)) << name;
}

TEST(tree, keeps_files_short) {
  expect_none([](source_file const& file) { return long_file(file.text); });
}

}  // namespace
}  // namespace vobiz::layers

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "rules.hpp"

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
  // A walk that found nothing to look at would agree with everything.
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

TEST(tree, prints_no_what_of_a_system_error) {
  expect_none([](source_file const& file) { return printed_system_errors(file.text); });
}

TEST(tree, keeps_files_short) {
  expect_none([](source_file const& file) { return long_file(file.text); });
}

}  // namespace
}  // namespace vobiz::layers

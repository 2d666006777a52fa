#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

// What stands in migrations/ and reconcile/, without a database.
namespace vobiz::sink {
namespace {

using ::testing::IsEmpty;

std::filesystem::path const root = VOBIZ_SOURCE_DIR;

std::map<std::string, std::string> sql_files(std::string const& folder) {
  std::map<std::string, std::string> files;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    files[entry.path().lexically_relative(root).string()] = text.str();
  }
  return files;
}

struct definition {
  std::string kind;
  std::string name;  // of a trigger or an index, with its table behind it
  std::string file;
};

std::vector<definition> definitions() {
  static std::regex const create(
      R"((?:^|\n)\s*CREATE (?:OR REPLACE |UNIQUE )*(FUNCTION|VIEW|TRIGGER|TABLE|TYPE|INDEX) )"
      R"(([^\s(;]+)([^;]*?\sON\s+(\S+))?)");
  std::vector<definition> result;
  for (auto const& [file, text] : sql_files("migrations")) {
    for (std::sregex_iterator each(text.begin(), text.end(), create), end; each != end; ++each) {
      auto const& found = *each;
      bool const on_a_table = found[1] == "TRIGGER" || found[1] == "INDEX";
      result.push_back(
          {found[1], found[2].str() + (on_a_table ? " on " + found[4].str() : ""), file});
    }
  }
  return result;
}

TEST(migrations_tree, defines_each_object_once) {
  std::map<std::string, std::vector<std::string>> files;
  for (auto const& each : definitions()) files[each.kind + " " + each.name].push_back(each.file);
  // That the search finds them at all: the tables alone are more.
  EXPECT_GT(files.size(), 100u);
  for (auto const& [object, places] : files)
    EXPECT_EQ(places.size(), 1u) << object << " in " << ::testing::PrintToString(places);
}

TEST(migrations_tree, has_functions_and_views_in_files_of_their_names) {
  std::map<std::string, int> per_file;
  for (auto const& each : definitions()) {
    std::filesystem::path const path = each.file;
    auto const folder = path.lexically_relative("migrations").begin()->string();
    if (each.kind == "FUNCTION") {
      EXPECT_EQ(folder, "functions") << each.name;
      EXPECT_EQ(each.name.substr(each.name.find('.') + 1), path.stem()) << each.file;
      ++per_file[each.file];
    } else if (each.kind == "VIEW") {
      EXPECT_EQ(each.file, "migrations/views/" +
                               std::regex_replace(each.name, std::regex("\\."), "/") + ".sql");
      ++per_file[each.file];
    } else if (each.kind == "TRIGGER") {
      EXPECT_EQ(folder, "functions") << each.name;
    } else {
      EXPECT_EQ(path.parent_path(), "migrations") << each.name;
    }
  }
  for (auto const& [file, text] : sql_files("migrations")) {
    if (file.find("/functions/") == std::string::npos && file.find("/views/") == std::string::npos)
      continue;
    EXPECT_EQ(per_file[file], 1) << file;
  }
}

TEST(migrations_tree, has_each_number_once) {
  std::map<std::string, std::string> numbers;
  for (auto const& [file, text] : sql_files("migrations")) {
    std::filesystem::path const path = file;
    if (path.parent_path() != "migrations") continue;
    auto const number = path.filename().string().substr(0, 4);
    EXPECT_TRUE(std::regex_match(number, std::regex("[0-9]{4}"))) << file;
    EXPECT_TRUE(numbers.emplace(number, file).second) << file << " and " << numbers[number];
  }
  EXPECT_FALSE(numbers.empty());
}

std::size_t characters(std::string const& line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

TEST(sql, has_lines_of_at_most_120_characters) {
  for (std::string const folder : {"migrations", "reconcile"}) {
    auto const files = sql_files(folder);
    EXPECT_FALSE(files.empty());
    for (auto const& [file, text] : files) {
      std::vector<std::string> too_long;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        if (characters(line) > 120) too_long.push_back(line);
      }
      EXPECT_THAT(too_long, IsEmpty()) << file;
    }
  }
}

}  // namespace
}  // namespace vobiz::sink

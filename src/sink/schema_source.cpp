#include "vobiz/sink/schema_source.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

#include "declared_columns.hpp"
#include "mentions.hpp"
#include "vobiz/sink/column_lists.hpp"

namespace vobiz::sink {

namespace {

constexpr std::string_view lists_path = "column_lists.txt";

[[noreturn]] void refuse(std::string_view path, std::string const& what) {
  throw std::invalid_argument("migrations/" + std::string(path) + ": " + what);
}

int leading_number(std::string_view& text) {
  int value = -1;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return value;
}

// "-- replaces: 1-17 DIGEST" as the first line.
std::optional<replaced_history> read_replaces(schema_file const& file) {
  constexpr std::string_view key = "-- replaces: ";
  if (!file.text.starts_with(key)) return std::nullopt;
  auto line = file.text.substr(key.size(), file.text.find('\n') - key.size());
  replaced_history result{leading_number(line), 0, {}};
  if (!line.starts_with('-')) refuse(file.path, "\"replaces\" needs FIRST-LAST DIGEST");
  line.remove_prefix(1);
  result.last = leading_number(line);
  if (!line.starts_with(' ')) refuse(file.path, "\"replaces\" needs FIRST-LAST DIGEST");
  result.digest = line.substr(1);
  return result;
}

numbered_file read_numbered(schema_file const& file) {
  auto rest = file.path;
  numbered_file result;
  result.number = leading_number(rest);
  if (result.number < 0 || !rest.starts_with('_') || !rest.ends_with(".sql"))
    refuse(file.path, "is neither NUMBER_name.sql nor below functions/ or views/");
  result.name = file.path.substr(0, file.path.size() - 4);
  result.text = file.text;
  result.replaces = read_replaces(file);
  return result;
}

schema_object read_object(schema_file const& file, column_lists const& lists) {
  schema_object result;
  bool const is_view = file.path.starts_with("views/");
  result.kind = is_view ? object_kind::view : object_kind::function;
  result.text = expand_column_lists(file.text, lists);
  auto const create = std::string("CREATE OR REPLACE ") + (is_view ? "VIEW " : "FUNCTION ");
  auto const at = result.text.find(create);
  if (at == std::string::npos) refuse(file.path, "has no \"" + create + "\"");
  auto const begin = at + create.size();
  result.name = result.text.substr(begin, result.text.find_first_of(" (\n", begin) - begin);
  return result;
}

// Puts objects behind what they need, in the order of their names where nothing else is said.
class need_order {
public:
  explicit need_order(std::vector<schema_object>& objects) : objects_(objects) {
    std::ranges::sort(objects_, {}, &schema_object::name);
  }

  std::vector<schema_object> sorted() {
    for (auto const& object : objects_) visit(object);
    return std::move(result_);
  }

private:
  void visit(schema_object const& object) {
    if (done_.contains(object.name)) return;
    auto const open = std::ranges::find(path_, object.name);
    if (open != path_.end()) {
      std::string circle;
      for (auto each = open; each != path_.end(); ++each) circle += "\"" + *each + "\" needs ";
      throw std::invalid_argument("migrations/: " + circle + "\"" + object.name + "\"");
    }
    path_.push_back(object.name);
    for (auto const& need : object.needs)
      visit(*std::ranges::lower_bound(objects_, need, {}, &schema_object::name));
    path_.pop_back();
    done_.insert(object.name);
    result_.push_back(object);
  }

  std::vector<schema_object>& objects_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
  std::vector<schema_object> result_;
};

// A function that is called and that no file makes.
void require_files(std::string const& name, mentioned_names const& mentioned,
                   schema_source const& source) {
  for (auto const& called : mentioned.called) {
    if (source.find(called) == nullptr) {
      throw std::invalid_argument(
          fmt::format("migrations/: \"{}\" calls \"{}\", which no file makes", name, called));
    }
  }
}

void add_with_needs(schema_source const& source, std::string const& name,
                    std::vector<std::string>& into) {
  if (std::ranges::count(into, name) > 0) return;
  for (auto const& need : source.find(name)->needs) add_with_needs(source, need, into);
  into.push_back(name);
}

}  // namespace

std::string_view to_text(object_kind kind) {
  return kind == object_kind::view ? "view" : "function";
}

schema_object const* schema_source::find(std::string_view name) const {
  auto const found = std::ranges::find(objects, name, &schema_object::name);
  return found == objects.end() ? nullptr : &*found;
}

schema_source read_schema(std::span<schema_file const> files) {
  schema_source source;
  column_lists lists;
  for (auto const& file : files) {
    if (file.path == lists_path) lists = read_column_lists(file.text);
  }
  for (auto const& file : files) {
    if (file.path == lists_path) continue;
    if (file.path.find('/') == std::string_view::npos) {
      source.files.push_back(read_numbered(file));
    } else {
      source.objects.push_back(read_object(file, lists));
    }
  }
  std::ranges::sort(source.files, {}, &numbered_file::number);
  for (auto& object : source.objects) {
    auto const mentioned = mentions(object.text);
    require_files(object.name, mentioned, source);
    for (auto const& name : mentioned.all) {
      if (name != object.name && source.find(name) != nullptr) object.needs.push_back(name);
    }
  }
  source.objects = need_order(source.objects).sorted();
  for (auto& file : source.files) {
    auto const mentioned = mentions(file.text);
    require_files(file.name, mentioned, source);
    for (auto const& name : mentioned.called) add_with_needs(source, name, file.calls);
  }
  return source;
}

std::vector<schema_file> all_schema_files() {
  static std::string const declared = declared_columns_text(streams::all());
  auto const embedded = embedded_schema();
  std::vector<schema_file> files(embedded.begin(), embedded.end());
  files.push_back({"functions/rights/declared_columns.sql", declared});
  return files;
}

schema_source const& own_schema() {
  static schema_source const source = read_schema(all_schema_files());
  return source;
}

}  // namespace vobiz::sink

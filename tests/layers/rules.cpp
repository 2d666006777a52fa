#include "rules.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include "source_text.hpp"

namespace vobiz::layers {

namespace {

constexpr std::array<std::string_view, 13> flow = {
    "core", "async",     "streams",  "config", "decode", "api", "sink",
    "sync", "reconcile", "schedule", "ops",    "web",    "app"};
constexpr std::size_t longest_file = 400;

std::size_t place_of(std::string_view folder) {
  return static_cast<std::size_t>(std::ranges::find(flow, folder) - flow.begin());
}

std::string_view first_segment(std::string_view path) { return path.substr(0, path.find('/')); }

std::string at_line(std::string_view source, std::size_t at, std::string const& what) {
  return "line " + std::to_string(line_of(source, at)) + ": " + what;
}

// The folder of a file in src/ or include/vobiz/, or "simulator".
std::string_view folder_of(std::string_view file) {
  for (std::string_view const top : {"src/", "include/vobiz/"}) {
    if (file.starts_with(top)) return first_segment(file.substr(top.size()));
  }
  return first_segment(file);
}

// The end of an awaited expression: its semicolon, or the end of the enclosing bracket.
std::size_t end_of_expression(std::string_view code, std::size_t from) {
  for (auto at = from; at < code.size(); ++at) {
    if (std::string_view("([{").find(code[at]) != std::string_view::npos) {
      at = closing_bracket(code, at);
    } else if (std::string_view(")]};").find(code[at]) != std::string_view::npos) {
      return at;
    }
  }
  return code.size();
}

// A bracket that starts a lambda's captures, since no subscripted expression is before it.
bool begins_lambda(std::string_view code, std::size_t at) {
  auto const before = code.find_last_not_of(" \n", at - 1);
  return before != std::string_view::npos &&
         std::string_view("(,=&|").find(code[before]) != std::string_view::npos;
}

}  // namespace

offences wrong_includes(std::string_view file, std::string_view source) {
  offences found;
  auto const folder = folder_of(file);
  bool const simulates = folder == "simulator";
  // These translation units contain only library code.
  if (folder == "boost") return found;
  if (!simulates && place_of(folder) == flow.size()) {
    return {'"' + std::string(folder) + "\" has no place in the flow"};
  }
  std::string const text(source);
  static std::regex const include("(^|\n)[ \t]*#[ \t]*include[ \t]*[\"<]([^\">]+)[\">]");
  for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
    auto const path = (*it)[2].str();
    auto const line = static_cast<std::size_t>(it->position(2));
    if (path.find("../") != std::string::npos) {
      found.push_back(at_line(source, line, "\"" + path + "\" leaves its folder"));
    } else if (path.starts_with("simulator/")) {
      if (!simulates) found.push_back(at_line(source, line, "the daemon includes the simulator"));
    } else if (path.starts_with("vobiz/")) {
      auto const wanted = first_segment(std::string_view(path).substr(6));
      bool const allowed = simulates ? wanted == "core" : place_of(wanted) <= place_of(folder);
      if (!allowed) {
        found.push_back(
            at_line(source, line,
                    std::string(folder) + " includes \"" + path + "\", which is not below it"));
      }
    }
  }
  return found;
}

offences named_database_library(std::string_view file, std::string_view source) {
  static constexpr std::array<std::string_view, 3> folders = {"sync", "schedule", "app"};
  offences found;
  if (std::ranges::find(folders, folder_of(file)) == folders.end()) return found;
  auto const code = code_of(source);
  constexpr std::string_view name = "pqxx::";
  for (auto at = code.find(name); at != std::string::npos; at = code.find(name, at + 1)) {
    found.push_back(at_line(source, at, "names libpqxx; is there a method of the store?"));
  }
  return found;
}

offences awaited_temporaries(std::string_view source) {
  offences found;
  auto const code = code_of(source);
  constexpr std::string_view word = "co_await";
  for (auto at = code.find(word); at != std::string::npos; at = code.find(word, at + 1)) {
    auto const end = end_of_expression(code, at + word.size());
    auto const expression = std::string_view(code).substr(at, end - at);
    for (std::size_t n = 0; n < expression.size(); ++n) {
      if (expression[n] == '{') {
        found.push_back(
            at_line(source, at + n, "a braced list or lambda in a co_await expression"));
        break;
      }
      if (expression[n] == '[' && begins_lambda(expression, n)) {
        found.push_back(at_line(source, at + n, "a lambda in a co_await expression"));
        break;
      }
    }
  }
  return found;
}

offences foreign_settings(std::string_view source) {
  offences found;
  std::string const code(source);
  // A migration has the schema to itself.
  bool const migrates = code.find("'vobiz-syncd migrate'") != std::string::npos;
  static std::regex const begins(
      "pqxx::(work|read_transaction|nontransaction|robusttransaction|transaction)\\b[^\n;&>]*"
      "( \\w+|>)\\([^\n]*\n([^\n]*)");
  for (std::sregex_iterator at(code.begin(), code.end(), begins), end; at != end; ++at) {
    // A transaction that may write also holds the schema's version.
    auto const next = (*at)[3].str();
    bool const may_write = (*at)[1].str() == "work" && !migrates;
    if (next.find(may_write ? "set_own_to_write(" : "set_own(") != std::string::npos) continue;
    found.push_back(at_line(source, static_cast<std::size_t>(at->position()),
                            "a transaction with the settings of others"));
  }
  return found;
}

offences printed_system_errors(std::string_view source) {
  offences found;
  auto const code = code_of(source);
  static std::regex const handler("catch\\s*\\(([^)]*?)(\\w+)\\s*\\)\\s*\\{");
  std::size_t end_of_last = 0;
  bool caught = false;  // by this handler or an earlier one of the same try
  for (std::sregex_iterator it(code.begin(), code.end(), handler), end; it != end; ++it) {
    auto const start = static_cast<std::size_t>(it->position());
    auto const open = start + static_cast<std::size_t>(it->length()) - 1;
    auto const close = closing_bracket(code, open);
    auto const block = std::string_view(code).substr(open, close - open);
    auto const type = (*it)[1].str();
    auto const between = std::string_view(code).substr(end_of_last, start - end_of_last);
    if (end_of_last == 0 || between.find_first_not_of(" \n") != std::string_view::npos)
      caught = false;
    bool const of_system_error = type.find("system_error") != std::string::npos;
    bool const of_anything = type.find("std::exception") != std::string::npos;
    auto const use = block.find((*it)[2].str() + ".what()");
    if (use != std::string_view::npos && (of_system_error || (of_anything && !caught))) {
      found.push_back(at_line(source, open + use,
                              of_system_error
                                  ? "what() of a system_error; take its code's text"
                                  : "what() of what may be a system_error; catch that first"));
    }
    caught = caught || of_system_error;
    end_of_last = close + 1;
  }
  return found;
}

offences named_streams(std::string_view source, std::vector<std::string> const& names) {
  offences found;
  auto const code = code_of(source);
  for (auto open = code.find('"'); open != std::string::npos; open = code.find('"', open + 1)) {
    auto const close = code.find('"', open + 1);
    if (close == std::string::npos) break;
    std::string const text(source.substr(open + 1, close - open - 1));
    for (auto const& name : names) {
      std::regex const mention("'" + name + "'|\\bvobiz(_part)?\\." + name + "(_default)?\\b");
      std::smatch where;
      if (text == name) {
        found.push_back(at_line(source, open, "\"" + name + "\" is a stream's name or table"));
      } else if (std::regex_search(text, where, mention)) {
        auto const at = open + 1 + static_cast<std::size_t>(where.position());
        found.push_back(at_line(source, at, where.str() + " is a stream's name or table"));
      }
    }
    open = close;
  }
  return found;
}

offences long_file(std::string_view source) {
  auto const lines = static_cast<std::size_t>(std::ranges::count(source, '\n'));
  if (lines <= longest_file) return {};
  return {std::to_string(lines) + " lines; is that one idea?"};
}

}  // namespace vobiz::layers

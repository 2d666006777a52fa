#include "node.hpp"

#include <spdlog/fmt/fmt.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "raw_text.hpp"

namespace vobiz::config {

namespace {

// Builds the tree from the parser's events: they have the positions that YAML::Node loses.
class builder : public YAML::EventHandler {
public:
  builder(std::string_view text, std::vector<finding>& findings)
      : text_(text), findings_(findings) {}

  node take() { return std::move(root_); }
  bool is_refused() const { return documents_ > 1; }

  void OnDocumentStart(YAML::Mark const& mark) override {
    if (++documents_ != 2) return;
    auto const line = line_at(text_, line_of(mark));
    if (auto const first = line.find_first_not_of(' '); first < line.size() && line[first] == ',') {
      report(mark, "a comma outside of [ ] and { }", "remove the comma");
      root_ = {node::kind::refused, 0, {}, {}, {}};
    } else {
      report(mark, "a second YAML document begins", "remove the \"---\" line");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    // An absent value has the position of the next token; the line of its key is more useful.
    auto const line = waiting_for_value() ? open_.back().key_line : line_of(mark);
    add({node::kind::nothing, line, {}, {}, {}});
  }

  void OnAlias(YAML::Mark const& mark, YAML::anchor_t) override {
    report(mark, "aliases are not supported", "repeat the value in each place");
    add({node::kind::refused, line_of(mark), {}, {}, {}});
  }

  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                std::string const& value) override {
    refuse_tag(mark, tag);
    refuse_anchor(mark, anchor);
    auto kind = node::kind::scalar;
    if (tag == "!" && quote_never_ends(text_, mark.pos)) {
      report(mark, "a quote is never closed");
      kind = node::kind::refused;
    }
    add({kind, line_of(mark), value, {}, {}});
  }

  void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, node::kind::sequence);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, node::kind::mapping);
  }
  void OnMapEnd() override { close(); }

private:
  struct level {
    node value;
    bool has_key = false;
    bool key_refused = false;
    std::string key;
    int key_line = 0;
  };

  static int line_of(YAML::Mark const& mark) { return mark.line + 1; }

  void report(YAML::Mark const& mark, std::string message, std::string hint = {}) {
    findings_.push_back({line_of(mark), std::move(message), std::move(hint)});
  }

  void refuse_tag(YAML::Mark const& mark, std::string const& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    report(mark, "tags are not supported", "remove the word that begins with \"!\"");
  }

  void refuse_anchor(YAML::Mark const& mark, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    report(mark, "anchors are not supported", "remove the word that begins with \"&\"");
  }

  bool waiting_for_value() const { return !open_.empty() && open_.back().has_key; }

  void start(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
             node::kind kind) {
    refuse_tag(mark, tag);
    refuse_anchor(mark, anchor);
    open_.push_back({{kind, line_of(mark), {}, {}, {}}, false, false, {}, 0});
  }

  void close() {
    auto complete = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(complete));
  }

  void add(node value) {
    if (open_.empty()) {
      if (documents_ == 1) root_ = std::move(value);
      return;
    }
    auto& parent = open_.back();
    if (parent.value.form == node::kind::sequence) {
      parent.value.items.push_back(std::move(value));
    } else if (!parent.has_key) {
      take_key(parent, std::move(value));
    } else {
      parent.has_key = false;
      if (parent.key_refused) return;
      parent.value.entries.push_back({std::move(parent.key), parent.key_line, std::move(value)});
    }
  }

  void take_key(level& parent, node key) {
    parent.has_key = true;
    parent.key_line = key.line;
    parent.key_refused = key.form != node::kind::scalar || key.text == "<<";
    if (key.text == "<<") {
      findings_.push_back(
          {key.line, "merge keys are not supported", "repeat the keys in each place"});
    } else if (key.form == node::kind::scalar) {
      parent.key = std::move(key.text);
    } else if (key.form != node::kind::refused) {
      findings_.push_back({key.line, "a key is not a name", {}});
    }
  }

  std::string_view text_;
  std::vector<finding>& findings_;
  std::vector<level> open_;
  node root_;
  int documents_ = 0;
};

finding syntax_error(YAML::Exception const& error, std::string_view text) {
  // Some parser messages quote text after a colon or a known phrase. That text may be part of a
  // secret.
  auto cause = error.msg.substr(0, error.msg.find(':'));
  std::string_view const unknown_anchor = YAML::ErrorMsg::UNKNOWN_ANCHOR;
  if (cause.starts_with(unknown_anchor)) cause = unknown_anchor;
  finding result{error.mark.is_null() ? 0 : error.mark.line + 1, "not YAML: " + cause, {}};
  auto const line = line_at(text, result.line);
  if (line.find("${") != std::string_view::npos) {
    result.hint = "within { } a text with ${…} must be in quotes: \"${…}\"";
  } else if (line.find('*') != std::string_view::npos && cause == unknown_anchor) {
    result.hint = "put the text in quotes if it begins with \"*\"";
  }
  return result;
}

}  // namespace

node tree_of(std::string_view yaml, std::vector<finding>& findings) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (yaml.starts_with(byte_order_mark)) yaml.remove_prefix(byte_order_mark.size());
  node const refused{node::kind::refused, 0, {}, {}, {}};
  // The parser takes U+0004 for the end of file, and guesses UTF-16 from zero bytes.
  if (auto const line = line_of_control_character(yaml)) {
    findings.push_back({line, "a control character in the text", "save the file as plain UTF-8"});
    return refused;
  }
  builder tree(yaml, findings);
  try {
    std::istringstream in{std::string(yaml)};
    YAML::Parser parser(in);
    // Before a comma the parser finds empty documents without end, so stop at the second.
    while (!tree.is_refused() && parser.HandleNextDocument(tree)) {
    }
  } catch (YAML::Exception const& error) {
    findings.push_back(syntax_error(error, yaml));
    return refused;
  }
  return tree.take();
}

}  // namespace vobiz::config

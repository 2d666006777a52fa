#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "server.hpp"
#include "target.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

// Input: a separator, then texts. The server must return each array, literal or name byte for byte,
// or refuse it.
namespace vobiz::fuzz {
namespace {

using texts = std::vector<std::optional<std::string_view>>;

// "<null>" stands for NULL.
texts split(std::string_view all, char separator) {
  texts result;
  for (;;) {
    auto const part = all.substr(0, all.find(separator));
    result.push_back(part == "<null>" ? std::optional<std::string_view>() : part);
    if (part.size() == all.size()) return result;
    all.remove_prefix(part.size() + 1);
  }
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > '\0' && c < '\x7f'; });
}

pqxx::result ask(std::string const& sql, sink::arguments const& values = {}) {
  static auto const connection = connect();
  pqxx::nontransaction transaction(*connection);
  return sink::execute(transaction, sql, values);
}

// A refusal is correct only for bytes that are no text to the server.
template <class Body>
void allow_refusal(std::string_view of, Body const& body) {
  try {
    body();
  } catch (std::invalid_argument const&) {
    require(of.find('\0') != std::string_view::npos, "only U+0000 is refused before it is sent",
            of);
  } catch (pqxx::sql_error const& error) {
    require(!is_ascii(of), error.what(), of);
  }
}

void check_array(std::string_view all, texts const& elements) {
  sink::array_literal array;
  for (auto const& element : elements) {
    if (element) {
      array.add(*element);
    } else {
      array.add_null();
    }
  }
  sink::arguments values;
  values.add(array.take());
  auto const stored =
      ask("SELECT element FROM unnest($1::text[]) WITH ORDINALITY AS of (element, place) ORDER BY "
          "place",
          values);
  require(static_cast<std::size_t>(stored.size()) == elements.size(),
          "the array has as many elements", all);
  for (std::size_t at = 0; at < elements.size(); ++at) {
    auto const back = sink::text_of(stored[static_cast<pqxx::result::size_type>(at)][0]);
    require(back == elements[at], "an element comes back as it was", all);
  }
}

void check_value(std::string_view text) {
  sink::arguments values;
  values.add(text);
  require(sink::text_of(ask("SELECT $1::text", values)[0][0]) == text,
          "a value comes back as it was", text);
}

void check_sql(std::string_view text) {
  constexpr std::size_t longest_name = 63;
  auto const stored = ask("SELECT " + sink::literal(text) + " AS " + sink::identifier(text));
  require(sink::text_of(stored[0][0]) == text, "a literal comes back as it was", text);
  std::string_view const name = stored.column_name(0);
  require(text.starts_with(name) && (name == text || name.size() + 4 > longest_name),
          "a name comes back as it was, up to the server's length", text);
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  if (size == 0) return 0;
  auto const all = fuzz::as_text(data, size).substr(1);
  auto const elements = fuzz::split(all, static_cast<char>(*data));
  fuzz::allow_refusal(all, [&] { fuzz::check_array(all, elements); });
  for (auto const& text : elements) {
    if (!text) continue;
    fuzz::allow_refusal(*text, [&] { fuzz::check_value(*text); });
    // The server refuses an empty name.
    if (!text->empty()) fuzz::allow_refusal(*text, [&] { fuzz::check_sql(*text); });
  }
  return 0;
}

// Prints how fast one core decodes a page of 100 CDRs, and how often it asks for memory.

#include <spdlog/fmt/fmt.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <new>
#include <sstream>

#include "vobiz/decode/decoder.hpp"

namespace {

std::size_t allocations = 0;

constexpr std::size_t rows = 100;
constexpr int rounds = 5'000;

// The fixture's page with its rows repeated, spelled as an API does: without white space.
std::string page_text() {
  std::ifstream file(VOBIZ_SOURCE_DIR "/tests/fixtures/cdrs/generation_2.json");
  std::stringstream pretty;
  pretty << file.rdbuf();
  std::string text;
  bool quoted = false;
  for (char const c : pretty.str()) {
    if (c == '"') quoted = !quoted;  // the fixture escapes nothing
    if (quoted || (c != ' ' && c != '\n')) text += c;
  }
  auto const start = text.find("[{") + 1;
  auto const two = text.substr(start, text.find("}]") + 1 - start);
  auto repeated = two;
  for (std::size_t row = 2; row < rows; row += 2) (repeated += ',') += two;
  return text.replace(start, two.size(), repeated);
}

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (auto* const block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

int main() {
  auto const body = page_text();
  vobiz::decode::decoder const cdrs(*vobiz::streams::find("cdrs"));
  std::size_t decoded = 0;
  auto const before = allocations;
  auto const start = std::clock();
  for (int round = 0; round < rounds; ++round) decoded += cdrs.decode(body).value().rows.size();
  auto const seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  auto const all = static_cast<double>(decoded);
  fmt::print("{} rows of {} bytes: {:.0f} MB/s, {:.0f} rows/s, {:.2f} allocations per row\n",
             decoded, body.size() / rows, static_cast<double>(body.size()) * rounds / seconds / 1e6,
             all / seconds, static_cast<double>(allocations - before) / all);
  return decoded == rows * rounds ? 0 : 1;
}

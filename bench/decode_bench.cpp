// Measures how long one core takes to decode a page of 100 CDRs, and counts memory allocations.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <new>
#include <sstream>

#include "vobiz/decode/decoder.hpp"

namespace {

std::size_t allocations = 0;

constexpr std::size_t rows = 100;

// The fixture's page with its rows repeated, without white space as in an API response.
std::string page_text() {
  std::ifstream file(VOBIZ_SOURCE_DIR "/tests/fixtures/cdrs/generation_2.json");
  std::stringstream pretty;
  pretty << file.rdbuf();
  std::string text;
  bool quoted = false;
  for (char const c : pretty.str()) {
    if (c == '"') quoted = !quoted;  // the fixture has no escapes
    if (quoted || (c != ' ' && c != '\n')) text += c;
  }
  auto const start = text.find("[{") + 1;
  auto const two = text.substr(start, text.find("}]") + 1 - start);
  auto repeated = two;
  for (std::size_t row = 2; row < rows; row += 2) (repeated += ',') += two;
  return text.replace(start, two.size(), repeated);
}

void decode_page(benchmark::State& state) {
  auto const body = page_text();
  vobiz::decode::decoder const cdrs(*vobiz::streams::find("cdrs"));
  std::size_t decoded = 0;
  auto const before = allocations;
  for (auto const& round : state) {
    static_cast<void>(round);
    decoded += cdrs.decode(body).value().rows.size();
  }
  auto const asked = allocations - before;
  state.SetBytesProcessed(static_cast<std::int64_t>(body.size() * state.iterations()));
  state.SetItemsProcessed(static_cast<std::int64_t>(decoded));
  state.counters["allocations_a_row"] = static_cast<double>(asked) / static_cast<double>(decoded);
}
BENCHMARK(decode_page);

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (auto* const block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

BENCHMARK_MAIN();

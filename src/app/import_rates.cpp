#include <spdlog/fmt/fmt.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "commands.hpp"
#include "one_shot.hpp"
#include "options.hpp"
#include "rate_list.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::app {

namespace {

// Some hundred thousand rates, which are held in memory at once.
constexpr std::uintmax_t largest_list = 64 << 20;
constexpr std::size_t most_problems = 20;

[[noreturn]] void fail(std::string const& message, std::string hint = {}) {
  throw core::failure(core::failure_kind::failed, core::remedy::fix, message, std::move(hint));
}

std::string text_of_file(std::filesystem::path const& file) {
  std::error_code error;
  auto const size = std::filesystem::file_size(file, error);
  if (error) fail(fmt::format("\"{}\" cannot be read: {}", file.string(), error.message()));
  if (size > largest_list)
    fail(fmt::format("\"{}\" has more than {} MiB", file.string(), largest_list >> 20));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || !text) fail(fmt::format("\"{}\" cannot be read", file.string()));
  return text.str();
}

void require_sound(rate_list const& list, std::filesystem::path const& file) {
  if (list.problems.empty()) return;
  auto const shown = std::min(list.problems.size(), most_problems);
  for (std::size_t i = 0; i < shown; ++i) std::cerr << core::visible(list.problems[i]) << "\n";
  if (shown < list.problems.size())
    std::cerr << "and " << list.problems.size() - shown << " more\n";
  fail(fmt::format("\"{}\" has {} bad line{}, so nothing of it is stored", file.string(),
                   list.problems.size(), list.problems.size() == 1 ? "" : "s"));
}

// The partner whose rates they are.
std::string partner_id(config::settings const& settings) {
  one_shot here(settings);
  std::string id;
  auto const work = [&]() -> boost::asio::awaitable<void> {
    auto const known = co_await here.identify();
    if (!known.empty()) id = known.front()->id;
  };
  if (!here.run(work)) fail("stopped before anything was stored");
  if (!here.errors().empty()) fail(here.errors().front());
  return id;
}

}  // namespace

exit_code import_rates(config::settings const& settings, std::filesystem::path const& file) {
  if (settings.partners.size() > 1) {
    refuse("--partner is missing: the configuration has several",
           "name the one that pays these rates");
  }
  auto const list = read_rate_list(text_of_file(file));
  require_sound(list, file);
  auto const partner = partner_id(settings);
  auto const connection = sink::connect(settings.database);
  auto const written = sink::replace_wholesale_rates(*connection, partner, list.rates);
  std::cout << fmt::format("{} rates of \"{}\" read: {} new or different\n", list.rates.size(),
                           core::visible(file.string()), written);
  return exit_code::ok;
}

}  // namespace vobiz::app

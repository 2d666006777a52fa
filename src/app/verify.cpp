#include <iostream>

#include "commands.hpp"
#include "one_shot.hpp"
#include "options.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/ops/table.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

namespace asio = boost::asio;

namespace {

void print(partner_work const& partner, streams::stream const& stream, std::string const& day,
           sync::verification const& found) {
  std::cout << partner.settings.name << " " << stream.name << " " << day << ": the API counts "
            << (found.api_total ? std::to_string(*found.api_total) : "no") << " rows and lists "
            << found.listed << ", " << found.stored << " are stored: ";
  if (found.differences.empty()) {
    std::cout << "no differences\n";
    return;
  }
  std::cout << found.differences.size()
            << (found.differences.size() == 1 ? " difference\n" : " differences\n");
  ops::table table({{"row"}, {"what"}, {"stored"}, {"listed"}});
  for (auto const& d : found.differences) table.add({d.key, d.what, d.stored, d.listed});
  std::cout << table.text();
}

}  // namespace

exit_code verify(config::settings const& settings, std::string const& name,
                 std::string const& day) {
  auto const& stream = day_stream(name, "verify");
  auto const when = parse_day("--day", day);
  require_kept("--day", when, settings.streams.find(stream.name)->second);
  one_shot here(settings);
  auto const work = [&]() -> asio::awaitable<void> {
    auto const known = co_await here.identify();
    for (auto* partner : known) {
      sync::cycle_setting setting{partner->client, here.db(),
                                  stream,          settings.streams.find(stream.name)->second,
                                  partner->id,     "verify"};
      setting.partner_name = partner->settings.name;
      auto const found = co_await sync::verify_day(setting, when);
      if (found.problem) {
        here.add_error(found.problem->message);
        here.fail_with(exit_code_for(found.problem->kind));
        continue;
      }
      print(*partner, stream, day, found);
      if (!found.differences.empty()) here.fail_with(exit_code::failed);
    }
  };
  bool const whole = here.run(work);
  for (auto const& error : here.errors()) std::cout << core::visible(error) << "\n";
  return whole ? here.outcome() : exit_code::failed;
}

}  // namespace vobiz::app

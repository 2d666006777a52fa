#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

namespace asio = boost::asio;

namespace {

// The worse of two: what has to be fixed comes before what may be retried.
exit_code worse(exit_code left, exit_code right) {
  if (left == exit_code::ok) return right;
  if (right == exit_code::ok) return left;
  return left == exit_code::refused || right == exit_code::refused ? exit_code::refused : left;
}

exit_code check_database(config::settings const& settings) {
  try {
    auto const connection = sink::connect(settings.database);
    auto const status = sink::check_migrations(*connection);
    std::cout << "database: reached, schema version " << status.applied << " of " << status.known
              << (status.changes.empty() ? "\n" : "; run: vobiz-syncd migrate\n");
    return exit_code::ok;
  } catch (core::failure const& failure) {
    std::cout << "database: " << failure.what() << "\n";
    if (!failure.hint().empty()) std::cout << "  hint: " << failure.hint() << "\n";
    return exit_code_for(failure.kind());
  }
}

exit_code check_partners(config::settings const& settings) {
  asio::io_context context(1);
  auto partners = make_partners(context.get_executor(), settings);
  exit_code outcome = exit_code::ok;
  auto check = [&]() -> asio::awaitable<void> {
    for (auto const& partner : partners) {
      auto const id = co_await sync::ask_partner_id(partner->client);
      std::cout << "partner \"" << partner->settings.name << "\": ";
      if (!id) {
        std::cout << id.error().message << "\n";
        outcome = worse(outcome, exit_code_for(id.error().kind));
      } else if (!partner->id.empty() && partner->id != *id) {
        std::cout << "the API says these credentials belong to \"" << *id << "\", auth_id says \""
                  << partner->id << "\"\n";
        outcome = worse(outcome, exit_code::refused);
      } else {
        std::cout << "the API answers as \"" << *id << "\"\n";
      }
    }
  };
  asio::co_spawn(context, check, [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  context.run();
  return outcome;
}

}  // namespace

exit_code check_config(std::filesystem::path const& file, config::settings const& settings,
                       bool connect) {
  auto const enabled = pick_streams(settings, {});
  std::cout << "configuration ok: " << file.string() << ": " << settings.partners.size()
            << (settings.partners.size() == 1 ? " partner, " : " partners, ") << enabled.size()
            << " streams\n";
  if (!connect) return exit_code::ok;
  auto const database = check_database(settings);
  return worse(database, check_partners(settings));
}

}  // namespace vobiz::app

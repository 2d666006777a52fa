#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/distribution.hpp"
#include "vobiz/sink/login_rights.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sink/server_identity.hpp"
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

// A password, and the mirror, go to whoever answers under the server's address.
void warn_of_unproven_hosts(config::database const& where) {
  auto const found = sink::find_unproven_hosts(std::string(where.dsn.reveal()));
  if (!found) return;
  for (auto const& host : found->hosts) {
    std::cout << "warning: \"database.dsn\": nothing proves that \"" << host
              << "\" is the database's server: sslmode is \"" << found->sslmode << "\"\n";
  }
  std::cout << "  hint: add sslmode=verify-full to \"database.dsn\", and sslrootcert=FILE with the "
               "certificate of the server's authority\n";
}

exit_code check_database(config::settings const& settings) {
  try {
    auto const connection = sink::connect(settings.database);
    auto const status = sink::check_migrations(*connection);
    std::cout << "database: reached, schema version " << status.applied << " of " << status.known
              << (status.changes.empty() ? "\n" : "; run: vobiz-syncd migrate\n");
    if (!status.changes.empty()) return exit_code::ok;
    if (auto const spread = sink::find_distribution(*connection); spread.is_distributed()) {
      std::cout << "database: calls and ledger are distributed over " << spread.servers
                << " servers of a Citus cluster\n";
    }
    for (auto const& right : sink::needless_rights(*connection)) {
      std::cout << "warning: " << right.what << "\n  hint: " << right.hint << "\n";
    }
    return exit_code::ok;
  } catch (core::failure const& failure) {
    std::cout << "database: " << core::visible(failure.what()) << "\n";
    if (!failure.hint().empty()) std::cout << "  hint: " << core::visible(failure.hint()) << "\n";
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
        std::cout << core::visible(id.error().message) << "\n";
        outcome = worse(outcome, exit_code_for(id.error().kind));
      } else if (!partner->id.empty() && partner->id != *id) {
        std::cout << "the API says these credentials belong to \"" << core::visible(*id)
                  << "\", auth_id says \"" << partner->id << "\"\n";
        outcome = worse(outcome, exit_code::refused);
      } else {
        std::cout << "the API answers as \"" << core::visible(*id) << "\"\n";
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
  std::cout << "configuration ok: " << core::visible(file.string()) << ": "
            << settings.partners.size()
            << (settings.partners.size() == 1 ? " partner, " : " partners, ") << enabled.size()
            << " streams\n";
  warn_of_unproven_hosts(settings.database);
  if (!connect) return exit_code::ok;
  auto const database = check_database(settings);
  return worse(database, check_partners(settings));
}

}  // namespace vobiz::app

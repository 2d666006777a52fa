#include "cli.hpp"

#include <CLI/CLI.hpp>
#include <boost/system/system_error.hpp>
#include <iostream>

#include "commands.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/core/nearest.hpp"
#include "vobiz/ops/log.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::app {

namespace {

using core::exit_code;

void explain(core::failure const& failure) {
  std::cerr << "vobiz-syncd: " << failure.what() << "\n";
  if (!failure.hint().empty()) std::cerr << "hint: " << failure.hint() << "\n";
}

// A stream that exists, or the nearest name to it.
std::string check_stream(std::string const& name) {
  if (streams::find(name) != nullptr) return {};
  std::vector<std::string_view> names;
  for (auto const& stream : streams::all()) names.push_back(stream.name);
  auto const nearest = core::nearest(name, names);
  return "unknown stream \"" + name + "\"" +
         (nearest.empty() ? std::string() : "; did you mean \"" + std::string(nearest) + "\"?");
}

// The help's last line, which shell completion reads too.
std::string stream_names() {
  std::string names;
  for (auto const& stream : streams::all()) {
    names += (names.empty() ? "Streams: " : ", ") + std::string(stream.name);
  }
  return names;
}

// The first word is a command; CLI11 would say of an unknown one only that a command is missing.
std::string unknown_command(CLI::App const& app) {
  if (!app.get_subcommands().empty()) return {};
  auto const rest = app.remaining();
  if (rest.empty() || rest.front().starts_with('-')) return {};
  std::vector<std::string_view> names;
  for (auto const* command : app.get_subcommands({})) names.push_back(command->get_name());
  auto const nearest = core::nearest(rest.front(), names);
  return "unknown command \"" + rest.front() + "\"" +
         (nearest.empty() ? std::string() : "; did you mean \"" + std::string(nearest) + "\"?");
}

}  // namespace

int main_with(int argc, char const* const* argv) try {
  CLI::App app("Mirrors a Vobiz partner's data into PostgreSQL and proves it complete.",
               "vobiz-syncd");
  app.require_subcommand(1);
  app.footer(stream_names());
  std::string file = "/etc/vobiz-syncd/vobiz-syncd.yaml";
  app.add_option("-c,--config", file, "configuration file")
      ->type_name("FILE")
      ->capture_default_str();

  exit_code outcome = exit_code::ok;
  auto const with_settings = [&file](auto const& command) {
    auto const settings = config::load(file);
    ops::set_up_log(settings.logging);
    return command(settings);
  };

  auto* run_command =
      app.add_subcommand("run", "poll on schedules until told to stop (the service)");
  run_command->callback([&] { outcome = with_settings([](auto const& s) { return run(s); }); });

  std::vector<std::string> streams;
  auto* sync_command =
      app.add_subcommand("sync", "one full cycle of all or the named streams, then exit");
  sync_command->add_option("streams", streams, "names of streams")
      ->type_name("STREAM")
      ->check(CLI::Validator(check_stream, "", "stream"));
  sync_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return sync(s, streams); }); });

  backfill_request wanted;
  auto* backfill_command = app.add_subcommand(
      "backfill",
      "read days in full, also proven ones; resumable, and done by the service if it runs");
  backfill_command->add_option("stream", wanted.stream, "name of a stream with days")
      ->type_name("STREAM")
      ->required()
      ->check(CLI::Validator(check_stream, "", "stream"));
  backfill_command->add_option("--from", wanted.from, "first UTC day")
      ->type_name("DAY")
      ->required();
  backfill_command->add_option("--to", wanted.to, "last UTC day")->type_name("DAY")->required();
  backfill_command->add_option("--account", wanted.account, "only this customer")->type_name("ID");
  backfill_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return backfill(s, wanted); }); });

  std::string verified;
  std::string day;
  auto* verify_command = app.add_subcommand(
      "verify", "read a day again and print what differs from what is stored; writes nothing");
  verify_command->add_option("stream", verified, "name of a stream with days")
      ->type_name("STREAM")
      ->required()
      ->check(CLI::Validator(check_stream, "", "stream"));
  verify_command->add_option("--day", day, "the UTC day")->type_name("DAY")->required();
  verify_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return verify(s, verified, day); }); });

  bool dry_run = false;
  auto* migrate_command =
      app.add_subcommand("migrate", "bring the database's schema to this version");
  migrate_command->add_flag("--dry-run", dry_run, "only say what would be done");
  migrate_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return migrate(s, dry_run); }); });

  bool json = false;
  auto* status_command = app.add_subcommand("status", "where each stream stands");
  status_command->add_flag("--json", json, "for programs");
  status_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return status(s, json); }); });

  bool connect = false;
  auto* check_command =
      app.add_subcommand("check-config", "read the configuration and say what is wrong with it");
  check_command->add_flag("--connect", connect, "also reach the database and the API with it");
  check_command->callback([&] {
    outcome = with_settings([&](auto const& s) { return check_config(file, s, connect); });
  });

  app.add_subcommand("version", "print the version")->callback([&] { outcome = version(); });

  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    auto const help = error.get_exit_code() == 0;
    if (auto const unknown = unknown_command(app); !help && !unknown.empty()) {
      std::cerr << "vobiz-syncd: " << unknown << "\nhint: vobiz-syncd --help\n";
    } else {
      app.exit(error);
    }
    return static_cast<int>(help ? exit_code::ok : exit_code::usage);
  }
  std::cout.flush();
  return static_cast<int>(outcome);
} catch (core::failure const& failure) {
  explain(failure);
  return static_cast<int>(failure.code());
} catch (boost::system::system_error const& error) {
  std::cerr << "vobiz-syncd: internal error: " << async::error_code_text(error.code()) << "\n";
  return static_cast<int>(exit_code::failed);
} catch (std::exception const& error) {
  std::cerr << "vobiz-syncd: internal error: " << error.what() << "\n";
  return static_cast<int>(exit_code::failed);
}

}  // namespace vobiz::app

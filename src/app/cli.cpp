#include "cli.hpp"

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <boost/system/system_error.hpp>
#include <iostream>

#include "commands.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/core/nearest.hpp"
#include "vobiz/ops/log.hpp"
#include "vobiz/reconcile/checks.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::app {

namespace {

using core::exit_code;

// A core file would hold tokens and passwords. Whoever collects crashes through a pipe goes by this
// limit too.
void leave_no_core() {
  rlimit const none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

void explain(core::failure const& failure) {
  std::cerr << "vobiz-syncd: " << failure.what() << "\n";
  if (!failure.hint().empty()) std::cerr << "hint: " << failure.hint() << "\n";
}

std::string unknown(std::string const& what, std::string const& name,
                    std::vector<std::string_view> const& names) {
  auto const nearest = core::nearest(name, names);
  return "unknown " + what + " \"" + name + "\"" +
         (nearest.empty() ? std::string() : "; did you mean \"" + std::string(nearest) + "\"?");
}

// A stream that exists, or the nearest name to it.
std::string check_stream(std::string const& name) {
  if (streams::find(name) != nullptr) return {};
  std::vector<std::string_view> names;
  for (auto const& stream : streams::all()) names.push_back(stream.name);
  return unknown("stream", name, names);
}

// A check of reconciliation that exists, or the nearest name to it.
std::string check_check(std::string const& name) {
  if (reconcile::find_check(name) != nullptr) return {};
  std::vector<std::string_view> names;
  for (auto const& check : reconcile::all_checks()) names.push_back(check.name);
  return unknown("check", name, names);
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
  return unknown("command", rest.front(), names);
}

}  // namespace

int main_with(int argc, char const* const* argv) try {
  leave_no_core();
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
    ops::set_up_log(settings.log);
    return command(settings);
  };

  auto* run_command =
      app.add_subcommand("run", "poll on schedules until told to stop (the service)");
  run_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return run(file, s); }); });

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

  reconcile_request books;
  bool books_json = false;
  bool books_csv = false;
  std::int64_t accepted = 0;
  std::string note;
  auto* reconcile_command = app.add_subcommand(
      "reconcile", "check the books of yesterday's billing day, of another day or of a month");
  auto* of_day =
      reconcile_command->add_option("--day", books.day, "the billing day")->type_name("DAY");
  reconcile_command->add_option("--month", books.month, "all its days that are over")
      ->type_name("YYYY-MM")
      ->excludes(of_day);
  reconcile_command->add_option("--check", books.check, "only this check")
      ->type_name("NAME")
      ->check(CLI::Validator(check_check, "", "check"));
  reconcile_command->add_option("--partner", books.partner, "only this partner")->type_name("NAME");
  auto* as_json = reconcile_command->add_flag("--json", books_json, "for programs");
  reconcile_command->add_flag("--csv", books_csv, "every result, for spreadsheets")
      ->excludes(as_json);
  auto* accept_command =
      reconcile_command->add_subcommand("accept", "take note of a break: it counts no longer");
  accept_command->add_option("id", accepted, "id of the break")->type_name("ID")->required();
  accept_command->add_option("--note", note, "why it is accepted")->type_name("TEXT")->required();
  reconcile_command->callback([&] {
    books.form = books_json ? report_form::json : books_csv ? report_form::csv : report_form::table;
    outcome = with_settings([&](auto const& s) {
      return accept_command->parsed() ? accept_break(s, accepted, note) : run_reconcile(s, books);
    });
  });

  bool dry_run = false;
  auto* migrate_command =
      app.add_subcommand("migrate", "bring the database's schema to this version");
  migrate_command->add_flag("--dry-run", dry_run, "only say what would be done");
  migrate_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return migrate(s, dry_run); }); });

  app.add_subcommand("rebuild-rollups",
                     "recompute the sums behind the views, in the configuration's time zone")
      ->callback(
          [&] { outcome = with_settings([](auto const& s) { return rebuild_rollups(s); }); });

  statement_request asked;
  auto* statement_command =
      app.add_subcommand("statement", "a customer's month: wallet, usage, charges and credits");
  statement_command->add_option("--account", asked.account, "the customer's auth_id")
      ->type_name("ID")
      ->required();
  statement_command->add_option("--month", asked.month, "the billing month")
      ->type_name("YYYY-MM")
      ->required();
  auto* csv = statement_command->add_flag("--csv", asked.csv, "for spreadsheets");
  statement_command->add_flag("--json", asked.json, "for programs")->excludes(csv);
  statement_command->callback(
      [&] { outcome = with_settings([&](auto const& s) { return statement(s, asked); }); });

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
    if (auto const stranger = unknown_command(app); !help && !stranger.empty()) {
      std::cerr << "vobiz-syncd: " << stranger << "\nhint: vobiz-syncd --help\n";
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

#include "command_line.hpp"

#include <memory>

#include "commands.hpp"
#include "options.hpp"
#include "unknown_name.hpp"
#include "vobiz/ops/log.hpp"
#include "vobiz/reconcile/checks.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::app {

namespace {

// A stream that exists, or the nearest name to it.
std::string check_stream(std::string const& name) {
  if (streams::find(name) != nullptr) return {};
  std::vector<std::string_view> names;
  for (auto const& stream : streams::all()) names.push_back(stream.name);
  return unknown_name("stream", name, names);
}

// A check of reconciliation that exists, or the nearest name to it.
std::string check_check(std::string const& name) {
  if (reconcile::find_check(name) != nullptr) return {};
  std::vector<std::string_view> names;
  for (auto const& check : reconcile::all_checks()) names.push_back(check.name);
  return unknown_name("check", name, names);
}

// Runs a command with the settings of the file.
template <class Command>
void run_with_settings(invocation& into, Command const& command,
                       ops::log_delivery log = ops::log_delivery::direct) {
  auto const settings = config::load(into.file);
  ops::set_up_log(settings.log, log);
  into.outcome = command(settings);
}

CLI::Option* add_partner(CLI::App& command, std::string& name) {
  return command.add_option("--partner", name, "only this partner")->type_name("NAME");
}

std::string check_names() {
  std::string names;
  for (auto const& check : reconcile::all_checks()) {
    names += (names.empty() ? "Checks: " : ", ") + std::string(check.name);
  }
  return names;
}

CLI::Option* add_stream_with_days(CLI::App& command, std::string& name) {
  return command.add_option("stream", name, "name of a stream with days")
      ->type_name("STREAM")
      ->required()
      ->check(CLI::Validator(check_stream, "", "stream"));
}

void add_run(CLI::App& app, invocation& into) {
  app.add_subcommand("run", "poll on schedules until told to stop (the service)")
      ->callback([&into] {
        run_with_settings(
            into, [&](auto const& settings) { return run(into.file, settings); },
            ops::log_delivery::queued);
      });
}

void add_sync(CLI::App& app, invocation& into) {
  struct request {
    std::vector<std::string> streams;
    std::string partner;
  };
  auto const wanted = std::make_shared<request>();
  auto* const command =
      app.add_subcommand("sync", "one full cycle of all or the named streams, then exit");
  command->add_option("streams", wanted->streams, "names of streams")
      ->type_name("STREAM")
      ->check(CLI::Validator(check_stream, "", "stream"));
  add_partner(*command, wanted->partner);
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) {
      return sync(with_partner(settings, wanted->partner), wanted->streams);
    });
  });
}

void add_backfill(CLI::App& app, invocation& into) {
  auto const wanted = std::make_shared<backfill_request>();
  auto* const command = app.add_subcommand(
      "backfill",
      "read days in full, also proven ones; resumable, and done by the service if it runs");
  add_stream_with_days(*command, wanted->stream);
  command->add_option("--from", wanted->from, "first UTC day")->type_name("DAY")->required();
  command->add_option("--to", wanted->to, "last UTC day")->type_name("DAY")->required();
  command->add_option("--account", wanted->account, "only this customer")->type_name("ID");
  auto const partner = std::make_shared<std::string>();
  add_partner(*command, *partner);
  command->callback([&into, wanted, partner] {
    run_with_settings(into, [&](auto const& settings) {
      return backfill(with_partner(settings, *partner), *wanted);
    });
  });
}

void add_verify(CLI::App& app, invocation& into) {
  struct request {
    std::string stream;
    std::string day;
    std::string partner;
  };
  auto const wanted = std::make_shared<request>();
  auto* const command = app.add_subcommand(
      "verify", "read a day again and print what differs from what is stored; writes nothing");
  add_stream_with_days(*command, wanted->stream);
  command->add_option("--day", wanted->day, "the UTC day")->type_name("DAY")->required();
  add_partner(*command, wanted->partner);
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) {
      return verify(with_partner(settings, wanted->partner), wanted->stream, wanted->day);
    });
  });
}

// What accept and dispute have in common: which breaks, and why.
CLI::App* add_decision(CLI::App& parent, std::string const& name, std::string const& help,
                       decide_request& what) {
  auto* const command = parent.add_subcommand(name, help);
  auto* const ids = command->add_option("id", what.ids, "ids of breaks")->type_name("ID");
  std::vector<CLI::Option*> traits = {
      command->add_option("--check", what.check, "or all open breaks of this check")
          ->type_name("NAME")
          ->check(CLI::Validator(check_check, "", "check")),
      command->add_option("--account", what.account, "of this customer")->type_name("ID"),
      command->add_option("--day", what.day, "of this billing day")->type_name("DAY"),
      command->add_option("--month", what.month, "of this billing month")->type_name("YYYY-MM"),
      command->add_option("--currency", what.currency, "in this currency")->type_name("CODE"),
      command->add_option("--at-most", what.at_most, "about this amount of --currency or less")
          ->type_name("AMOUNT"),
      add_partner(*command, what.partner)};
  traits[2]->excludes(traits[3]);
  traits[5]->needs(traits[4]);
  for (auto* const trait : traits) trait->excludes(ids);
  command->add_option("--note", what.note, "why")->type_name("TEXT")->required();
  command->add_flag("--dry-run", what.dry_run, "only say what it comes to");
  return command;
}

// An option of the command would have no effect on its subcommand, where it may have one of that
// name.
void refuse_options_of(CLI::App const& command, std::string const& subcommand) {
  for (auto const* option : command.get_options()) {
    if (option->count() == 0) continue;
    refuse(option->get_name() + " stands before \"" + subcommand + "\"", "write it behind it");
  }
}

void add_decisions(CLI::App& reconcile_command, invocation& into) {
  auto const accepted = std::make_shared<decide_request>();
  auto* const accept = add_decision(reconcile_command, "accept",
                                    "take note of breaks: they count no longer", *accepted);
  accept->add_option("--ticket", accepted->ticket, "in dispute under this ticket")
      ->type_name("TICKET")
      ->excludes("id");
  auto const disputed = std::make_shared<decide_request>();
  disputed->dispute = true;
  auto* const dispute = add_decision(reconcile_command, "dispute",
                                     "name the provider's ticket: the breaks stay open", *disputed);
  dispute->add_option("--ticket", disputed->ticket, "the provider's")
      ->type_name("TICKET")
      ->required();
  for (auto const& one : {std::pair(accept, accepted), std::pair(dispute, disputed)}) {
    one.first->callback([&into, &reconcile_command, what = one.second] {
      refuse_options_of(reconcile_command, what->dispute ? "dispute" : "accept");
      run_with_settings(into, [&](auto const& settings) { return decide_breaks(settings, *what); });
    });
  }
}

void add_reconcile(CLI::App& app, invocation& into) {
  struct request {
    reconcile_request books;
    bool json = false;
    bool csv = false;
  };
  auto const wanted = std::make_shared<request>();
  auto& books = wanted->books;
  auto* const command = app.add_subcommand(
      "reconcile", "check the books of yesterday's billing day, of another day or of a month");
  auto* const of_day = command->add_option("--day", books.day, "the billing day")->type_name("DAY");
  command->add_option("--month", books.month, "all its days that are over")
      ->type_name("YYYY-MM")
      ->excludes(of_day);
  command->add_option("--check", books.check, "only this check, see below")
      ->type_name("NAME")
      ->check(CLI::Validator(check_check, "", "check"));
  add_partner(*command, books.partner);
  command->footer(check_names());
  auto* const as_json = command->add_flag("--json", wanted->json, "for programs");
  command->add_flag("--csv", wanted->csv, "every result, for spreadsheets")->excludes(as_json);
  add_decisions(*command, into);
  command->callback([&into, wanted, command] {
    if (!command->get_subcommands().empty()) return;
    wanted->books.form = wanted->json  ? report_form::json
                         : wanted->csv ? report_form::csv
                                       : report_form::table;
    run_with_settings(into,
                      [&](auto const& settings) { return run_reconcile(settings, wanted->books); });
  });
}

void add_close(CLI::App& app, invocation& into) {
  auto const wanted = std::make_shared<close_request>();
  auto* const command = app.add_subcommand(
      "close", "check a billing month, and with --approve freeze its statements and invoices");
  command->add_option("--month", wanted->month, "a billing month that is over")
      ->type_name("YYYY-MM")
      ->required();
  add_partner(*command, wanted->partner);
  auto* const approve =
      command->add_flag("--approve", wanted->approve, "approve it under your name and freeze it");
  command
      ->add_flag("--accept-unjudged", wanted->accept_unjudged,
                 "approve it although a check could not judge all of it")
      ->needs(approve);
  auto* const reopen =
      command->add_flag("--reopen", wanted->reopen, "make a frozen month live again");
  reopen->excludes(approve);
  command->add_option("--note", wanted->note, "why it is approved or reopened")->type_name("TEXT");
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) { return close_month(settings, *wanted); });
  });
}

void add_migrate(CLI::App& app, invocation& into) {
  auto const dry_run = std::make_shared<bool>(false);
  auto const dsn = std::make_shared<std::string>();
  auto* const command =
      app.add_subcommand("migrate", "bring the database's schema to this version, as its owner");
  command->add_flag("--dry-run", *dry_run, "only say what would be done");
  command->add_option("--dsn", *dsn, "connect with this instead of database.dsn")
      ->type_name("TEXT")
      ->check(CLI::Validator(config::problem_of_dsn, "", "dsn"));
  command->callback([&into, dry_run, dsn] {
    auto const settings = config::load_for_database(into.file, *dsn);
    ops::set_up_log(settings.log);
    into.outcome = migrate(settings, *dry_run);
  });
}

void add_distribute(CLI::App& app, invocation& into) {
  auto const dry_run = std::make_shared<bool>(false);
  auto* const command = app.add_subcommand(
      "distribute", "spread calls and ledger over the servers of a Citus cluster, by customer");
  command->add_flag("--dry-run", *dry_run, "only say what would be done");
  command->callback([&into, dry_run] {
    run_with_settings(into, [&](auto const& settings) { return distribute(settings, *dry_run); });
  });
}

void add_rebuild_rollups(CLI::App& app, invocation& into) {
  auto const wanted = std::make_shared<rebuild_request>();
  auto* const command =
      app.add_subcommand("rebuild-rollups",
                         "recompute the sums behind the views: all, in the configuration's time "
                         "zone, or those of days whose rows were changed by hand");
  auto* const from =
      command->add_option("--from", wanted->from, "first billing day")->type_name("DAY");
  auto* const to = command->add_option("--to", wanted->to, "last billing day")->type_name("DAY");
  from->needs(to);
  to->needs(from);
  command->callback([&into, wanted] {
    run_with_settings(into,
                      [&](auto const& settings) { return rebuild_rollups(settings, *wanted); });
  });
}

void add_import_rates(CLI::App& app, invocation& into) {
  struct request {
    std::string file;
    std::string partner;
  };
  auto const wanted = std::make_shared<request>();
  auto* const command = app.add_subcommand(
      "import-rates", "store a list of wholesale rates, which the margin is computed with");
  command->add_option("list", wanted->file, "CSV with a line of column names")
      ->type_name("FILE")
      ->required();
  add_partner(*command, wanted->partner);
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) {
      return import_rates(with_partner(settings, wanted->partner), wanted->file);
    });
  });
}

void add_statement(CLI::App& app, invocation& into) {
  auto const wanted = std::make_shared<statement_request>();
  auto* const command =
      app.add_subcommand("statement", "customers' months: wallet, usage, charges and credits");
  command->add_option("--account", wanted->account, "only this customer, by auth_id")
      ->type_name("ID");
  command->add_option("--month", wanted->month, "the billing month")
      ->type_name("YYYY-MM")
      ->required();
  auto* const csv = command->add_flag("--csv", wanted->csv, "for spreadsheets");
  command->add_flag("--json", wanted->json, "for programs")->excludes(csv);
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) { return statement(settings, *wanted); });
  });
}

void add_invoice(CLI::App& app, invocation& into) {
  auto const wanted = std::make_shared<invoice_request>();
  auto* const command = app.add_subcommand(
      "invoice", "customers' invoices of a month: lines, rounding, total and taxes");
  auto* const account =
      command->add_option("--account", wanted->account, "only this customer, by auth_id")
          ->type_name("ID");
  command->add_option("--month", wanted->month, "the billing month")
      ->type_name("YYYY-MM")
      ->required();
  auto* const csv = command->add_flag("--csv", wanted->csv, "for spreadsheets");
  auto* const json = command->add_flag("--json", wanted->json, "for programs")->excludes(csv);
  command->add_flag("--calls", wanted->calls, "its annex instead: each call, as CSV")
      ->needs(account)
      ->excludes(json);
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) { return invoice(settings, *wanted); });
  });
}

void add_journal(CLI::App& app, invocation& into) {
  auto const wanted = std::make_shared<journal_request>();
  auto* const command =
      app.add_subcommand("journal", "a month's invoices as postings by account code, as CSV");
  command->add_option("--month", wanted->month, "the billing month")
      ->type_name("YYYY-MM")
      ->required();
  add_partner(*command, wanted->partner);
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) { return journal(settings, *wanted); });
  });
}

void add_status(CLI::App& app, invocation& into) {
  auto const wanted = std::make_shared<status_request>();
  auto* const command = app.add_subcommand("status", "where each stream stands");
  auto* const customers =
      command->add_flag("--customers", wanted->customers,
                        "which customers' lists are asked late, where they are read one by one");
  customers->excludes(add_partner(*command, wanted->partner));
  customers->excludes(command->add_flag("--wide", wanted->wide, "every column, wider than 80"));
  command->add_flag("--json", wanted->json, "for programs");
  command->callback([&into, wanted] {
    run_with_settings(into, [&](auto const& settings) { return status(settings, *wanted); });
  });
}

void add_check_config(CLI::App& app, invocation& into) {
  auto const connect = std::make_shared<bool>(false);
  auto* const command =
      app.add_subcommand("check-config", "read the configuration and say what is wrong with it");
  command->add_flag("--connect", *connect, "also reach the database and the API with it");
  command->callback([&into, connect] {
    run_with_settings(
        into, [&](auto const& settings) { return check_config(into.file, settings, *connect); });
  });
}

void add_version(CLI::App& app, invocation& into) {
  app.add_subcommand("version", "print the version")->callback([&into] {
    into.outcome = version();
  });
}

}  // namespace

void add_commands(CLI::App& app, invocation& into) {
  app.require_subcommand(1);
  app.add_option("-c,--config", into.file, "configuration file")
      ->type_name("FILE")
      ->capture_default_str();
  // In the order of the help.
  add_run(app, into);
  add_sync(app, into);
  add_backfill(app, into);
  add_verify(app, into);
  add_reconcile(app, into);
  add_close(app, into);
  add_migrate(app, into);
  add_distribute(app, into);
  add_rebuild_rollups(app, into);
  add_import_rates(app, into);
  add_statement(app, into);
  add_invoice(app, into);
  add_journal(app, into);
  add_status(app, into);
  add_check_config(app, into);
  add_version(app, into);
}

}  // namespace vobiz::app

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "vobiz/config/settings.hpp"

// One function per command of vobiz-syncd(1), each in a file of its own. They print to standard
// output, log to standard error, return the exit code and throw core::failure for what stops them.
namespace vobiz::app {

// The file is read again on SIGHUP.
exit_code run(std::filesystem::path const& file, config::settings const& settings);

// The named streams, or all enabled ones.
exit_code sync(config::settings const& settings, std::vector<std::string> const& streams);

struct backfill_request {
  std::string stream;
  std::string from;     // YYYY-MM-DD, a UTC day
  std::string to;       // inclusive
  std::string account;  // auth_id of one customer; empty: as the stream's scope says
};

// Puts the days into the backfill queue and works it off, or watches the process that has the
// stream do so.
exit_code backfill(config::settings const& settings, backfill_request const& what);

// Re-reads a day and prints what differs from what is stored; writes nothing.
exit_code verify(config::settings const& settings, std::string const& stream,
                 std::string const& day);

enum class report_form { table, json, csv };

struct reconcile_request {
  std::string day;      // YYYY-MM-DD, a billing day; with no month either: yesterday
  std::string month;    // YYYY-MM: its days that are over
  std::string check;    // empty: all
  std::string partner;  // name or auth_id; empty: all
  report_form form = report_form::table;
};

// Checks the books, stores and prints what was found: breaks, not_judged, or ok.
exit_code run_reconcile(config::settings const& settings, reconcile_request const& asked);

struct close_request {
  std::string month;    // YYYY-MM, over
  std::string partner;  // name or auth_id; empty: all
  std::string note;     // why it is approved or reopened
  bool approve = false;
  bool accept_unjudged = false;  // approve although a check could not judge all of the month
  bool reopen = false;
};

// Checks a billing month and makes a draft of its closing, or approves and freezes it, or reopens
// it. breaks or not_judged: something stands in the way.
exit_code close_month(config::settings const& settings, close_request const& what);

struct decide_request {
  bool dispute = false;  // else accept
  std::vector<std::int64_t> ids;
  std::string check;
  std::string account;  // auth_id
  std::string day;      // YYYY-MM-DD, a billing day
  std::string month;    // YYYY-MM
  std::string currency;
  std::string at_most;  // decimal, in currency
  std::string partner;  // name or auth_id; empty: all
  std::string ticket;   // of a dispute to make, or to accept
  std::string note;
  bool dry_run = false;
};

// Accepts or disputes breaks, under the name of the system's user; prints how many and what they
// are worth.
exit_code decide_breaks(config::settings const& settings, decide_request const& asked);

exit_code migrate(config::settings const& settings, bool dry_run);

// Distributes the large tables over the servers of a Citus cluster.
exit_code distribute(config::settings const& settings, bool dry_run);

// Sets the zone of billing days to the configuration's and recomputes every rollup; between two
// billing days, where they are given, it recomputes these alone in the zone that there is.
struct rebuild_request {
  std::string from;
  std::string to;
};
exit_code rebuild_rollups(config::settings const& settings, rebuild_request const& what);

// Stores a list of wholesale rates (CSV) of the only partner of the settings.
exit_code import_rates(config::settings const& settings, std::filesystem::path const& file);

struct statement_request {
  std::string account;  // auth_id; empty: all customers
  std::string month;    // YYYY-MM, in the zone of billing days
  bool csv = false;
  bool json = false;
};

// Prints customers' months, as issued where the month is frozen; not_judged when one is not proven
// complete, which the output says.
exit_code statement(config::settings const& settings, statement_request const& what);

struct invoice_request {
  std::string account;  // auth_id; empty: all customers
  std::string month;    // YYYY-MM, in the zone of billing days
  bool csv = false;
  bool json = false;
  bool calls = false;  // the annex instead, always CSV
};

// Prints customers' invoices; not_judged when the month is not frozen, which the output says, or
// when the calls of the annex do not add up to it.
exit_code invoice(config::settings const& settings, invoice_request const& what);

struct journal_request {
  std::string month;    // YYYY-MM, in the zone of billing days
  std::string partner;  // name or auth_id; empty: all
};

// Prints the postings of a month's invoices; not_judged when it is not frozen.
exit_code journal(config::settings const& settings, journal_request const& what);

struct status_request {
  bool customers = false;  // of streams that are read customer by customer: who is asked late
  bool json = false;
  bool wide = false;    // every column
  std::string partner;  // name or auth_id; empty: all
};

// Failed where a stream needs attention.
exit_code status(config::settings const& settings, status_request const& what);

exit_code check_config(std::filesystem::path const& file, config::settings const& settings,
                       bool connect);

exit_code version();

}  // namespace vobiz::app

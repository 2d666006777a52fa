#include "cli.hpp"

#include <sys/resource.h>

#include <boost/system/system_error.hpp>
#include <iostream>
#include <sstream>

#include "command_line.hpp"
#include "unknown_name.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/ops/log.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::app {

namespace {

// A core file would hold tokens and passwords. A crash handler behind a pipe obeys this limit too.
void leave_no_core() {
  rlimit const none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

void complain(std::string_view text) {
  ops::write_to_stderr("vobiz-syncd: " + core::visible(text) + "\n");
}

void explain(core::failure const& failure) {
  // Only a configuration has several mistakes, each on lines of its own.
  bool const lines = failure.kind() == core::failure_kind::config_invalid;
  ops::write_to_stderr(
      "vobiz-syncd: " +
      (lines ? core::visible_lines(failure.what()) : core::visible(failure.what())) + "\n");
  if (!failure.hint().empty()) {
    ops::write_to_stderr("hint: " + core::visible(failure.hint()) + "\n");
  }
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
  return unknown_name("command", rest.front(), names);
}

// Explains why the command line cannot be parsed, or prints the help it asks for.
exit_code explain(CLI::App const& app, CLI::ParseError const& error) {
  bool const help = error.get_exit_code() == 0;
  if (auto const unknown = unknown_command(app); !help && !unknown.empty()) {
    complain(unknown);
    ops::write_to_stderr("hint: vobiz-syncd --help\n");
  } else if (help) {
    app.exit(error);
  } else {
    // The message quotes arguments.
    std::string const what = error.what();
    std::ostringstream text;
    app.exit(error, text, text);
    ops::write_to_stderr(core::visible(what) + text.str().substr(what.size()));
  }
  return help ? exit_code::ok : exit_code::usage;
}

exit_code parse_and_run(int argc, char const* const* argv) {
  CLI::App app("Mirrors a Vobiz partner's data into PostgreSQL and proves it complete.",
               "vobiz-syncd");
  app.footer(stream_names());
  invocation command;
  add_commands(app, command);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return explain(app, error);
  }
  std::cout.flush();
  return command.outcome;
}

int explained(int argc, char const* const* argv) try {
  return static_cast<int>(parse_and_run(argc, argv));
} catch (core::failure const& failure) {
  explain(failure);
  return static_cast<int>(exit_code_for(failure.kind()));
} catch (boost::system::system_error const& error) {
  complain("internal error: " + async::error_code_text(error.code()));
  return static_cast<int>(exit_code::failed);
} catch (std::exception const& error) {
  complain(std::string("internal error: ") + error.what());
  return static_cast<int>(exit_code::failed);
}

}  // namespace

int main_with(int argc, char const* const* argv) {
  leave_no_core();
  auto const code = explained(argc, argv);
  // What is in the queue would go with the process.
  ops::finish_log();
  return code;
}

}  // namespace vobiz::app

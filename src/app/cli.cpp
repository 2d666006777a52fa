#include "cli.hpp"

#include <sys/resource.h>

#include <boost/system/system_error.hpp>
#include <iostream>

#include "command_line.hpp"
#include "unknown_name.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::app {

namespace {

// A core file would hold tokens and passwords. A crash handler behind a pipe obeys this limit too.
void leave_no_core() {
  rlimit const none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

void explain(core::failure const& failure) {
  std::cerr << "vobiz-syncd: " << failure.what() << "\n";
  if (!failure.hint().empty()) std::cerr << "hint: " << failure.hint() << "\n";
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
    std::cerr << "vobiz-syncd: " << unknown << "\nhint: vobiz-syncd --help\n";
  } else {
    app.exit(error);
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

}  // namespace

int main_with(int argc, char const* const* argv) try {
  leave_no_core();
  return static_cast<int>(parse_and_run(argc, argv));
} catch (core::failure const& failure) {
  explain(failure);
  return static_cast<int>(exit_code_for(failure.kind()));
} catch (boost::system::system_error const& error) {
  std::cerr << "vobiz-syncd: internal error: " << async::error_code_text(error.code()) << "\n";
  return static_cast<int>(exit_code::failed);
} catch (std::exception const& error) {
  std::cerr << "vobiz-syncd: internal error: " << error.what() << "\n";
  return static_cast<int>(exit_code::failed);
}

}  // namespace vobiz::app

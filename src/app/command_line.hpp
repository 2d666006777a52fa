#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "exit_code.hpp"

namespace vobiz::app {

// What the commands share: the file they read their settings from, and the exit code of the one
// that ran.
struct invocation {
  std::string file = "/etc/vobiz-syncd/vobiz-syncd.yaml";
  exit_code outcome = exit_code::ok;
};

// Adds the commands with their options. Parsing a command line runs its command; `into` outlives
// the parsing.
void add_commands(CLI::App& app, invocation& into);

}  // namespace vobiz::app

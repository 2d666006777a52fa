#pragma once

namespace vobiz::app {

// The whole program: parses the command line, runs the command, explains failures on standard
// error. Returns the process's exit code.
int main_with(int argc, char const* const* argv);

}  // namespace vobiz::app

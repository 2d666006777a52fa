#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace vobiz::config {

struct small_file {
  std::string text;
  unsigned mode = 0;  // permission bits
};

struct unreadable {
  std::string cause;  // "does not exist", "cannot be read: Permission denied"
  std::string hint;
};

// Reads a regular file of at most 1 MiB, ample for a configuration, a secret or certificates.
// nullopt and the reason in `why` if it cannot be read.
std::optional<small_file> read_small_file(std::filesystem::path const& path, unreadable& why);

}  // namespace vobiz::config

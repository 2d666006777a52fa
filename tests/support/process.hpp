#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vobiz::support {

// The limit of waiting before a test fails. Tests measure no time with it.
inline constexpr std::chrono::seconds patience{60};

// Polls until the condition holds. Returns false after `patience`.
bool wait_until(std::function<bool()> const& condition,
                std::chrono::milliseconds longest = patience);

std::string contents(std::filesystem::path const& file);

// Exit code and output of a program.
struct ending {
  int code = -1;  // 128 + signal if a signal ended it
  std::string out;
  std::string err;
};

// A running program; its output goes to files in `folder`. The destructor kills it.
class process {
public:
  using variables = std::vector<std::pair<std::string, std::string>>;

  process(std::vector<std::string> const& command, std::filesystem::path const& folder,
          variables const& more_environment = {});
  ~process();
  process(process const&) = delete;
  process& operator=(process const&) = delete;

  pid_t id() const { return id_; }
  void send(int signal) const;

  // Returns nullopt if it still runs after that time.
  std::optional<ending> wait(std::chrono::milliseconds longest = patience);

  std::string out() const { return contents(out_); }
  std::string err() const { return contents(err_); }

private:
  std::filesystem::path out_;
  std::filesystem::path err_;
  pid_t id_ = -1;
  int handle_ = -1;  // a pidfd: readable once the process has ended
  std::optional<int> code_;
};

// Runs a program to its end; throws if it does not end in time.
ending run_program(std::vector<std::string> const& command, std::filesystem::path const& folder,
                   process::variables const& more_environment = {});

}  // namespace vobiz::support

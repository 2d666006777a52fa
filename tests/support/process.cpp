#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace vobiz::support {

bool wait_until(std::function<bool()> const& condition, std::chrono::milliseconds longest) {
  auto const until = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    // Between two polls, so that the other process gets the processor.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::string contents(std::filesystem::path const& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

process::process(std::vector<std::string> const& command, std::filesystem::path const& folder,
                 variables const& more_environment) {
  static std::atomic<int> count{0};
  auto const name = "process_" + std::to_string(++count);
  out_ = folder / (name + ".out");
  err_ = folder / (name + ".err");

  std::vector<std::string> environment;
  for (char** one = environ; *one != nullptr; ++one) environment.emplace_back(*one);
  for (auto const& [key, value] : more_environment) environment.push_back(key + "=" + value);
  auto const pointers = [](std::vector<std::string> const& texts) {
    std::vector<char*> result;
    for (auto const& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
  };

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_.c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err_.c_str(), flags, 0600);
  // A child that inherits a listening socket would accept connections after its owner has closed
  // it.
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  auto const error = posix_spawnp(&id_, command.front().c_str(), &files, nullptr,
                                  pointers(command).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error("cannot start " + command.front());
  // glibc 2.36 declares pidfd_open() for C only.
  handle_ = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
  if (handle_ < 0) throw std::runtime_error("no pidfd of " + command.front());
}

process::~process() {
  if (!code_) {
    send(SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  ::close(handle_);
}

void process::send(int signal) const {
  if (!code_) ::kill(id_, signal);
}

std::optional<ending> process::wait(std::chrono::milliseconds longest) {
  if (!code_) {
    pollfd watched{handle_, POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(longest.count())) <= 0) return std::nullopt;
    int status = 0;
    ::waitpid(id_, &status, 0);
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return ending{*code_, out(), err()};
}

ending run_program(std::vector<std::string> const& command, std::filesystem::path const& folder,
                   process::variables const& more_environment) {
  process started(command, folder, more_environment);
  auto ended = started.wait(std::chrono::minutes(3));
  if (!ended) {
    throw std::runtime_error(command.front() + " does not end; it wrote: " + started.out() +
                             started.err());
  }
  return std::move(*ended);
}

}  // namespace vobiz::support

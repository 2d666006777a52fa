#include "small_file.hpp"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

namespace vobiz::config {

namespace {

constexpr std::size_t largest = 1u << 20;

class descriptor {
public:
  explicit descriptor(int number) : number_(number) {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(descriptor const&) = delete;
  descriptor& operator=(descriptor const&) = delete;
  int number() const { return number_; }

private:
  int number_;
};

unreadable reason(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {"does not exist", {}};
    case EACCES:
      return {"cannot be read: permission denied", "the service's user must be able to read it"};
    default:
      return {"cannot be read: " + std::generic_category().message(error), {}};
  }
}

}  // namespace

std::optional<small_file> read_small_file(std::filesystem::path const& path, unreadable& why) {
  // Non-blocking: a pipe without a writer is refused, not waited for.
  descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (file.number() < 0 || ::fstat(file.number(), &facts) != 0) {
    why = reason(errno);
    return {};
  }
  if (!S_ISREG(facts.st_mode)) {
    why = {"is not a regular file", {}};
    return {};
  }
  small_file result{{}, static_cast<unsigned>(facts.st_mode & 07777)};
  std::array<char, 16384> buffer;
  for (;;) {
    auto const size = ::read(file.number(), buffer.data(), buffer.size());
    if (size == 0) return result;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      why = reason(errno);
      return {};
    }
    result.text.append(buffer.data(), static_cast<std::size_t>(size));
    if (result.text.size() > largest) {
      why = {"is larger than 1 MiB", {}};
      return {};
    }
  }
}

}  // namespace vobiz::config

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <csignal>

#include "service.hpp"

// A log that nobody reads: standard output and standard error are a pipe that is full.
namespace vobiz::e2e {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using support::wait_until;

std::string free_port() {
  asio::io_context io;
  tcp::acceptor const any(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return std::to_string(any.local_endpoint().port());
}

class full_pipe {
public:
  explicit full_pipe(std::filesystem::path name) : name_(std::move(name)) {
    if (::mkfifo(name_.c_str(), 0600) != 0) throw std::runtime_error("no pipe");
    // Both ends, so that writers neither wait for a reader nor lose one.
    handle_ = ::open(name_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    std::array<char, 4096> const filling{};
    while (::write(handle_, filling.data(), filling.size()) > 0) {
    }
    while (::write(handle_, filling.data(), 1) > 0) {
    }
  }
  ~full_pipe() { ::close(handle_); }
  full_pipe(full_pipe const&) = delete;
  full_pipe& operator=(full_pipe const&) = delete;

  std::string const name() const { return name_.string(); }

  // Reads what is there, and gives back all that has ever been read but the filling.
  std::string const& read() {
    std::array<char, 65536> part;
    for (;;) {
      auto const size = ::read(handle_, part.data(), part.size());
      if (size <= 0) break;
      text_.append(part.data(), static_cast<std::size_t>(size));
    }
    std::erase(text_, '\0');
    return text_;
  }

private:
  std::filesystem::path name_;
  int handle_ = -1;
  std::string text_;
};

struct blocked_output : ::testing::Test {
  blocked_output() : log(folder.path() / "pipe"), port(free_port()) {
    all.configure([&](auto& s) {
      serve_http(s);
      s.http = "{listen: \"127.0.0.1:" + port + "\"}";
      s.level = "trace";
    });
  }

  std::string get(std::string const& path) {
    return support::run_program({"curl", "-s", "-m", "30", "http://127.0.0.1:" + port + path},
                                folder.path())
        .out;
  }

  std::unique_ptr<support::process> start() {
    auto result = std::make_unique<support::process>(
        std::vector<std::string>{"sh", "-c", "exec \"$0\" -c \"$1\" run >\"$2\" 2>&1",
                                 VOBIZ_BINARY_DIR "/vobiz-syncd", all.syncd.file().string(),
                                 log.name()},
        folder.path());
    EXPECT_TRUE(wait_until([&] { return get("/healthz") == "ok\n"; }));
    return result;
  }

  // Reloads write several lines each; the queue takes thousands.
  bool fills_the_queue(support::process const& syncd) {
    auto const has_lost_lines = [&] {
      syncd.send(SIGHUP);
      auto const metrics = get("/metrics");
      return metrics.find("\nvobiz_sync_log_lines_lost_total ") != std::string::npos &&
             metrics.find("\nvobiz_sync_log_lines_lost_total 0\n") == std::string::npos;
    };
    return wait_until(has_lost_lines, std::chrono::minutes(6));
  }

  rig all;
  support::temporary_folder folder;
  full_pipe log;
  std::string port;
};

TEST_F(blocked_output, stops_neither_the_service_nor_its_end) {
  auto const syncd = start();
  // It mirrors, answers, and loses lines in the end.
  EXPECT_TRUE(wait_until([&] {
    return all.number(
               "SELECT count(*) FROM vobiz_sync.streams WHERE last_success_at IS NOT NULL") == 8;
  }));
  EXPECT_TRUE(fills_the_queue(*syncd)) << get("/metrics");
  EXPECT_EQ(get("/healthz"), "ok\n");
  syncd->send(SIGTERM);
  auto const ended = syncd->wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0);
}

TEST_F(blocked_output, is_told_about_once_somebody_reads_again) {
  auto const syncd = start();
  ASSERT_TRUE(fills_the_queue(*syncd));
  // It may be a single line that found no room.
  EXPECT_TRUE(wait_until([&] {
    return log.read().find(" lost: the reader of the log did not take ") != std::string::npos;
  }));
  // What came before the loss is all there, and what comes now, too.
  EXPECT_THAT(log.read(), HasSubstr("info: listening on http://127.0.0.1:" + port));
  syncd->send(SIGTERM);
  EXPECT_TRUE(wait_until([&] { return log.read().find("info: stopped\n") != std::string::npos; }));
  auto const ended = syncd->wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0);
}

// A write to a pipe without a reader would end the process by SIGPIPE.
TEST_F(blocked_output, may_lose_its_reader) {
  support::process const syncd({"bash", "-c", "exec \"$0\" -c \"$1\" run > >(exec true) 2>&1",
                                VOBIZ_BINARY_DIR "/vobiz-syncd", all.syncd.file().string()},
                               folder.path());
  EXPECT_TRUE(wait_until([&] { return get("/healthz") == "ok\n"; }));
  EXPECT_TRUE(fills_the_queue(syncd));
  EXPECT_EQ(get("/healthz"), "ok\n");
}

}  // namespace
}  // namespace vobiz::e2e

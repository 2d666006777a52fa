#include "support/tcp_gate.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "support/hostile_server.hpp"

// A gate before a server that responds to each request with ten bytes.
namespace vobiz::support {
namespace {

using boost::system::error_code;
using tcp = boost::asio::ip::tcp;
using act = gate_fault::act;

class gate : public ::testing::Test {
protected:
  // The bytes that a client receives for one request, and how the connection ended.
  std::pair<std::string, error_code> asked() {
    tcp::socket socket(io);
    error_code error;
    socket.connect({boost::asio::ip::address_v4::loopback(), between.port()}, error);
    if (error) return {"", error};
    std::string got;
    boost::asio::write(socket, boost::asio::buffer(std::string("GET / HTTP/1.1\r\n\r\n")), error);
    boost::asio::read(socket, boost::asio::dynamic_buffer(got), error);
    return {got, error};
  }

  boost::asio::io_context io;
  hostile_server server{{once("0123456789")}};
  tcp_gate between{server.port()};
};

std::pair<std::string, error_code> whole() { return {"0123456789", boost::asio::error::eof}; }

TEST_F(gate, passes_everything_when_it_is_open) {
  EXPECT_EQ(asked(), whole());
  EXPECT_EQ(between.connections(), 1);
  EXPECT_EQ(between.strikes(), 0);
}

TEST_F(gate, strikes_after_as_many_bytes_and_as_often_as_it_is_told) {
  std::pair<std::string, error_code> const reset("0123", boost::asio::error::connection_reset);
  between.set({.what = act::reset, .after = 4, .next = 2});
  EXPECT_EQ(asked(), reset);
  EXPECT_EQ(asked(), reset);
  EXPECT_EQ(asked(), whole());
  EXPECT_EQ(between.strikes(), 2);
}

TEST_F(gate, ends_in_order_before_the_server_has_heard_anything) {
  between.set({.what = act::close, .which = way::to_server});
  EXPECT_EQ(asked().first, "");
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(gate, drips) {
  between.set({.what = act::drip, .slice = 3, .pause = std::chrono::milliseconds(1)});
  EXPECT_EQ(asked(), whole());
  EXPECT_EQ(between.strikes(), 1);
}

TEST_F(gate, passes_what_it_held_when_it_opens) {
  between.set({.what = act::stall, .after = 4});
  std::thread opener([this] {
    while (between.strikes() == 0) std::this_thread::yield();
    between.open();
  });
  EXPECT_EQ(asked(), whole());
  opener.join();
}

TEST_F(gate, refuses_and_keeps_its_port) {
  between.refuse();
  EXPECT_EQ(asked().second, boost::asio::error::connection_refused);
  between.open();
  EXPECT_EQ(asked(), whole());
}

TEST_F(gate, swallows_the_packets_of_those_who_connect) {
  between.swallow();
  tcp::socket socket(io);
  socket.open(tcp::v4());
  // The limit of connect() on Linux.
  timeval const patience{0, 100'000};
  ASSERT_EQ(
      ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), 0);
  tcp::endpoint const there(boost::asio::ip::address_v4::loopback(), between.port());
  EXPECT_EQ(::connect(socket.native_handle(), there.data(), static_cast<socklen_t>(there.size())),
            -1);
  EXPECT_EQ(errno, EINPROGRESS);
  between.open();
  EXPECT_EQ(asked(), whole());
}

TEST_F(gate, cuts_the_connections_there_are) {
  between.set({.what = act::stall});
  std::thread cutter([this] {
    while (between.strikes() == 0) std::this_thread::yield();
    between.cut();
  });
  EXPECT_EQ(asked().second, boost::asio::error::connection_reset);
  cutter.join();
}

}  // namespace
}  // namespace vobiz::support

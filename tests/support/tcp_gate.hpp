#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace vobiz::support {

enum class way { to_server, to_client, both };

// What a gate does to its connections, to those there are and to those to come.
struct gate_fault {
  enum class act {
    reset,  // an RST to both ends
    close,  // an orderly end to both ends
    stall,  // nothing more passes until the gate does something else; what it holds passes then
    drip,   // `slice` bytes each `pause`
  };
  static constexpr auto all = std::numeric_limits<std::size_t>::max();

  act what = act::reset;
  way which = way::to_client;
  std::size_t after = 0;   // bytes of each connection that pass first, from when the fault is set
  std::size_t next = all;  // connections that are struck; then the gate is open
  std::size_t slice = 1;
  std::chrono::milliseconds pause{5};
};

// A TCP port on 127.0.0.1 between a program and a server: it passes bytes on both ways and does
// harm when told. What it is told is in effect when the call returns.
class tcp_gate {
public:
  using target = boost::asio::generic::stream_protocol::endpoint;

  explicit tcp_gate(target server);
  explicit tcp_gate(std::uint16_t port);                   // on 127.0.0.1
  explicit tcp_gate(std::string const& path_of_a_socket);  // a Unix socket
  ~tcp_gate();
  tcp_gate(tcp_gate const&) = delete;
  tcp_gate& operator=(tcp_gate const&) = delete;

  std::uint16_t port() const { return port_; }

  void open();                        // everything passes, as at first
  void set(gate_fault const& fault);  // open but for that
  void cut();                         // an RST on each connection there is; the gate stays as it is
  void refuse();                      // cuts, and nobody listens until it opens
  void swallow();  // as a firewall that drops packets: nobody gets to connect, no byte passes

  std::size_t connections() const { return accepted_; }  // since the beginning
  std::size_t strikes() const { return struck_; }        // connections that a fault has struck

private:
  using tcp = boost::asio::ip::tcp;
  using line_socket = boost::asio::generic::stream_protocol::socket;
  struct line;

  void on_own_thread(std::function<void()> const& change);
  void listen(int backlog);
  void accept();
  void behave(std::optional<gate_fault> const& fault);
  void change(std::optional<gate_fault> const& fault);
  void cut_all();

  target server_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  tcp::socket keeper_;  // bound, never listening: the port stays this gate's while it refuses
  std::uint16_t port_;
  tcp::acceptor acceptor_;
  std::optional<tcp::socket> filler_;  // takes the one place in the queue of a gate that swallows
  boost::asio::steady_timer changed_;  // never ends; cancelled to wake the lines that wait
  std::optional<gate_fault> fault_;
  std::size_t fault_number_ = 0;  // tells each line when its counts start anew
  std::size_t struck_by_fault_ = 0;
  std::vector<std::weak_ptr<line>> lines_;
  std::atomic<std::size_t> accepted_{0};
  std::atomic<std::size_t> struck_{0};
  std::thread thread_;
};

}  // namespace vobiz::support

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

// What a gate does to its existing and future connections.
struct gate_fault {
  enum class act {
    reset,  // RST to both ends
    close,  // FIN to both ends
    stall,  // no byte passes until the gate changes; then the held bytes pass
    drip,   // `slice` bytes each `pause`
  };
  static constexpr auto all = std::numeric_limits<std::size_t>::max();

  act what = act::reset;
  way which = way::to_client;
  std::size_t after = 0;   // bytes of each connection that pass before the fault applies
  std::size_t next = all;  // number of connections to strike; then the gate is open
  std::size_t slice = 1;
  std::chrono::milliseconds pause{5};
};

// A TCP port on 127.0.0.1 that forwards to a server and injects faults. Each call takes effect
// before it returns.
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

  void open();                        // forwards everything; the initial state
  void set(gate_fault const& fault);  // forwards, with this fault
  void cut();      // sends RST on each existing connection; the gate stays as it is
  void refuse();   // cuts, and refuses connections until open()
  void swallow();  // like a firewall that drops packets: no connection is made, no byte passes

  std::size_t connections() const { return accepted_; }  // number since the start
  std::size_t strikes() const { return struck_; }        // connections struck by a fault

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
  tcp::socket keeper_;  // bound, never listening: keeps the port while connections are refused
  std::uint16_t port_;
  tcp::acceptor acceptor_;
  std::optional<tcp::socket> filler_;  // fills the queue of a gate that swallows
  boost::asio::steady_timer changed_;  // never expires; its cancellation wakes waiting connections
  std::optional<gate_fault> fault_;
  std::size_t fault_number_ = 0;  // a new number makes connections restart their counts
  std::size_t struck_by_fault_ = 0;
  std::vector<std::weak_ptr<line>> lines_;
  std::atomic<std::size_t> accepted_{0};
  std::atomic<std::size_t> struck_{0};
  std::thread thread_;
};

}  // namespace vobiz::support

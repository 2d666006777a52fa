#include "support/tcp_gate.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

namespace vobiz::support {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

tcp::endpoint here(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

}  // namespace

// A client's connection and the one to the server.
struct tcp_gate::line {
  line(tcp_gate& of, tcp::socket from)
      : owner(of), client(std::move(from)), server(of.io_), pause(of.io_) {}

  static asio::awaitable<void> serve(std::shared_ptr<line> self) {
    auto const [refused] = co_await self->server.async_connect(self->owner.server_, quietly);
    if (refused) {
      self->cut();
      co_return;
    }
    auto const executor = self->owner.io_.get_executor();
    asio::co_spawn(executor, relay(self, way::to_server), asio::detached);
    asio::co_spawn(executor, relay(self, way::to_client), asio::detached);
  }

  static asio::awaitable<void> relay(std::shared_ptr<line> self, way which) {
    auto& from = which == way::to_server ? self->client : self->server;
    auto& to = which == way::to_server ? self->server : self->client;
    std::array<char, 65'536> bytes;
    for (;;) {
      auto const into = asio::buffer(bytes);
      auto const [end, size] = co_await from.async_read_some(into, quietly);
      if (end == asio::error::eof) break;
      if (end) {
        // A reset of one side resets the other.
        self->cut();
        co_return;
      }
      std::size_t passed = 0;
      while (passed < size) {
        auto const now = co_await self->allowance(which, size - passed);
        if (now == 0) co_return;
        auto const part = asio::buffer(bytes.data() + passed, now);
        auto const [gone, written] = co_await asio::async_write(to, part, quietly);
        if (gone) co_return;
        passed += now;
      }
    }
    // The end of the stream is delayed like a byte, so that a stall also holds it back.
    auto const last = co_await self->allowance(which, 1);
    error_code ignored;
    if (last > 0) to.shutdown(line_socket::shutdown_send, ignored);
  }

  // Returns how many of these bytes may pass, waiting while none may; 0 if the connection has
  // ended.
  asio::awaitable<std::size_t> allowance(way which, std::size_t size) {
    for (;;) {
      if (!client.is_open()) co_return 0;
      auto const fault = owner.fault_;
      if (!fault || (fault->which != way::both && fault->which != which)) co_return size;
      auto& count = passed_at(which);
      if (count < fault->after) {
        auto const now = std::min(size, fault->after - count);
        count += now;
        co_return now;
      }
      if (!strike(*fault)) co_return size;
      switch (fault->what) {
        case gate_fault::act::reset:
          cut();
          co_return 0;
        case gate_fault::act::close:
          close();
          co_return 0;
        case gate_fault::act::stall: {
          co_await owner.changed_.async_wait(quietly);
          break;
        }
        case gate_fault::act::drip: {
          pause.expires_after(fault->pause);
          co_await pause.async_wait(quietly);
          co_return std::min(size, fault->slice);
        }
      }
    }
  }

  // Bytes passed since the current fault was set.
  std::size_t& passed_at(way which) {
    if (counted_fault != owner.fault_number_) {
      counted_fault = owner.fault_number_;
      passed = {};
    }
    return passed[which == way::to_server ? 0 : 1];
  }

  // Whether the fault also applies to this connection: each is struck once, at most `next` of them.
  bool strike(gate_fault const& fault) {
    if (struck_by == owner.fault_number_) return true;
    if (owner.struck_by_fault_ == fault.next) return false;
    struck_by = owner.fault_number_;
    ++owner.struck_by_fault_;
    ++owner.struck_;
    return true;
  }

  void cut() {
    error_code ignored;
    for (auto* socket : {&client, &server}) {
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
  }

  void close() {
    error_code ignored;
    for (auto* socket : {&client, &server}) {
      socket->shutdown(line_socket::shutdown_both, ignored);
      socket->close(ignored);
    }
  }

  tcp_gate& owner;
  line_socket client;
  line_socket server;
  asio::steady_timer pause;
  std::size_t counted_fault = 0;
  std::size_t struck_by = 0;
  std::array<std::size_t, 2> passed{};
};

tcp_gate::tcp_gate(target server)
    : server_(std::move(server)),
      work_(io_.get_executor()),
      keeper_(io_, tcp::v4()),
      acceptor_(io_),
      changed_(io_, asio::steady_timer::time_point::max()) {
  keeper_.set_option(tcp::socket::reuse_address(true));
  keeper_.bind(here(0));
  port_ = keeper_.local_endpoint().port();
  listen(asio::socket_base::max_listen_connections);
  accept();
  thread_ = std::thread([this] { io_.run(); });
}

tcp_gate::tcp_gate(std::uint16_t port) : tcp_gate(target(here(port))) {}

tcp_gate::tcp_gate(std::string const& path_of_a_socket)
    : tcp_gate(target(asio::local::stream_protocol::endpoint(path_of_a_socket))) {}

tcp_gate::~tcp_gate() {
  io_.stop();
  thread_.join();
}

void tcp_gate::on_own_thread(std::function<void()> const& change) {
  asio::post(io_, asio::use_future(change)).get();
}

void tcp_gate::listen(int backlog) {
  error_code ignored;
  filler_.reset();
  acceptor_.close(ignored);
  acceptor_.open(tcp::v4());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(here(port_));
  acceptor_.listen(backlog);
}

void tcp_gate::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      ++accepted_;
      auto next = std::make_shared<line>(*this, std::move(socket));
      std::erase_if(lines_, [](auto const& old) { return old.expired(); });
      lines_.push_back(next);
      asio::co_spawn(io_, line::serve(std::move(next)), asio::detached);
    }
    accept();
  });
}

void tcp_gate::change(std::optional<gate_fault> const& fault) {
  fault_ = fault;
  ++fault_number_;
  struck_by_fault_ = 0;
  changed_.cancel();
}

void tcp_gate::cut_all() {
  for (auto const& weak : lines_) {
    if (auto const there = weak.lock()) there->cut();
  }
}

void tcp_gate::behave(std::optional<gate_fault> const& fault) {
  on_own_thread([&] {
    bool const takes_connections = acceptor_.is_open() && !filler_;
    if (!takes_connections) {
      listen(asio::socket_base::max_listen_connections);
      accept();
    }
    change(fault);
  });
}

void tcp_gate::open() { behave(std::nullopt); }

void tcp_gate::set(gate_fault const& fault) { behave(fault); }

void tcp_gate::cut() {
  on_own_thread([this] { cut_all(); });
}

void tcp_gate::refuse() {
  on_own_thread([this] {
    error_code ignored;
    filler_.reset();
    acceptor_.close(ignored);
    cut_all();
  });
}

void tcp_gate::swallow() {
  on_own_thread([this] {
    // A queue of one connection, which is taken: Linux drops the SYN of all others.
    listen(0);
    filler_.emplace(io_);
    filler_->connect(here(port_));
    gate_fault nothing_passes;
    nothing_passes.what = gate_fault::act::stall;
    nothing_passes.which = way::both;
    change(nothing_passes);
  });
}

}  // namespace vobiz::support

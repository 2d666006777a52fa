#include "support/hostile_server.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>

namespace vobiz::support {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

// The Content-Length of a head; 0 without one.
std::size_t length_of(std::string const& head) {
  static constexpr std::string_view name = "\r\nContent-Length: ";
  auto const at = head.find(name);
  std::size_t result = 0;
  if (at == std::string::npos) return result;
  auto const* const start = head.data() + at + name.size();
  std::from_chars(start, head.data() + head.size(), result);
  return result;
}

}  // namespace

conversation::conversation(hostile_server& server, tcp::socket socket)
    : server_(server), encrypted_(server.encrypted_), stream_(std::move(socket), server.tls_) {}

bool conversation::shake_hands() {
  error_code error;
  if (encrypted_) stream_.handshake(asio::ssl::stream_base::server, error);
  return !error;
}

std::size_t conversation::read_some(char* into, std::size_t size) {
  error_code error;
  auto const buffer = asio::buffer(into, size);
  return encrypted_ ? stream_.read_some(buffer, error)
                    : stream_.next_layer().read_some(buffer, error);
}

std::optional<std::string> conversation::read_request() {
  std::array<char, 4096> chunk;
  for (;;) {
    auto const end = pending_.find("\r\n\r\n");
    if (end != std::string::npos) {
      auto const whole = end + 4 + length_of(pending_.substr(0, end + 2));
      if (pending_.size() >= whole) {
        auto result = pending_.substr(0, whole);
        pending_.erase(0, whole);
        std::lock_guard const guard(server_.lock_);
        server_.requests_.push_back(result);
        return result;
      }
    }
    auto const got = read_some(chunk.data(), chunk.size());
    if (got == 0) return std::nullopt;
    pending_.append(chunk.data(), got);
  }
}

bool conversation::send(std::string_view bytes) {
  error_code error;
  auto const buffer = asio::buffer(bytes.data(), bytes.size());
  if (encrypted_) {
    asio::write(stream_, buffer, error);
  } else {
    asio::write(stream_.next_layer(), buffer, error);
  }
  return !error;
}

void conversation::wait_for_close() {
  std::array<char, 4096> ignored;
  while (read_some(ignored.data(), ignored.size()) > 0) {
  }
}

void conversation::wait_until_read() {
  error_code error;
  auto const client = stream_.next_layer().remote_endpoint(error);
  for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    int const handle = std::atoi(entry.path().filename().c_str());
    tcp::endpoint name;
    socklen_t size = static_cast<socklen_t>(name.capacity());
    if (::getsockname(handle, name.data(), &size) != 0 || name != client) continue;
    int unread = 1;
    while (unread > 0 && ::ioctl(handle, FIONREAD, &unread) == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return;
  }
}

bool conversation::closed_within(std::chrono::milliseconds time) {
  pollfd watched{stream_.next_layer().native_handle(), POLLIN | POLLRDHUP, 0};
  return ::poll(&watched, 1, static_cast<int>(time.count())) > 0;
}

void conversation::reset() {
  auto& socket = stream_.next_layer();
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  server_.forget(socket.native_handle());
  socket.close(ignored);
}

void conversation::cut() {
  error_code ignored;
  stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
}

void conversation::finish() {
  auto& socket = stream_.next_layer();
  if (!socket.is_open()) return;
  error_code ignored;
  if (encrypted_) {
    // Sends the TLS close without waiting for the client's, which may never come.
    ::shutdown(socket.native_handle(), SHUT_RD);
    stream_.shutdown(ignored);
  }
  server_.forget(socket.native_handle());
  socket.shutdown(tcp::socket::shutdown_both, ignored);
  socket.close(ignored);
}

hostile_server::hostile_server(std::vector<script> scripts, std::optional<identity> who)
    : scripts_(std::move(scripts)),
      encrypted_(who.has_value()),
      tls_(asio::ssl::context::tls_server),
      acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()) {
  if (who) {
    tls_.use_certificate_chain_file(who->certificate.string());
    tls_.use_private_key_file(who->key.string(), asio::ssl::context::pem);
  }
  accepting_ = std::thread([this] { accept_all(); });
}

hostile_server::~hostile_server() {
  {
    std::lock_guard const guard(lock_);
    stopping_ = true;
    // Wakes each thread that blocks on one of them.
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    for (int const handle : open_) ::shutdown(handle, SHUT_RDWR);
  }
  accepting_.join();
  for (auto& thread : threads_) thread.join();
}

std::string hostile_server::url(std::string const& path) const {
  auto const port = std::to_string(port_);
  return (encrypted_ ? "https://localhost:" : "http://127.0.0.1:") + port + path;
}

std::vector<std::string> hostile_server::requests() const {
  std::lock_guard const guard(lock_);
  return requests_;
}

std::size_t hostile_server::connections() const {
  std::lock_guard const guard(lock_);
  return accepted_;
}

void hostile_server::accept_all() {
  for (;;) {
    error_code error;
    tcp::socket socket(io_);
    acceptor_.accept(socket, error);
    std::lock_guard const guard(lock_);
    if (stopping_ || error) return;
    auto const number = accepted_++;
    open_.push_back(socket.native_handle());
    threads_.emplace_back(
        [this, number, taken = std::move(socket)]() mutable { serve(std::move(taken), number); });
  }
}

void hostile_server::serve(tcp::socket socket, std::size_t number) {
  conversation talk(*this, std::move(socket));
  if (talk.shake_hands()) scripts_[std::min(number, scripts_.size() - 1)](talk);
  talk.finish();
}

void hostile_server::forget(int handle) {
  std::lock_guard const guard(lock_);
  std::erase(open_, handle);
}

std::string http_answer(int status, std::string_view body,
                        std::vector<std::string> const& headers) {
  auto result = "HTTP/1.1 " + std::to_string(status) + " Said\r\n";
  for (auto const& line : headers) result += line + "\r\n";
  result += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return result.append(body);
}

script answering(std::vector<std::string> answers) {
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return [next, answers = std::move(answers)](conversation& talk) {
    while (talk.read_request()) {
      auto const at = std::min(next->fetch_add(1), answers.size() - 1);
      if (!talk.send(answers[at])) return;
    }
  };
}

script once(std::string bytes) {
  return [bytes = std::move(bytes)](conversation& talk) {
    if (talk.read_request()) talk.send(bytes);
  };
}

}  // namespace vobiz::support

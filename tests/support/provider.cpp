#include "support/provider.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

namespace vobiz::support {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = boost::asio::ssl;
using tcp = boost::asio::ip::tcp;

namespace {

http::response<http::string_body> ask_over(auto& stream,
                                           http::request<http::string_body> const& request) {
  http::write(stream, request);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);  // a large world has a large state
  http::read(stream, buffer, parser);
  return parser.release();
}

}  // namespace

provider::provider(std::vector<std::string> const& more_options, bool frozen, identity const* tls)
    : encrypted_(tls != nullptr) {
  auto const port_file = folder_.path() / "port";
  std::vector<std::string> command = {VOBIZ_BINARY_DIR "/vobiz-sim",
                                      "--listen",
                                      "127.0.0.1:0",
                                      "--port-file",
                                      port_file,
                                      "--accounts",
                                      "5",
                                      "--calls-per-day",
                                      "60",
                                      "--days",
                                      "6"};
  if (frozen) command.emplace_back("--frozen");
  if (tls != nullptr) {
    command.insert(command.end(), {"--tls-cert", tls->certificate, "--tls-key", tls->key});
  }
  // The command line accepts an option once, so the test's value replaces the default.
  for (std::size_t n = 0; n < more_options.size(); ++n) {
    auto const there = std::find(command.begin(), command.end(), more_options[n]);
    if (there != command.end() && more_options[n].starts_with("--") &&
        n + 1 < more_options.size() && more_options[n] != "--fault") {
      *(there + 1) = more_options[++n];
    } else {
      command.push_back(more_options[n]);
    }
  }
  process_ = std::make_unique<process>(command, folder_.path());
  bool const served = wait_until([&] {
    return std::filesystem::exists(port_file) || process_->wait(std::chrono::milliseconds(0));
  });
  if (!served || !std::filesystem::exists(port_file)) {
    throw std::runtime_error("the simulator does not start: " + process_->err());
  }
  port_ = static_cast<std::uint16_t>(std::stoi(contents(port_file)));
}

std::string provider::base_url() const {
  return (encrypted_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_) +
         "/api/v1/partner";
}

boost::json::value provider::post(std::string const& path, boost::json::value const& body) const {
  return ask("POST", path, boost::json::serialize(body));
}

std::int64_t provider::requests(std::string const& kind, std::string const& key) const {
  auto const log = get("/requests");
  auto const& counts = log.at(kind).as_object();
  auto const* found = counts.if_contains(key);
  return found == nullptr ? 0 : found->to_number<std::int64_t>();
}

boost::json::value provider::ask(std::string const& method, std::string const& path,
                                 std::string const& body) const {
  http::request<http::string_body> request(http::string_to_verb(method), "/_control" + path, 11);
  request.set(http::field::host, "127.0.0.1");
  request.set(http::field::connection, "close");
  request.body() = body;
  request.prepare_payload();
  boost::asio::io_context context;
  ssl::context trusting(ssl::context::tls_client);  // it is a child of this process
  ssl::stream<tcp::socket> stream(context, trusting);
  stream.next_layer().connect({boost::asio::ip::address_v4::loopback(), port_});
  if (encrypted_) stream.handshake(ssl::stream_base::client);
  auto const response =
      encrypted_ ? ask_over(stream, request) : ask_over(stream.next_layer(), request);
  if (response.result() != http::status::ok) {
    throw std::runtime_error("the simulator refuses " + method + " " + path + ": " +
                             response.body());
  }
  return boost::json::parse(response.body());
}

}  // namespace vobiz::support

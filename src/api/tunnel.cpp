#include "tunnel.hpp"

#include <openssl/evp.h>
#include <spdlog/fmt/fmt.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/write.hpp>

#include "head_reader.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

std::string base64(std::string const& text) {
  std::string result(4 * ((text.size() + 2) / 3) + 1, '\0');
  auto const size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                                    reinterpret_cast<unsigned char const*>(text.data()),
                                    static_cast<int>(text.size()));
  result.resize(static_cast<std::size_t>(size));
  return result;
}

}  // namespace

std::optional<tunnel> tunnel_of(config::partner const& of) {
  if (!of.proxy) return std::nullopt;
  tunnel result;
  result.proxy = endpoint_of(of.proxy->url);
  if (!of.proxy->username.empty()) {
    result.authorization =
        "Basic " + base64(of.proxy->username + ":" + std::string(of.proxy->password.reveal()));
  }
  return result;
}

std::optional<attempt_failure> refusal_of(tunnel const& by, endpoint const& to, int status) {
  if (status >= 200 && status < 300) return std::nullopt;
  attempt_failure failed;
  // Its status is the proxy's, not the API's: it says nothing about partner, stream or credentials
  // there.
  failed.transient = status >= 500 || status == too_many_requests;
  // tinyproxy answers 401 to unknown credentials.
  if (status == 407 || status == 401) {
    failed.what = fmt::format("proxy \"{}\" {}: {}", by.proxy.name(),
                              by.authorization.empty() ? "asks for credentials: give proxy.username"
                                                       : "refuses the credentials in proxy",
                              status);
  } else if (failed.transient) {
    failed.what =
        fmt::format("proxy \"{}\" cannot reach \"{}\": {}", by.proxy.name(), to.name(), status);
  } else {
    failed.what = fmt::format("proxy \"{}\" does not let us through to \"{}\": {}", by.proxy.name(),
                              to.name(), status);
  }
  return failed;
}

asio::awaitable<std::optional<attempt_failure>> open_tunnel(asio::ip::tcp::socket& socket,
                                                            tunnel const& by, endpoint const& to) {
  constexpr auto quiet = asio::as_tuple(asio::use_awaitable);
  http::request<http::empty_body> request(http::verb::connect, to.name(), 11);
  request.set(http::field::host, to.name());
  if (!by.authorization.empty()) request.set(http::field::proxy_authorization, by.authorization);
  attempt_failure failed;
  auto [error, written] = co_await http::async_write(socket, request, quiet);
  // An answer to CONNECT has no body where it means yes, whatever its fields say. Of a refusal's
  // page nothing is read.
  head_reader reader(core::bounds::proxy_head);
  std::vector<char> piece(core::bounds::proxy_head);
  std::optional<answer_head> head;
  std::string_view behind;
  while (!error && !head) {
    auto const [read_error, size] = co_await socket.async_read_some(asio::buffer(piece), quiet);
    error = read_error == asio::error::eof ? reader.at_end() : read_error;
    behind = std::string_view(piece.data(), size);
    auto taken = reader.put(behind);
    if (!taken) error = taken.error();
    if (taken && *taken) head = std::move(*taken);
  }
  if (!head) {
    failed.what = fmt::format("no answer from proxy \"{}\": {}", by.proxy.name(),
                              async::error_code_text(error));
    co_return failed;
  }
  auto refused = refusal_of(by, to, head->status);
  if (refused) co_return refused;
  if (!behind.empty()) {
    failed.what = fmt::format("proxy \"{}\" says more than it was asked", by.proxy.name());
    failed.transient = false;
    co_return failed;
  }
  co_return std::nullopt;
}

}  // namespace vobiz::api

#include "partner_endpoint.hpp"

#include <spdlog/fmt/fmt.h>

#include "tls.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::api {

namespace asio = boost::asio;

namespace {

void check_header(std::string const& partner, std::string_view name, std::string_view value) {
  if (fits_header(value)) return;
  throw core::failure(core::failure_kind::config_invalid, core::remedy::fix,
                      fmt::format("partner \"{}\": {} is empty or holds a character that a header "
                                  "cannot carry",
                                  partner, name),
                      "look for a line break or a space in it");
}

}  // namespace

partner_endpoint::partner_endpoint(asio::any_io_executor executor, config::partner const& of,
                                   options const& with)
    : partner(of),
      how(with),
      where(endpoint_of(of.base_url)),
      by(tunnel_of(of)),
      tls(tls_context(of.ca_file)),
      addresses(with),
      pool(with.idle),
      log_ins(std::move(executor), with.now) {
  if (partner.login) return;
  check_header(partner.name, "auth_id", partner.auth_id);
  check_header(partner.name, "auth_token", partner.auth_token.reveal());
}

asio::awaitable<attempt_result<wire_answer>> partner_endpoint::exchange(
    wire_request const& request, std::uint64_t largest, std::function<void()> const& sent) {
  auto line = pool.take(how.now());
  if (line) {
    sent();
    auto reply = co_await line->exchange(request, partner.timeouts.response, largest);
    if (reply && line->reusable()) pool.put(std::move(line), how.now());
    if (reply || !reply.error().stale_connection) co_return reply;
    // The others are as old as this one.
    line.reset();
    pool.clear();
  }
  auto opened = co_await connection::open(tls, where, by, addresses, partner.timeouts.connect);
  if (!opened) co_return opened.error();
  line = std::move(*opened);
  sent();
  auto reply = co_await line->exchange(request, partner.timeouts.response, largest);
  if (reply && line->reusable()) pool.put(std::move(line), how.now());
  co_return reply;
}

std::vector<std::string_view> partner_endpoint::secrets(std::string const& bearer) const {
  std::vector<std::string_view> result{partner.auth_token.reveal(), bearer, log_ins.current()};
  if (partner.login) result.push_back(partner.login->password.reveal());
  if (partner.proxy) result.push_back(partner.proxy->password.reveal());
  return result;
}

}  // namespace vobiz::api

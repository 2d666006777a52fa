#pragma once

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <sstream>
#include <string>

#include "support/certificates.hpp"
#include "support/hostile_server.hpp"
#include "support/run.hpp"
#include "vobiz/api/client.hpp"

namespace vobiz::api {

// A client with its executor and its log.
class client_test : public testing::Test {
protected:
  client_test() : earlier_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(log_);
    auto logger = std::make_shared<spdlog::logger>("test", std::move(sink));
    logger->set_level(spdlog::level::debug);
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
    how.backoff_base = how.backoff_cap = std::chrono::milliseconds(1);
    how.random = [] { return 0.0; };
  }
  ~client_test() override { spdlog::set_default_logger(earlier_); }

  static config::partner partner_at(std::string url) {
    config::partner result;
    result.name = "acme";
    result.base_url = std::move(url);
    result.auth_id = "PA_EXAMPLE1";
    result.auth_token = core::secret("token-of-acme");
    result.ca_file = support::certificates::shared().authority();
    result.limits.requests_per_second = 100'000;
    return result;
  }

  static config::partner partner_with_login(std::string url) {
    auto result = partner_at(std::move(url));
    result.auth_id.clear();
    result.auth_token = {};
    result.login.emplace();
    result.login->email = "ops@example.com";
    result.login->password = core::secret("password-of-acme");
    return result;
  }

  result<answer> get(client& from, request what = request{"/cdrs", {}, {}}) {
    return support::run(io, from.get(std::move(what)));
  }

  template <class Decoder>
  auto get(client& from, Decoder const& decode) {
    return support::run(io, from.get(request{"/cdrs", {}, {}}, decode));
  }

  std::string log() const { return log_.str(); }

  boost::asio::io_context io;
  options how;

private:
  std::ostringstream log_;
  std::shared_ptr<spdlog::logger> earlier_;
};

}  // namespace vobiz::api

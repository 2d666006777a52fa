#include "tls.hpp"

#include <openssl/x509v3.h>
#include <spdlog/fmt/fmt.h>

#include "vobiz/async/error_code_text.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::api {

std::shared_ptr<boost::asio::ssl::context> tls_context(std::filesystem::path const& ca_file) {
  namespace ssl = boost::asio::ssl;
  auto result = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(result->native_handle(), TLS1_2_VERSION);
  result->set_verify_mode(ssl::verify_peer);
  boost::system::error_code error;
  if (ca_file.empty()) {
    result->set_default_verify_paths(error);
  } else {
    result->load_verify_file(ca_file.string(), error);
  }
  if (error) {
    throw core::failure(
        core::failure_kind::config_invalid, core::remedy::fix,
        fmt::format("ca_file \"{}\": {}", ca_file.string(), async::error_code_text(error)),
        "it must be a readable PEM file with the certificates of the authorities to trust");
  }
  return result;
}

void expect_host(SSL* connection, endpoint const& where) {
  auto* const rules = SSL_get0_param(connection);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  int const accepted = where.host_is_address
                           ? X509_VERIFY_PARAM_set1_ip_asc(rules, where.host.c_str())
                           : X509_VERIFY_PARAM_set1_host(rules, where.host.c_str(), 0) &&
                                 SSL_set_tlsext_host_name(connection, where.host.c_str());
  // A host that OpenSSL will not take must not become a connection without a check.
  if (accepted != 1) {
    throw core::failure(
        core::failure_kind::config_invalid, core::remedy::fix,
        fmt::format("base_url: \"{}\" is no host that a certificate can name", where.host));
  }
}

std::string distrust(SSL* connection) {
  auto const why = SSL_get_verify_result(connection);
  if (why == X509_V_OK) return {};
  auto result = fmt::format("{} [x509:{}]", X509_verify_cert_error_string(why), why);
  switch (why) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      result += ": if its authority is to be trusted, name that in tls.ca_file";
      break;
    default:
      break;
  }
  return result;
}

}  // namespace vobiz::api

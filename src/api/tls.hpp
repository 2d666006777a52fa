#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "endpoint.hpp"

namespace vobiz::api {

// A context that trusts the authorities of the file, or the system's when the path is empty, and
// nothing else. Throws core::failure (bad_config) when the file cannot be used.
std::shared_ptr<boost::asio::ssl::context> tls_context(std::filesystem::path const& ca_file);

// Makes the coming handshake say (SNI) and demand (host name check) the endpoint's host.
// OpenSSL's own check instead of Asio's callback: it distinguishes a wrong host from a wrong
// authority.
void expect_host(SSL* connection, endpoint const& where);

// Why the peer's certificate was refused, `certificate has expired [x509:10]`; empty when it was
// not.
std::string distrust(SSL* connection);

}  // namespace vobiz::api

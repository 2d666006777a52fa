#include "allowed_hosts.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace vobiz::web {

namespace asio = boost::asio;

namespace {

bool is_port(std::string_view text) {
  constexpr std::size_t most_digits = 5;
  return text.size() <= most_digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// IPv4 inside IPv6 is the IPv4 address; a zone names an interface of this machine.
std::string shortest_form(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

bool is_loopback_host(std::string const& host) {
  boost::system::error_code none;
  auto const address = asio::ip::make_address(host, none);
  return host == "localhost" || (!none && address.is_loopback());
}

}  // namespace

std::string host_of_authority(std::string_view authority) {
  bool const bracketed = authority.starts_with('[');
  auto const close = bracketed ? authority.find(']') : std::string_view::npos;
  if (bracketed && close == std::string_view::npos) return {};
  auto const after = bracketed ? close + 1 : std::min(authority.find(':'), authority.size());
  auto const rest = authority.substr(after);
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
  std::string host(bracketed ? authority.substr(1, close - 1) : authority.substr(0, after));
  if (!bracketed && host.ends_with('.')) host.pop_back();
  for (auto& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  boost::system::error_code none;
  auto const address = asio::ip::make_address(host, none);
  if (bracketed && (none || !address.is_v6())) return {};
  return none ? host : shortest_form(address);
}

allowed_hosts::allowed_hosts(config::http const& where) {
  boost::system::error_code none;
  auto const address = asio::ip::make_address(where.address, none);
  any_ = !none && !address.is_loopback() && where.hosts.empty();
  if (!none) names_.push_back(shortest_form(address));
  for (auto const& host : where.hosts) {
    auto const in_url = host.find(':') == std::string::npos ? host : '[' + host + ']';
    names_.push_back(host_of_authority(in_url));
  }
}

bool allowed_hosts::include(std::string_view authority) const {
  if (any_) return true;
  auto const host = host_of_authority(authority);
  if (host.empty()) return false;
  return is_loopback_host(host) || std::ranges::find(names_, host) != names_.end();
}

}  // namespace vobiz::web

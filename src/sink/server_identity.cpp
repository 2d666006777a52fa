#include "vobiz/sink/server_identity.hpp"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netdb.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace vobiz::sink {

namespace {

using option_map = std::map<std::string, std::string>;
using libpq_options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

std::vector<std::string> split(std::string const& list) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (auto comma = list.find(','); comma != std::string::npos; comma = list.find(',', from)) {
    parts.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  parts.push_back(list.substr(from));
  return parts;
}

bool is_loopback(sockaddr const& address) {
  if (address.sa_family == AF_INET) {
    auto const& four = reinterpret_cast<sockaddr_in const&>(address);
    return ntohl(four.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  if (address.sa_family != AF_INET6) return false;
  auto const& six = reinterpret_cast<sockaddr_in6 const&>(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&six) ||
         (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == IN_LOOPBACKNET);
}

// Of a number; a name is asked of no resolver here.
bool is_loopback(std::string const& number) {
  addrinfo wanted{};
  wanted.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(number.c_str(), nullptr, &wanted, &found) != 0) return false;
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> const all(found, &freeaddrinfo);
  return is_loopback(*all->ai_addr);
}

bool is_this_machine(std::string const& host) {
  // None, or a folder or an abstract name: a Unix socket.
  if (host.empty() || host.front() == '/' || host.front() == '@') return true;
  return host == "localhost" || is_loopback(host);
}

void add(option_map& to, libpq_options const& from) {
  for (auto const* o = from.get(); o != nullptr && o->keyword != nullptr; ++o) {
    if (o->val != nullptr) to[o->keyword] = o->val;
  }
}

// A variable of the environment that has another value for a while.
class borrowed_variable {
public:
  borrowed_variable(char const* name, std::string const& value) : name_(name) {
    // NOLINTBEGIN(concurrency-mt-unsafe): see the function's contract
    if (auto const* const before = std::getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~borrowed_variable() {
    if (before_) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
    // NOLINTEND(concurrency-mt-unsafe)
  }
  borrowed_variable(borrowed_variable const&) = delete;
  borrowed_variable& operator=(borrowed_variable const&) = delete;

private:
  char const* name_;
  std::optional<std::string> before_;
};

}  // namespace

std::optional<unproven_hosts> find_unproven(option_map const& options) {
  auto const value = [&](char const* name) {
    auto const found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  };
  auto const mode = value("sslmode");
  // Since libpq 16 this name stands for the system's authorities and needs verify-full.
  bool const by_the_system = value("sslrootcert") == "system" && PQlibVersion() >= 160000;
  if (mode == "verify-full" || by_the_system) return std::nullopt;
  auto const names = split(value("host"));
  auto const numbers = split(value("hostaddr"));
  unproven_hosts result{{}, mode.empty() ? "prefer" : mode};
  // An address decides where to connect; the name beside it is only for the certificate.
  for (std::size_t n = 0; n < std::max(names.size(), numbers.size()); ++n) {
    auto const number = n < numbers.size() ? numbers[n] : std::string();
    auto const name = n < names.size() ? names[n] : std::string();
    if (number.empty() ? is_this_machine(name) : is_loopback(number)) continue;
    result.hosts.push_back(name.empty() || is_this_machine(name) ? number : name);
  }
  if (result.hosts.empty()) return std::nullopt;
  return result;
}

std::optional<unproven_hosts> find_unproven_hosts(std::string const& dsn) {
  libpq_options const written(PQconninfoParse(dsn.c_str(), nullptr), &PQconninfoFree);
  if (!written) return std::nullopt;
  option_map own;
  add(own, written);
  // libpq reads the file of a service that the DSN names when it connects. Of one that the
  // environment names it tells what it would use.
  std::optional<borrowed_variable> service;
  std::optional<borrowed_variable> file;
  if (own.contains("service")) service.emplace("PGSERVICE", own["service"]);
  if (own.contains("servicefile")) file.emplace("PGSERVICEFILE", own["servicefile"]);
  option_map effective;
  add(effective, libpq_options(PQconndefaults(), &PQconninfoFree));
  for (auto const& [name, value] : own) effective[name] = value;
  return find_unproven(effective);
}

}  // namespace vobiz::sink

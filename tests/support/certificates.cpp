#include "support/certificates.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace vobiz::support {

namespace {

void run(std::string const& command) {
  if (std::system(("( " + command + " ) >/dev/null 2>&1").c_str()) != 0) {
    throw std::runtime_error("command failed: " + command);
  }
}

constexpr auto key_kind = " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

}  // namespace

certificates::certificates() {
  std::string pattern = std::filesystem::temp_directory_path() / "vobiz-tls-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory " + pattern);
  directory_ = pattern;
  run("cd " + pattern + " && openssl req -x509 -days 2 -subj '/CN=Example Authority'" + key_kind +
      " -keyout authority.key -out authority.pem");
  issue("good", "DNS:localhost,IP:127.0.0.1", "2");
  issue("elsewhere", "DNS:elsewhere.example", "2");
  issue("expired", "DNS:localhost,IP:127.0.0.1", "-1");
}

certificates::~certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void certificates::issue(std::string const& name, std::string const& hosts,
                         std::string const& days) const {
  std::ofstream(directory_ / (name + ".ext")) << "subjectAltName=" << hosts << '\n';
  run("cd " + directory_.string() + " && openssl req -subj '/CN=" + name + "'" + key_kind +
      " -keyout " + name + ".key -out " + name + ".csr && openssl x509 -req -in " + name +
      ".csr -CA authority.pem -CAkey authority.key -CAcreateserial -days " + days + " -extfile " +
      name + ".ext -out " + name + ".pem");
}

certificates const& certificates::shared() {
  static certificates const made;
  return made;
}

}  // namespace vobiz::support

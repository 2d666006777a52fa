#pragma once

#include <filesystem>
#include <string>

namespace vobiz::support {

// Paths of a certificate and its key.
struct identity {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

// Certificates made with the openssl command in a temporary folder.
class certificates {
public:
  certificates();
  ~certificates();
  certificates(certificates const&) = delete;
  certificates& operator=(certificates const&) = delete;

  std::filesystem::path authority() const { return directory_ / "authority.pem"; }
  identity good() const { return named("good"); }            // for "localhost" and 127.0.0.1
  identity elsewhere() const { return named("elsewhere"); }  // for "elsewhere.example"
  identity expired() const { return named("expired"); }      // for "localhost", until yesterday

  // Shared by all tests of this process.
  static certificates const& shared();

private:
  void issue(std::string const& name, std::string const& hosts, std::string const& days) const;
  identity named(std::string const& name) const {
    return {directory_ / (name + ".pem"), directory_ / (name + ".key")};
  }

  std::filesystem::path directory_;
};

}  // namespace vobiz::support

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

#include "findings.hpp"
#include "support/temporary_folder.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::config {
namespace {

using support::temporary_folder;
using testing::canary;

// The message of a failed load; hints follow " | ".
std::string refusal_of(std::filesystem::path const& file) {
  try {
    load(file);
  } catch (core::failure const& refused) {
    EXPECT_EQ(refused.kind(), core::failure_kind::config_invalid);
    EXPECT_EQ(refused.what_helps(), core::remedy::fix);
    return refused.what() + (refused.hint().empty() ? "" : " | " + refused.hint());
  }
  ADD_FAILURE() << "loaded";
  return {};
}

TEST(load, resolves_files_against_the_configuration_s_folder) {
  temporary_folder const folder;
  folder.write("token", std::string(canary) + "\n");
  folder.write("…", "an example", 0640);
  auto const file = folder.write("c.yaml", R"(partners:
  - name: acme
    auth_id: PA_XXXXXXXX
    auth_token_file: token
    tls: {ca_file: …}
database: {dsn: "host=/var/run/postgresql dbname=vobiz", password_file: …}
)",
                                 0644);
  auto const values = load(file);
  EXPECT_EQ(values.partners.at(0).auth_token.reveal(), canary);
  EXPECT_EQ(values.partners[0].ca_file, folder.path() / "…");
  EXPECT_EQ(values.database.password.reveal(), "an example");
}

TEST(load, takes_a_systemd_credential) {
  temporary_folder const folder;
  folder.write("token", canary, 0400);
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1), 0);
  auto const file = folder.write("c.yaml", R"(partners:
  - name: acme
    auth_id: PA_XXXXXXXX
    auth_token_file: ${CREDENTIALS_DIRECTORY}/token
database: {dsn: dbname=vobiz}
)");
  EXPECT_EQ(load(file).partners.at(0).auth_token.reveal(), canary);
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST(load, lists_every_finding_with_file_and_line) {
  temporary_folder const folder;
  auto const token = folder.write("token", canary, 0644);
  auto const file = folder.write("c.yaml", R"(partners:
  - name: acme
    auth_id: PA_XXXXXXXX
    auth_token_file: token
    tls:
      ca_file: missing.pem
    limits: {requests_per_secnod: 5}
)");
  auto const at = file.string();
  EXPECT_EQ(refusal_of(file),
            at + ": \"database\" is missing\n" + at + ":4: \"auth_token_file\": file \"" +
                token.string() +
                "\" others may read or change it (mode 0644)\n  hint: chmod o-rwx \"" +
                token.string() + "\"\n" + at + ":6: \"ca_file\": file \"" +
                (folder.path() / "missing.pem").string() + "\" does not exist\n" + at +
                ":7: unknown key \"requests_per_secnod\"\n  hint: did you mean "
                "\"requests_per_second\"?");
}

TEST(load, says_why_there_is_no_configuration) {
  temporary_folder const folder;
  auto const missing = folder.path() / "missing.yaml";
  EXPECT_EQ(refusal_of(missing), "configuration file \"" + missing.string() +
                                     "\" does not exist | name the configuration with -c FILE");
  EXPECT_EQ(refusal_of(folder.path()),
            "configuration file \"" + folder.path().string() +
                "\" is not a regular file | name the configuration with -c "
                "FILE");
}

TEST(load, says_when_it_may_not_read) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  temporary_folder const folder;
  auto const file = folder.write("c.yaml", "{}", 0);
  EXPECT_EQ(
      refusal_of(file),
      "configuration file \"" + file.string() +
          "\" cannot be read: permission denied | the service's user must be able to read it");
}

}  // namespace
}  // namespace vobiz::config

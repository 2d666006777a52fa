#include <gmock/gmock.h>

#include "findings.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::config {
namespace {

using support::temporary_folder;
using testing::canary;
using ::testing::ElementsAre;
using testing::findings_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::lines_of;
using ::testing::Not;

settings with_token_file(std::filesystem::path const& file) {
  settings result;
  result.partners.emplace_back().auth_token_file = file;
  return result;
}

TEST(secrets, are_read_without_the_line_end) {
  temporary_folder const folder;
  for (auto const* text : {"s3cret-8", "s3cret-8\n", "s3cret-8\r\n", "s3cret-8\n\n"}) {
    auto values = with_token_file(folder.write("token", text));
    EXPECT_THAT(lines_of(read_secrets(values)), IsEmpty());
    EXPECT_EQ(values.partners[0].auth_token.reveal(), "s3cret-8");
  }
}

TEST(secrets, are_read_for_every_key_that_names_a_file) {
  temporary_folder const folder;
  settings values = with_token_file(folder.write("token", "number-one"));
  values.partners.emplace_back().login.emplace().password_file = folder.write("pw", "two words\n");
  values.partners.emplace_back().proxy.emplace().password_file =
      folder.write("proxy", "number-four");
  values.database.password_file = folder.write("db", "number-three");
  values.http.emplace().auth_token_file = folder.write("http", "number-five");
  EXPECT_THAT(lines_of(read_secrets(values)), IsEmpty());
  EXPECT_EQ(values.partners[0].auth_token.reveal(), "number-one");
  EXPECT_EQ(values.partners[1].login->password.reveal(), "two words");
  EXPECT_EQ(values.partners[2].proxy->password.reveal(), "number-four");
  EXPECT_EQ(values.database.password.reveal(), "number-three");
  EXPECT_EQ(values.http->auth_token.reveal(), "number-five");
}

TEST(secrets, are_refused_when_others_may_get_at_them) {
  temporary_folder const folder;
  for (auto const& [mode, text] : std::vector<std::pair<unsigned, std::string>>{
           {0644, "0644"}, {0604, "0604"}, {0602, "0602"}, {0601, "0601"}, {0777, "0777"}}) {
    auto const file = folder.write("token", canary, mode);
    auto values = with_token_file(file);
    EXPECT_THAT(lines_of(read_secrets(values, {{file, 4}})),
                ElementsAre("4: \"auth_token_file\": file \"" + file.string() +
                            "\" others may read or change it (mode " + text + ") | chmod o-rwx \"" +
                            file.string() + "\""));
    EXPECT_TRUE(values.partners[0].auth_token.empty());
  }
  for (auto const mode : {0400u, 0600u, 0440u, 0640u, 0660u}) {
    auto values = with_token_file(folder.write("token", canary, mode));
    EXPECT_THAT(lines_of(read_secrets(values)), IsEmpty());
  }
}

TEST(secrets, are_refused_when_they_are_none) {
  temporary_folder const folder;
  auto const only_finding = [&](std::filesystem::path const& file) {
    auto values = with_token_file(file);
    auto const lines = lines_of(read_secrets(values));
    EXPECT_EQ(lines.size(), 1u) << file;
    EXPECT_TRUE(values.partners[0].auth_token.empty());
    auto const start = "0: \"auth_token_file\": file \"" + file.string() + "\" ";
    EXPECT_TRUE(lines[0].starts_with(start)) << lines[0];
    return lines[0].substr(start.size());
  };
  EXPECT_EQ(only_finding(folder.path() / "missing"), "does not exist");
  EXPECT_EQ(only_finding(folder.path()), "is not a regular file");
  auto const pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(only_finding(pipe), "is not a regular file");
  EXPECT_EQ(only_finding(folder.write("a", "")),
            "is empty | write the secret into it, on one line");
  EXPECT_EQ(only_finding(folder.write("b", "\n\n")),
            "is empty | write the secret into it, on one line");
  EXPECT_EQ(only_finding(folder.write("c", std::string(canary) + "\nmore\n")),
            "contains more than one line | keep only the secret in it");
  EXPECT_EQ(only_finding(folder.write("d", std::string(canary) + " x")),
            "contains a character that is invalid in an HTTP header");
  EXPECT_EQ(only_finding(folder.write("e", std::string((1u << 20) + 1, 'x'))),
            "is larger than 1 MiB");
}

TEST(secrets, written_into_the_configuration_need_it_closed_to_others) {
  auto const yaml = [](std::string const& token, std::string const& dsn) {
    return "partners:\n  - name: a\n    auth_id: PA_X\n    auth_token: " + token +
           "\ndatabase:\n  dsn: " + dsn + "\n";
  };
  auto const literal = yaml(canary, "dbname=vobiz password=" + std::string(canary));
  EXPECT_THAT(findings_of(literal, {"/etc/c.yaml", 0640}), IsEmpty());
  auto const refused = [](std::string const& where) {
    return where +
           ": the secret is in a file that others may read (mode 0644) | chmod o-rwx "
           "\"/etc/c.yaml\", or move it to its own file or to ${VARIABLE}";
  };
  EXPECT_THAT(findings_of(literal, {"/etc/c.yaml", 0644}),
              ElementsAre(refused("4: \"auth_token\""), refused("6: \"dsn\"")));
  EXPECT_THAT(findings_of(yaml("${NOT_SET:-" + std::string(canary) + "}", "dbname=vobiz"),
                          {"/etc/c.yaml", 0644}),
              ElementsAre(refused("4: \"auth_token\"")));
  EXPECT_THAT(findings_of(yaml("${TOKEN}", "dbname=vobiz"), {"/etc/c.yaml", 0644}), IsEmpty());
}

constexpr auto too_short =
    "is shorter than 8 characters: it would occur in ordinary words, and could not be kept out of "
    "messages without them";

TEST(secrets, of_every_kind_are_refused_when_words_could_hold_them) {
  temporary_folder const folder;
  auto const file = folder.write("short", "CANARY7");
  settings values = with_token_file(file);
  values.partners.emplace_back().login.emplace().password_file = file;
  values.partners.emplace_back().proxy.emplace().password_file = file;
  values.database.password_file = file;
  values.http.emplace().auth_token_file = file;
  auto const problem = [&](std::string const& key, std::string const& hint) {
    return "0: \"" + key + "\": file \"" + file.string() + "\" contains a secret that " +
           too_short + " | " + hint;
  };
  EXPECT_THAT(lines_of(read_secrets(values)),
              ElementsAre(problem("auth_token_file", "create another token at the provider"),
                          problem("password_file", "set a longer password at the provider"),
                          problem("password_file", "set a longer password at the proxy"),
                          problem("password_file", "set a longer one: ALTER ROLE … PASSWORD '…'"),
                          problem("auth_token_file", "make a longer one: openssl rand -hex 20")));
  EXPECT_TRUE(values.partners[0].auth_token.empty());
  // Characters count, not bytes.
  for (auto const& [text, good] : std::vector<std::pair<std::string, bool>>{
           {"12345678", true}, {"1234567", false}, {"пароль", false}, {"пароль12", true}}) {
    auto one = settings();
    one.database.password_file = folder.write("db", text);
    EXPECT_EQ(read_secrets(one).empty(), good) << text;
  }
}

TEST(secrets, in_the_configuration_are_refused_when_words_could_hold_them) {
  auto const with = [](std::string const& partner, std::string const& dsn) {
    return findings_of("partners:\n  - " + partner + "\ndatabase:\n  dsn: \"" + dsn + "\"\n");
  };
  std::string const sound = "{name: a, auth_id: PA_X, auth_token: \"${TOKEN}\"}";
  EXPECT_THAT(with("{name: a, auth_id: PA_X, auth_token: T}", "dbname=vobiz"),
              ElementsAre("2: \"auth_token\" " + std::string(too_short) +
                          " | create another token at the provider"));
  EXPECT_THAT(with("{name: a, login: {email: a@example.com, password: CANARY7}}", "dbname=vobiz"),
              ElementsAre("2: \"password\" " + std::string(too_short) +
                          " | set a longer password at the provider"));
  EXPECT_THAT(with("{name: a, auth_id: PA_X, auth_token: \"${TOKEN}\", proxy: {url: "
                   "\"http://p:1\", username: u, password: CANARY7}}",
                   "dbname=vobiz"),
              ElementsAre("2: \"password\" " + std::string(too_short) +
                          " | set a longer password at the proxy"));
  for (auto const* dsn : {"dbname=vobiz password=CANARY7", "postgresql://u:CANARY7@db/vobiz"}) {
    EXPECT_THAT(with(sound, dsn),
                ElementsAre("4: the password in \"dsn\" " + std::string(too_short) +
                            " | set a longer one: ALTER ROLE … PASSWORD '…'"));
  }
  EXPECT_THAT(with(sound, "postgresql://u:CANARY78@db/vobiz"), IsEmpty());
}

// Mistakes that put a secret in an unexpected place.
TEST(secrets, never_get_into_a_finding) {
  std::string const c = canary;
  for (auto const& slip : std::vector<std::string>{
           "auth_token: [" + c + "]",
           "auth_token: {" + c + "}",
           "auth_token: {" + c + ": }",
           "auth_token: *" + c,
           "auth_token: &" + c + " x",
           "auth_token: !" + c + " x",
           "auth_token: \"" + c,
           "auth_token: '" + c,
           "auth_token: " + c + ": x",
           "auth_token:" + c,
           "auth_token: " + c + " more",
           "auth_token: ${" + c + "}",
           "auth_token: ${NOT_SET " + c,
           "auth_token: $" + c,
           "auth_token: |\n      " + c + "\n      " + c,
           "auth_tokn: " + c,
           "auth_id: " + c + " x",
           "base_url: https://user:" + c + "@example.com",
           "base_url: http://" + c + "@[",
           "base_url: ${TOKEN}",
           "login: {" + c + "}",
           "login: {email: " + c + "}",
           "login: {password: {a: " + c + "}}",
           "login: {\"password:" + c + "\"}",
           "limits: {max_in_flight: \"${TOKEN}\"}",
           "timeouts: {connect: \"${TOKEN}\"}",
           c + ":",
           c,
       }) {
    auto const found = findings_of("partners:\n  - name: a\n    " + slip +
                                       "\ndatabase:\n  dsn: host=db password=" + c + " " + c + "\n",
                                   {"/etc/c.yaml", 0644});
    EXPECT_THAT(found, Not(IsEmpty())) << slip;
    for (auto const& line : found) EXPECT_THAT(line, Not(HasSubstr(c))) << slip;
  }
}

}  // namespace
}  // namespace vobiz::config

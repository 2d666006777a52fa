#include <gmock/gmock.h>

#include "address.hpp"
#include "findings.hpp"

namespace vobiz::config {
namespace {

using ::testing::ElementsAre;
using testing::example;
using testing::findings_of;

std::string const database = "database: {dsn: dbname=vobiz}\n";

// The partner's keys start on line 3, after the database and "partners:".
std::vector<std::string> findings_of_partner(std::string const& keys) {
  return findings_of(database + "partners:\n  - " + keys);
}

class partner_keys : public ::testing::TestWithParam<example> {};

TEST_P(partner_keys, are_checked) {
  EXPECT_EQ(findings_of_partner(GetParam().yaml), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(
    credentials, partner_keys,
    ::testing::Values(
        example{"{name: a, auth_id: PA_X, auth_token: \"${TOKEN}\"}\n", {}},
        example{"{name: a, auth_id: PA_X, auth_token_file: token}\n", {}},
        example{"{name: a, login: {email: a@example.com, password: \"${TOKEN}\"}}\n", {}},
        example{"{name: a, login: {email: a@example.com, password_file: pw}}\n", {}},
        example{"name: a\n",
                {"3: the partner has no credentials | give \"auth_id\" and \"auth_token_file\", or "
                 "\"login\""}},
        example{"name: a\n    auth_id: PA_X\n",
                {"3: \"auth_token_file\" is missing | or take \"auth_token\" from a variable: "
                 "auth_token: "
                 "${VOBIZ_AUTH_TOKEN}"}},
        example{"name: a\n    auth_token_file: token\n", {"3: \"auth_id\" is missing"}},
        example{
            "name: a\n    auth_id: PA_X\n    auth_token_file: token\n    auth_token: ${TOKEN}\n",
            {"6: \"auth_token\" conflicts with \"auth_token_file\" | keep one of them"}},
        example{
            "name: a\n    auth_id: PA_X\n    login: {email: a@example.com, password_file: pw}\n",
            {"5: \"login\" conflicts with \"auth_id\" | keep one way to authenticate"}},
        example{"name: a\n    auth_token: ${TOKEN}\n    login: {email: a@example.com, "
                "password_file: pw}\n",
                {"5: \"login\" conflicts with \"auth_token\" | keep one way to authenticate"}},
        example{
            "name: a\n    login:\n      email: a@example.com\n",
            {"4: \"password_file\" is missing | or take \"password\" from a variable: password: "
             "${VOBIZ_PASSWORD}"}},
        example{"name: a\n    login: {password_file: pw}\n", {"4: \"email\" is missing"}},
        example{"name: a\n    login:\n      email: a@example.com\n      password_file: pw\n      "
                "password: "
                "${TOKEN}\n",
                {"7: \"password\" conflicts with \"password_file\" | keep one of them"}},
        example{
            "{name: a, auth_id: PA_X, auth_token_file: t, proxy: {url: \"http://proxy:3128/\"}}\n",
            {}},
        example{"{name: a, auth_id: PA_X, auth_token_file: t, proxy: {url: \"http://[::1]:3128\", "
                "username: u, "
                "password: \"${TOKEN}\"}}\n",
                {}},
        example{"{name: a, auth_id: PA_X, auth_token_file: t, proxy: {}}\n",
                {"3: \"url\" is missing"}},
        example{
            "{name: a, auth_id: PA_X, auth_token_file: t, proxy: {url: \"http://p:1\", username: "
            "u}}\n",
            {"3: \"password_file\" is missing | or take \"password\" from a variable: password: "
             "${PROXY_PASSWORD}"}},
        example{"{name: a, auth_id: PA_X, auth_token_file: t, proxy: {url: \"http://p:1\", "
                "password_file: f}}\n",
                {"3: \"username\" is missing"}},
        example{"{name: a, auth_id: PA_X, auth_token_file: t, proxy: {url: \"http://p:1\", "
                "username: u, "
                "password_file: f, password: \"${TOKEN}\"}}\n",
                {"3: \"password\" conflicts with \"password_file\" | keep one of them"}},
        example{"{name: a, auth_id: PA_X, auth_token_file: t, proxy: {url: \"http://p:1\", "
                "username: \"a:b\", "
                "password_file: f}}\n",
                {"3: \"username\" contains a colon, which is invalid in a user name"}},
        example{"{name: a, auth_id: PA_X, auth_token_file: t, base_url: \"http://127.0.0.1:1\", "
                "proxy: {url: \"http://p:1\"}}\n",
                {"3: \"proxy\" conflicts with a base_url with http | the tunnel through a "
                 "proxy carries https only"}},
        example{"name: a\n    login: {email: nobody, password_file: pw}\n",
                {"4: \"email\" is not an e-mail address"}},
        example{"name: a\n    auth_id: PA_X\n    auth_token: ${SPACES}\n",
                {"5: \"auth_token\" contains a character that is invalid in an HTTP header"}},
        example{"name: a\n    auth_id: two words\n    auth_token: ${TOKEN}\n",
                {"4: \"auth_id\" contains a character that is invalid in an HTTP header"}},
        example{"name: a\n    auth_id: PA_X\n    auth_token: ${EMPTY}\n",
                {"5: \"auth_token\" is empty"}}));

std::string const rest = "    auth_id: PA_X\n    auth_token: ${TOKEN}\n";

INSTANTIATE_TEST_SUITE_P(
    others, partner_keys,
    ::testing::Values(
        example{"auth_id: PA_X\n    auth_token: ${TOKEN}\n", {"3: \"name\" is missing"}},
        example{
            "name: a b\n" + rest,
            {"3: \"name\" is not a short name: it labels metrics and log lines | up to 63 of the "
             "characters a-z, A-Z, 0-9, \"_\", \"-\" and \".\""}},
        example{"just text\n", {"3: \"partners\" takes a section of keys and values"}},
        example{"name: a\n    limits: {requests_per_second: 0}\n" + rest,
                {"4: \"requests_per_second\": \"0\" is less than 0.1: a lower rate never catches "
                 "up, a higher one is no limit"}},
        example{"name: a\n    timeouts: {connect: 5, response: 50ms}\n" + rest,
                {"4: \"connect\": \"5\" has no unit | write a whole number and ms, s, m, h or d, "
                 "as in 500ms",
                 "4: \"response\": \"50ms\" is less than 100ms: a page takes the API some time, "
                 "but not "
                 "forever"}},
        example{"name: a\n    max_response: 1GiB\n" + rest,
                {"4: \"max_response\": \"1GiB\" is more than 256MiB: a page of 100 rows must fit "
                 "into it, and it must fit into memory"}},
        example{"name: a\n    tls: {verify: false}\n" + rest,
                {"4: unknown key \"verify\" | known here: ca_file"}},
        example{"name: a\n    base_url: http://api.example.com\n" + rest,
                {"4: \"base_url\" would send the credentials unencrypted: http is for loopback "
                 "addresses "
                 "only | begin it with https://"}}));

TEST(partners, are_a_list_of_at_least_one) {
  std::string const expected =
      "2: \"partners\" takes a list of at least one partner | begin each with \"- name: …\"";
  EXPECT_THAT(findings_of(database + "partners:\n"), ElementsAre(expected));
  EXPECT_THAT(findings_of(database + "partners: []\n"), ElementsAre(expected));
  EXPECT_THAT(findings_of(database + "partners: {name: a}\n"), ElementsAre(expected));
}

TEST(partners, are_told_apart) {
  auto const one = "  - {name: a, auth_id: PA_X, auth_token_file: token}\n";
  EXPECT_THAT(findings_of(database + "partners:\n" + one +
                          "  - {name: b, auth_id: PA_X, auth_token_file: token}\n"),
              ElementsAre("4: partner \"b\" has the auth_id of partner \"a\" | one auth_id is one "
                          "partner: its rows are stored once"));
  EXPECT_THAT(findings_of(database + "partners:\n" + one +
                          "  - {name: a, auth_id: PA_Y, auth_token_file: token}\n"),
              ElementsAre("4: two partners have the name \"a\" | metrics and messages identify "
                          "partners by name: choose another"));
}

TEST(base_url, is_taken_without_a_slash_at_its_end) {
  for (auto const& [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {"https://api.vobiz.ai/api/v1/partner", "https://api.vobiz.ai/api/v1/partner"},
           {"https://api.vobiz.ai/api/v1/partner/", "https://api.vobiz.ai/api/v1/partner"},
           {"https://api.vobiz.ai", "https://api.vobiz.ai"},
           {"https://api.vobiz.ai/", "https://api.vobiz.ai"},
           {"HTTPS://api.vobiz.ai:8443/x", "HTTPS://api.vobiz.ai:8443/x"},
           {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
           {"http://127.8.9.10/x", "http://127.8.9.10/x"},
           {"http://[::1]:8080/x", "http://[::1]:8080/x"},
           {"http://localhost:8080/x", "http://localhost:8080/x"},
       }) {
    EXPECT_EQ(base_url_from_text(text).value, expected);
  }
}

TEST(base_url, is_refused_with_the_reason) {
  std::string const unencrypted =
      "would send the credentials unencrypted: http is for loopback addresses only";
  for (auto const& [text, problem] : std::vector<std::pair<std::string, std::string>>{
           {"api.vobiz.ai/api", "is not an absolute http or https URL"},
           {"/api/v1", "is not an absolute http or https URL"},
           {"ftp://example.com", "is not an absolute http or https URL"},
           {"https:api", "names no host"},
           {"https:///api", "names no host"},
           {"https://exa mple.com", "is not an absolute http or https URL"},
           {"https://user:secret@example.com", "contains credentials"},
           {"https://example.com/x?y=z", "has a query or a fragment"},
           {"https://example.com/x#y", "has a query or a fragment"},
           {"https://example.com:0/", "has an invalid port"},
           {"https://example.com:65536/", "has an invalid port"},
           {"http://example.com", unencrypted},
           {"http://10.0.0.1", unencrypted},
           {"http://128.0.0.1", unencrypted},
           {"http://localhost.example.com", unencrypted},
           {"http://[::2]", unencrypted},
       }) {
    auto const from = base_url_from_text(text);
    EXPECT_FALSE(from.value) << text;
    EXPECT_EQ(from.problem, problem) << text;
  }
}

TEST(proxy_url, is_an_http_url_of_a_host_and_a_port) {
  for (auto const& [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {"http://proxy.example.com:3128", "http://proxy.example.com:3128"},
           {"http://10.0.0.1:8080/", "http://10.0.0.1:8080"},
           {"http://[::1]:8080", "http://[::1]:8080"},
       }) {
    EXPECT_EQ(proxy_url_from_text(text).value, expected);
  }
  std::string const encrypted =
      "is not an http URL: only the tunnel through the proxy is encrypted";
  for (auto const& [text, problem] : std::vector<std::pair<std::string, std::string>>{
           {"/x", "is not a URL"},
           {"http:///", "is not a URL"},
           {"https://proxy.example.com:3128", encrypted},
           {"socks5://proxy.example.com:1080", encrypted},
           {"http://user:secret@proxy.example.com:3128", "contains credentials"},
           {"https://user:secret@proxy.example.com:3128", "contains credentials"},
           {"http://proxy.example.com:3128/x", "has more than a host and a port"},
           {"http://proxy.example.com:3128?x", "has more than a host and a port"},
           {"http://proxy.example.com", "has no valid port"},
           {"http://proxy.example.com:0", "has no valid port"},
           {"http://proxy.example.com:65536", "has no valid port"},
       }) {
    auto const from = proxy_url_from_text(text);
    EXPECT_FALSE(from.value) << text;
    EXPECT_EQ(from.problem, problem) << text;
  }
}

// Boost.URL's version decides where the host ends; in no version is it this machine.
TEST(base_url, is_not_fooled_by_a_name_that_begins_with_an_address) {
  for (auto const* text : {"http://127.0.0.1.example.com", "http://127.0.0.1.example.com:80/x",
                           "http://127.0.0.1example.com/x"}) {
    EXPECT_FALSE(base_url_from_text(text).value) << text;
  }
}

}  // namespace
}  // namespace vobiz::config

#include <gmock/gmock.h>

#include "findings.hpp"

namespace vobiz::config {
namespace {

using testing::canary;
using testing::example;
using testing::findings_of;
using testing::sound;

class behind_a_sound_start : public ::testing::TestWithParam<example> {};

// The example's text starts on line 7.
TEST_P(behind_a_sound_start, names_the_line_the_mistake_and_the_way_out) {
  EXPECT_EQ(findings_of(sound + GetParam().yaml), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(
    sections, behind_a_sound_start,
    ::testing::Values(
        example{"lgo: {level: info}\n", {"7: unknown key \"lgo\" | did you mean \"log\"?"}},
        example{"quux: 1\n",
                {"7: unknown key \"quux\" | known here: partners, database, streams, reconcile, "
                 "retention, "
                 "http, log"}},
        example{"log: {level: info}\nlog: {level: debug}\n",
                {"8: \"log\" is a duplicate key: first on line 7"}},
        example{"log: {level: info, level: debug}\n",
                {"7: \"level\" is a duplicate key: first on line 7"}},
        example{"log: info\n", {"7: \"log\" takes a section of keys and values"}},
        example{"log: [info]\n", {"7: \"log\" takes a section of keys and values"}},
        example{"log:\n  level:\n  format: text\n",
                {"8: \"level\" has no value | leave the key out for its default, or put the text "
                 "in quotes"}},
        example{"log: {level: ~}\n",
                {"7: \"level\" has no value | leave the key out for its default, or put the text "
                 "in quotes"}},
        example{"log: {level: \"\"}\n", {"7: \"level\" is empty"}},
        example{"log: {level: [info]}\n", {"7: \"level\" takes one value, not a list"}},
        example{"log: {level: {a: b}}\n",
                {"7: \"level\" takes one value, not a section | put the text in quotes if it "
                 "begins with "
                 "\"{\""}},
        example{"log: {level: wraning}\n",
                {"7: \"level\": \"wraning\" is not one of trace, debug, info, warning, error | did "
                 "you mean "
                 "\"warning\"?"}},
        example{"log: {format: xml}\n", {"7: \"format\": \"xml\" is not one of text, json"}},
        example{"log: {\"level:info\"}\n", {"7: unknown key | put a space after the \":\""}}));

INSTANTIATE_TEST_SUITE_P(
    values, behind_a_sound_start,
    ::testing::Values(
        example{
            "reconcile: {at: 2:30}\n",
            {"7: \"at\": \"2:30\" is not a time of day | write it as \"HH:MM\", from \"00:00\" to "
             "\"23:59\""}},
        example{
            "reconcile: {timezone: Asia/Kolkatta}\n",
            {"7: \"timezone\": \"Asia/Kolkatta\" is not in the time zone database | did you mean "
             "\"Asia/Kolkata\"?"}},
        example{"reconcile: {timezone: IST-5:30}\n",
                {"7: \"timezone\": \"IST-5:30\" is not in the time zone database | as in "
                 "Asia/Kolkata or "
                 "UTC"}},
        example{
            "reconcile: {timezone: ../../../etc/passwd}\n",
            {"7: \"timezone\": \"../../../etc/passwd\" is not in the time zone database | as in "
             "Asia/Kolkata or UTC"}},
        example{"reconcile: {settle: 8d}\n",
                {"7: \"settle\": \"8d\" is more than 7d: a check that waits longer than a week is "
                 "too late"}},
        example{
            "retention: {cdrs: 36}\n",
            {"7: \"cdrs\": \"36\" has no unit | write a whole number and months or month, as in 36 "
             "months"}},
        example{"retention: {cdrs: 0 months}\n",
                {"7: \"cdrs\": \"0 months\" is less than 1 month: rows are kept from a month to a "
                 "century, or forever"}},
        example{"retention:\n  cdrs: 1 month\n",
                {"8: \"cdrs\" are kept for 1 month, but their audit_days are 35 | keep them "
                 "longer, or audit "
                 "fewer days"}},
        example{"retention: {transactions: 36 months}\n",
                {"7: \"transactions\" is kept forever: reconciliation needs it, and it is small"}},
        example{"retention: {accounts: 36 months}\n",
                {"7: \"accounts\" holds only current rows: it has no days that can expire"}},
        example{"retention: {cdr: 36 months}\n",
                {"7: unknown key \"cdr\" | did you mean \"cdrs\"?"}},
        example{"http: true\n", {"7: \"http\" takes a section, or false to switch it off"}},
        example{"http: no\n", {"7: \"http\" takes a section, or false to switch it off"}},
        example{"http: {hosts: []}\n", {}},
        example{"http: {hosts: [status.example.com, \"[::2]\", localhost, 192.0.2.1]}\n", {}},
        example{"http: {hosts: status.example.com}\n",
                {"7: \"hosts\" takes a list of names | as in [status.example.com]"}},
        example{"http: {hosts: [\"a:80\", \"http://a\", \"*\", \"u@a\", \"a b\"]}\n",
                {"7: \"hosts\": \"a:80\" is not a host name or an IP address | as in "
                 "status.example.com or [2001:db8::1], without a port",
                 "7: \"hosts\": \"http://a\" is not a host name or an IP address | as in "
                 "status.example.com or [2001:db8::1], without a port",
                 "7: \"hosts\": \"*\" is not a host name or an IP address | as in "
                 "status.example.com or [2001:db8::1], without a port",
                 "7: \"hosts\": \"u@a\" is not a host name or an IP address | as in "
                 "status.example.com or [2001:db8::1], without a port",
                 "7: \"hosts\": \"a b\" is not a host name or an IP address | as in "
                 "status.example.com or [2001:db8::1], without a port"}},
        example{
            "http: {hosts: [{a: b}]}\n",
            {"7: \"hosts\" takes one value, not a section | put the text in quotes if it begins "
             "with \"{\""}},
        example{"http: {listen: \"0.0.0.0:9464\"}\n",
                {"7: \"listen\": \"0.0.0.0:9464\" is reachable from other machines without a "
                 "token | add auth_token_file, or listen on 127.0.0.1 or ::1"}},
        example{"http: {listen: \"[::]:9464\"}\n",
                {"7: \"listen\": \"[::]:9464\" is reachable from other machines without a "
                 "token | add auth_token_file, or listen on 127.0.0.1 or ::1"}},
        example{
            "http: {listen: 9464}\n",
            {"7: \"listen\": \"9464\" is not an IP address and a port | as in 127.0.0.1:9464 or "
             "[::1]:9464"}},
        example{"http: {listen: \"127.0.0.1:65536\"}\n",
                {"7: \"listen\": \"127.0.0.1:65536\" is not an IP address and a port | as in "
                 "127.0.0.1:9464 "
                 "or [::1]:9464"}},
        example{"http: {listen: \"127.0.0.1.example.com:9464\"}\n",
                {"7: \"listen\": \"127.0.0.1.example.com:9464\" is not an IP address and a port | "
                 "as in "
                 "127.0.0.1:9464 or [::1]:9464"}},
        example{"http: {listen: \"localhost:9464\"}\n",
                {"7: \"listen\": \"localhost:9464\" is not an IP address and a port | as in "
                 "127.0.0.1:9464 "
                 "or [::1]:9464"}}));

TEST(parse, shows_what_is_written_and_not_what_a_variable_holds) {
  EXPECT_THAT(
      findings_of(sound + "reconcile: {settle: \"${TOKEN}\"}\n"),
      ::testing::ElementsAre("7: \"settle\": \"${TOKEN}\" has no number | write a whole number "
                             "and s, m, h or d, as in 60s"));
}

TEST(parse, names_what_has_to_be_there) {
  std::vector<std::string> const all_missing = {"0: \"partners\" is missing",
                                                "0: \"database\" is missing"};
  EXPECT_EQ(findings_of(""), all_missing);
  EXPECT_EQ(findings_of("# only a comment\n"), all_missing);
  EXPECT_EQ(findings_of("{}\n"), all_missing);
  EXPECT_THAT(findings_of("just text\n"),
              ::testing::ElementsAre("1: the configuration takes a section of keys and values"));
  EXPECT_THAT(findings_of("- a\n"),
              ::testing::ElementsAre("1: the configuration takes a section of keys and values"));
}

TEST(parse, checks_the_database) {
  auto const partner = sound.substr(0, sound.find("database:"));
  std::string const shape =
      "5: \"dsn\" is not a connection string that libpq takes | as in \"host=/var/run/postgresql "
      "dbname=vobiz\" or postgresql://HOST/DATABASE";
  std::string const options =
      "5: \"dsn\" has \"options\": PgBouncer refuses a connection that has them | set them in the "
      "database instead: ALTER ROLE … SET …";
  for (auto const& [yaml, expected] : std::vector<example>{
           {"{dsn: \"dbname=vobiz options='-c statement_timeout=5s'\"}", {options}},
           {"{dsn: \"postgresql://db/vobiz?options=-c%20geqo%3Doff\"}", {options}},
           {"{dsn: \"dbname=vobiz hots=db\"}", {shape}},
           {"{dsn: vobiz}", {shape}},
           {"{dsn: \"\"}", {"5: \"dsn\" is empty"}},
           {"{connections: 2}", {"5: \"dsn\" is missing"}},
           {"{dsn: dbname=vobiz, connections: 0}",
            {"5: \"connections\": \"0\" is less than 1: each worker has its own connection"}},
           {"{dsn: dbname=vobiz, connections: 17}",
            {"5: \"connections\": \"17\" is more than 16: each worker has its own connection"}},
           {"{dsn: dbname=vobiz, connections: 02}",
            {"5: \"connections\": \"02\" begins with a zero | some programs read such a number as "
             "octal: remove the zero"}},
           {"{dsn: dbname=vobiz, connections: two}",
            {"5: \"connections\": \"two\" is not a whole number"}},
       }) {
    EXPECT_EQ(findings_of(partner + "database: " + yaml + "\n"), expected) << yaml;
  }
}

TEST(parse, reports_everything_at_once_in_the_order_of_the_lines) {
  EXPECT_EQ(findings_of(R"(log: {level: loud}
partners:
  - name: acme
    auth_id: PA_EXAMPLE
    auth_token: ${NOT_SET}
    limits:
      requests_per_secnod: 5
      max_in_flight: 0
database:
  dsn: *nowhere
)"),
            (std::vector<std::string>{
                "10: not YAML: the referenced anchor is not defined | put the text in quotes if it "
                "begins with \"*\""}));
  EXPECT_EQ(
      findings_of(R"(log: {level: loud}
streams:
  cdrs: &shared
    every: 60
  cdrz: {every: 60s}
  numbers: *shared
partners:
  - name: acme
    auth_id: PA_EXAMPLE
    auth_token: ${NOT_SET}
    limits:
      requests_per_secnod: 5
      max_in_flight: 0
      max_in_flight: 2
  - name: acme
    base_url: ftp://example.com
    auth_id: PA_OTHER
    auth_token: ${TOKEN}
database:
  connections: 40
)"),
      (std::vector<std::string>{
          "1: \"level\": \"loud\" is not one of trace, debug, info, warning, error",
          "3: anchors are not supported | remove the word that begins with \"&\"",
          "4: \"every\": \"60\" has no unit | write a whole number and s, m, h or d, as in 60s",
          "5: unknown key \"cdrz\" | did you mean \"cdrs\"?",
          "6: aliases are not supported | repeat the value in each place",
          "10: \"auth_token\": environment variable \"NOT_SET\" is not set | set it, or give a "
          "default: ${NOT_SET:-…}",
          "12: unknown key \"requests_per_secnod\" | did you mean \"requests_per_second\"?",
          "13: \"max_in_flight\": \"0\" is less than 1: each request in flight needs a "
          "connection and memory for a page",
          "14: \"max_in_flight\" is a duplicate key: first on line 13",
          "15: two partners have the name \"acme\" | metrics and messages identify "
          "partners by name: choose another",
          "16: \"base_url\" is not an absolute http or https URL | as in "
          "https://api.vobiz.ai/api/v1/partner",
          "19: \"dsn\" is missing",
          "20: \"connections\": \"40\" is more than 16: each worker has its own connection"}));
}

}  // namespace
}  // namespace vobiz::config

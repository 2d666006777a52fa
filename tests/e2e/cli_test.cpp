#include <boost/json/parse.hpp>

#include "rig.hpp"

namespace vobiz::e2e {
namespace {

ending call(std::vector<std::string> const& words) {
  support::temporary_folder const folder;
  std::vector<std::string> command = {VOBIZ_BINARY_DIR "/vobiz-syncd"};
  command.insert(command.end(), words.begin(), words.end());
  return support::run_program(command, folder.path());
}

TEST(command_line, tells_its_version) {
  auto const ended = call({"version"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, ::testing::MatchesRegex("vobiz-syncd [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(command_line, helps_with_every_command) {
  auto const ended = call({"--help"});
  EXPECT_EQ(ended.code, 0);
  for (auto const* command : {"run", "sync", "migrate", "status", "check-config", "version"}) {
    EXPECT_THAT(ended.out, HasSubstr(std::string("\n  ") + command));
    EXPECT_EQ(call({command, "--help"}).code, 0);
  }
}

TEST(command_line, names_the_nearest_command_and_stream) {
  auto const command = call({"stauts"});
  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("unknown command \"stauts\"; did you mean \"status\"?"));
  auto const stream = call({"sync", "cdr"});
  EXPECT_EQ(stream.code, 2);
  EXPECT_THAT(stream.err, HasSubstr("unknown stream \"cdr\"; did you mean \"cdrs\"?"));
}

TEST(command_line, refuses_what_it_does_not_know) {
  EXPECT_EQ(call({}).code, 2);
  EXPECT_EQ(call({"status", "--jsn"}).code, 2);
  EXPECT_EQ(call({"migrate", "now"}).code, 2);
}

// A name that a script passes on may come from a stranger.
TEST(command_line, quotes_arguments_on_one_line_and_without_commands_to_the_terminal) {
  std::string const evil = "x\x1b[2J\nhint: forged\xe2\x80\xae";
  std::string const shown = "x\\x1b[2J\\nhint: forged\\u202e";
  rig all;
  for (auto const& words : std::vector<std::vector<std::string>>{
           {evil},
           {"sync", evil},
           {"status", evil},
           {"status", "--" + evil},
           {"verify", "cdrs", "--day", evil},
           {"statement", "--account", evil, "--month", "2026-01"},
           {"statement", "--account", "MA_1", "--month", evil},
           {"reconcile", "--check", evil},
           {"reconcile", "--partner", evil},
           {"backfill", "cdrs", "--from", evil, "--to", "2026-01-01"}}) {
    auto const ended = all.syncd.run(words);
    EXPECT_NE(ended.code, 0);
    EXPECT_THAT(ended.err, HasSubstr(shown)) << words[0];
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("\x1b")));
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("\nhint: forged")));
  }
  auto const missing = support::run_program(
      {VOBIZ_BINARY_DIR "/vobiz-syncd", "-c", "/nowhere/" + evil, "status"}, all.syncd.folder());
  EXPECT_EQ(missing.code, 78);
  EXPECT_THAT(missing.err, HasSubstr("\"/nowhere/" + shown + "\""));
  EXPECT_THAT(missing.err, Not(HasSubstr("\x1b")));
}

// The same for names that the provider gives to customers, and values of the configuration.
TEST(command_line, shows_names_without_their_commands_to_the_terminal) {
  rig all;
  all.sync_ends_with(0);
  all.database.query(
      "UPDATE vobiz.partners SET name = U&'evil\\001B[2J\\000Aname\\202E';\n"
      "UPDATE vobiz_sync.streams SET last_error = U&'\\001B[31mred\\000Aforged: line\\2028'\n"
      "WHERE stream = 'cdrs'");
  for (auto const& words :
       std::vector<std::vector<std::string>>{{"status"}, {"status", "--json"}}) {
    auto const ended = all.syncd.run(words);
    EXPECT_EQ(ended.code, 0);
    for (auto const* raw : {"\x1b", "\nforged: line", "\xe2\x80\xae", "\xe2\x80\xa8"}) {
      EXPECT_THAT(ended.out, Not(HasSubstr(raw)));
    }
  }
  EXPECT_THAT(all.syncd.run({"status"}).out,
              HasSubstr("cdrs: \\x1b[31mred\\nforged: line\\u2028\n"));
  all.configure([](auto& s) { s.more = "reconsile\x1b[2J: 1\n"; });
  auto const refused = all.syncd.run({"status"});
  EXPECT_EQ(refused.code, 78);
  EXPECT_THAT(refused.err, Not(HasSubstr("\x1b")));
}

TEST(check_config, reads_the_file_alone_or_reaches_out_too) {
  rig all;
  auto const alone = all.syncd.run({"check-config"});
  EXPECT_EQ(alone.code, 0) << alone.err;
  EXPECT_EQ(alone.out,
            "configuration ok: " + all.syncd.file().string() + ": 1 partner, 8 streams\n");
  auto const connected = all.syncd.run({"check-config", "--connect"});
  EXPECT_EQ(connected.code, 0) << connected.err;
  EXPECT_THAT(connected.out, HasSubstr("database: reached, schema version "));
  EXPECT_THAT(connected.out, HasSubstr("partner \"acme\": the API answers as \"PA_EXAMPLE01\"\n"));
}

TEST(check_config, tells_both_sides_when_both_are_wrong) {
  rig all;
  all.configure([](auto& s) {
    s.token = "CANARY_WRONG";
    s.dsn = "host=/nowhere dbname=vobiz";
  });
  auto const ended = all.syncd.run({"check-config", "--connect"});
  EXPECT_EQ(ended.code, 77);
  EXPECT_THAT(ended.out, HasSubstr("database: cannot reach the database: "));
  EXPECT_THAT(ended.out, HasSubstr("partner \"acme\": GET /me: 401"));
}

// tests/sink/server_identity_test.cpp has the cases.
TEST(check_config, warns_of_a_server_that_proves_nothing) {
  rig all;
  all.configure([](auto& s) { s.dsn = "host=/tmp,db.example.com dbname=vobiz"; });
  auto const warned = all.syncd.run({"check-config"});
  EXPECT_EQ(warned.code, 0);
  EXPECT_THAT(warned.out,
              HasSubstr("warning: \"database.dsn\": nothing proves that \"db.example.com\" is the "
                        "database's server: sslmode is \"prefer\"\n"
                        "  hint: add sslmode=verify-full to \"database.dsn\", "));
  EXPECT_THAT(all.syncd.run({"check-config"}, {{"PGSSLMODE", "verify-full"}}).out,
              Not(HasSubstr("warning")));
}

TEST(check_config, says_whose_credentials_these_are) {
  rig all({"--auth-id", "PA_EXAMPLE02"});
  all.configure([](auto& s) { s.login = true; });
  EXPECT_THAT(all.syncd.run({"check-config", "--connect"}).out,
              HasSubstr("the API answers as \"PA_EXAMPLE02\""));
}

TEST(migrate, says_what_it_would_do_and_does_it_once) {
  rig all;
  auto const empty = vobiz::testing::create_empty_database();
  all.configure([&](auto& s) { s.dsn = support::dsn_of(empty); });
  auto const planned = all.syncd.run({"migrate", "--dry-run"});
  EXPECT_EQ(planned.code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("would apply 0018_schemas"));
  EXPECT_THAT(planned.out, HasSubstr("would make view \"vobiz_bi.calls\"\n"));
  EXPECT_EQ(all.syncd.run({"migrate", "--dry-run"}).out, planned.out);
  auto const ended = all.syncd.run({"migrate"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("applied 0018_schemas"));
  EXPECT_THAT(ended.out, HasSubstr("schema is now at version "));
  EXPECT_THAT(all.syncd.run({"migrate"}).out, HasSubstr("schema is up to date (version "));
  EXPECT_THAT(all.syncd.run({"migrate", "--dry-run"}).out,
              HasSubstr("schema is up to date (version "));
  vobiz::testing::drop_database(empty);
}

// The owner of the database may read neither token nor password of the service.
TEST(migrate, goes_by_another_login_and_reads_no_secret) {
  rig all;
  auto const empty = vobiz::testing::create_empty_database();
  all.configure([](auto& s) { s.dsn = "host=/nowhere dbname=vobiz"; });
  std::filesystem::remove(all.syncd.folder() / "token");
  auto const dsn = support::dsn_of(empty);
  EXPECT_EQ(all.syncd.run({"check-config"}).code, 78);
  EXPECT_EQ(all.syncd.run({"migrate"}).code, 1);
  auto const ended = all.syncd.run({"migrate", "--dsn", dsn});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("schema is now at version "));
  auto const told = all.syncd.run({"migrate", "--dsn", dsn + " password=CANARY_DB"});
  EXPECT_EQ(told.code, 2);
  EXPECT_THAT(told.err, HasSubstr("--dsn: has a password, which others could see"));
  EXPECT_THAT(told.out + told.err, Not(HasSubstr("CANARY")));
  EXPECT_EQ(all.syncd.run({"migrate", "--dsn", "no string"}).code, 2);
  vobiz::testing::drop_database(empty);
}

TEST(check_config, warns_of_rights_that_nobody_needs) {
  rig all;
  EXPECT_THAT(all.syncd.run({"check-config", "--connect"}).out, Not(HasSubstr("warning: ")));
  all.database.query("CREATE ROLE test_looker");
  all.database.query("SELECT vobiz_sync.let_read_masked('test_looker')");
  EXPECT_THAT(all.syncd.run({"check-config", "--connect"}).out, Not(HasSubstr("warning: ")));
  all.database.query("GRANT vobiz_reader TO test_looker");
  auto const service = all.syncd.run({"check-config", "--connect"});
  EXPECT_EQ(service.code, 0) << service.out;
  EXPECT_THAT(service.out,
              HasSubstr("warning: the masked login \"test_looker\" sees numbers: it is a member "
                        "of \"vobiz_reader\", which sees numbers\n  hint: "));
  all.database.query("DROP OWNED BY test_looker");
  all.database.query("DROP ROLE test_looker");
  all.configure([&](auto& s) { s.dsn = support::dsn_of(all.database.name()); });
  EXPECT_THAT(all.syncd.run({"check-config", "--connect"}).out,
              HasSubstr("is a superuser: it may delete what the mirror keeps as history\n  hint: "
                        "run the service as another login"));
}

TEST(status, is_a_table_for_people_and_json_for_programs) {
  rig all;
  EXPECT_EQ(all.syncd.run({"status"}).out, "no stream has been read yet\n");
  all.sync_ends_with(0);
  auto const table = all.syncd.run({"status"});
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.out,
              ::testing::StartsWith("ok: 8 of 8 streams of 1 partner\nservice: last heard of "));
  EXPECT_THAT(table.out, HasSubstr("(PA_EXAMPLE01)\nstream        state  proven through"));
  EXPECT_THAT(all.syncd.run({"status", "--wide", "--partner", "PA_EXAMPLE01"}).out,
              HasSubstr("PA_EXAMPLE01  cdrs"));
  auto const nobody = all.syncd.run({"status", "--partner", "nobody"});
  EXPECT_EQ(nobody.code, 2);
  EXPECT_THAT(nobody.err, HasSubstr("no stream of a partner \"nobody\" has been read\nhint: "));
  auto const json = boost::json::parse(all.syncd.run({"status", "--json"}).out);
  auto const& streams = json.at("streams").as_array();
  ASSERT_EQ(streams.size(), 8u);
  for (auto const& stream : streams) EXPECT_EQ(stream.at("state").as_string(), "ok");
  // Nobody has read for three days.
  all.database.query(
      "UPDATE vobiz_sync.streams SET last_success_at = last_success_at - interval '3 days';\n"
      "UPDATE vobiz_sync.leases SET expires_at = expires_at - interval '3 days'");
  auto const dead = all.syncd.run({"status"});
  EXPECT_EQ(dead.code, 1);
  EXPECT_THAT(dead.out, ::testing::StartsWith("attention: 8 of 8 streams of 1 partner: "));
  EXPECT_THAT(dead.out, HasSubstr("\nservice: last heard of 3d"));
}

TEST(output, has_no_colour_when_nobody_looks_or_wants_it) {
  rig all;
  for (support::process::variables const& environment : std::vector<support::process::variables>{
           {}, {{"NO_COLOR", "1"}, {"TERM", "xterm-256color"}}}) {
    auto const ended = all.syncd.run({"sync", "profile"}, environment);
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("\x1b[")));
  }
}

TEST(output, log_lines_are_json_when_asked) {
  rig all;
  all.configure([](auto& s) { s.level = "debug, format: json"; });
  auto const ended = all.sync({"profile"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  std::istringstream lines(ended.err);
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    auto const parsed = boost::json::parse(line);
    EXPECT_TRUE(parsed.at("message").is_string() && parsed.at("level").is_string() &&
                parsed.at("time").is_string());
    ++count;
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace vobiz::e2e

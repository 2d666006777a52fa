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

TEST(status, is_a_table_for_people_and_json_for_programs) {
  rig all;
  EXPECT_EQ(all.syncd.run({"status"}).out, "no stream has been read yet\n");
  all.sync_ends_with(0);
  auto const table = all.syncd.run({"status"});
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.out, HasSubstr("partner       stream        state  proven through"));
  EXPECT_THAT(table.out, HasSubstr("PA_EXAMPLE01  cdrs"));
  auto const json = boost::json::parse(all.syncd.run({"status", "--json"}).out);
  auto const& streams = json.at("streams").as_array();
  ASSERT_EQ(streams.size(), 8u);
  for (auto const& stream : streams) EXPECT_EQ(stream.at("state").as_string(), "ok");
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

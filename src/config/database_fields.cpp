#include <libpq-fe.h>

#include <memory>

#include "fields.hpp"
#include "sections.hpp"

namespace vobiz::config {

namespace {

struct dsn_facts {
  bool valid = false;
  bool has_options = false;
  bool has_password = false;
  std::string password_problem;  // what is wrong with its length
};

// Parsed by libpq. Its error text can quote a password, so it is not passed on.
dsn_facts facts_of(std::string const& dsn) {
  char* error = nullptr;
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const options(
      PQconninfoParse(dsn.c_str(), &error), &PQconninfoFree);
  std::unique_ptr<char, decltype(&PQfreemem)> const owned(error, &PQfreemem);
  dsn_facts result;
  if (!options) return result;
  result.valid = true;
  for (auto const* option = options.get(); option->keyword != nullptr; ++option) {
    std::string_view const keyword = option->keyword;
    if (option->val == nullptr) continue;
    if (keyword == "options") result.has_options = true;
    if (keyword != "password") continue;
    result.has_password = true;
    if (*option->val != '\0') result.password_problem = length_problem(option->val);
  }
  return result;
}

bool read_dsn(reading& all, entry const& at, database& into) {
  auto const given = all.text(at);
  if (!given) return false;
  auto const facts = facts_of(given->text);
  if (!facts.valid) {
    all.report(at.value.line, "\"dsn\" is not a connection string that libpq takes",
               "as in \"host=/var/run/postgresql dbname=vobiz\" or postgresql://HOST/DATABASE");
    return false;
  }
  if (facts.has_options) {
    all.report(at.value.line,
               "\"dsn\" has \"options\": PgBouncer refuses a connection that has them",
               "set them in the database instead: ALTER ROLE … SET …");
    return false;
  }
  if (!facts.password_problem.empty()) {
    all.report(at.value.line, "the password in \"dsn\" " + facts.password_problem,
               std::string(longer_database));
    return false;
  }
  if (facts.has_password) all.guard_secret(at, *given);
  into.dsn = core::secret(given->text);
  return true;
}

}  // namespace

std::string problem_of_dsn(std::string const& dsn) {
  auto const facts = facts_of(dsn);
  if (!facts.valid) return "is not a connection string that libpq takes";
  if (facts.has_password) return "has a password, which others could see: use ~/.pgpass";
  return {};
}

std::vector<field<database>> database_fields() {
  field<database> dsn = {"dsn", true, read_dsn, [](database const&) {
                           return std::vector<key_description>{{"dsn", "text", "", "", false}};
                         }};
  return {
      std::move(dsn),
      file<database>("password_file", &database::password_file),
      whole<database>("connections", &database::connections,
                      {1, 16, "each worker has its own connection"}),
  };
}

}  // namespace vobiz::config

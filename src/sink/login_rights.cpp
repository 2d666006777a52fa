#include "vobiz/sink/login_rights.hpp"

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"

namespace vobiz::sink {

std::vector<needless_right> needless_rights(pqxx::connection& connection) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  std::vector<needless_right> result;
  auto const login = execute(transaction, R"(
SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
  (SELECT pg_has_role(nspowner, 'MEMBER') FROM pg_namespace WHERE nspname = 'vobiz_sync'))")[0];
  auto const is = [&](pqxx::row::size_type column) { return login[column].as<bool>(); };
  if (is(1) || is(2)) {
    result.push_back({std::string("the login \"") + login[0].c_str() + "\" " +
                          (is(1) ? "is a superuser" : "owns the schema") +
                          ": it may delete what the mirror keeps as history",
                      "run the service as another login, a member of vobiz_writer only: "
                      "docs/security.md, \"Two logins\""});
  }
  for (auto const& row :
       execute(transaction, "SELECT login, reason FROM vobiz_sync.unmasked_logins()")) {
    result.push_back(
        {std::string("the masked login \"") + row[0].c_str() + "\" sees numbers: " + row[1].c_str(),
         "take that from it, or delete it from vobiz_sync.masked_logins if it is "
         "meant to see them"});
  }
  return result;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

}  // namespace vobiz::sink

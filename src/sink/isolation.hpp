#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <pqxx/pqxx>
#include <string>

namespace vobiz::sink {

// That PostgreSQL refuses values, and not that it fails: SQLSTATE classes 22 (data), 23
// (constraints) and 54 (limits, such as an index's), 21000 (a row twice in a statement), and P0001
// (a trigger).
struct refused_statement {
  std::string sqlstate;
  std::exception_ptr error;

  // For a reject. It has none of the server's words, which quote values.
  std::string reason() const;
};

// Does something inside a savepoint. If the server refuses a value, what was done is undone, the
// transaction goes on, and the refusal is returned; every other failure is thrown.
std::optional<refused_statement> attempt(pqxx::transaction_base& transaction,
                                         std::function<void()> const& act);

}  // namespace vobiz::sink

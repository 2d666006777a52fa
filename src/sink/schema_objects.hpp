#pragma once

#include <map>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "vobiz/sink/migrations.hpp"

namespace vobiz::sink {

// Functions and views of a database beside those of a source. It looks once, then remembers what it
// does and writes it down at the end, since the table for that may not be there before.
class schema_objects {
public:
  schema_objects(pqxx::dbtransaction& transaction, schema_source const& source);

  std::vector<schema_change> changes() const;

  // Makes or changes these, where the database does not have them as they are.
  void apply(std::vector<std::string> const& names);

  // Makes and changes all that differ, drops what has no file any more, and writes it down.
  void finish();

private:
  struct known_object {
    object_kind kind;
    std::string checksum;  // empty: made by somebody else, or by the migrations before
    bool exists = false;
  };

  void read_known();
  void create(schema_object const& object);
  void drop(object_kind kind, std::string const& name);
  void drop_found(pqxx::result const& found, std::string const& name);
  void drop_other_signatures(std::string const& name, std::string const& before);
  void write_down();

  pqxx::dbtransaction& transaction_;
  schema_source const& source_;
  std::map<std::string, std::string> wanted_;  // checksums by name
  std::map<std::string, known_object> known_;  // by name
  std::set<std::string> pending_;              // to be made or changed
  std::set<std::string> done_;
  std::map<std::string, std::vector<std::string>> grants_;  // what a drop has taken away, by name
};

}  // namespace vobiz::sink

#include "vobiz/sink/distribution.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "vobiz/streams/stream.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

// The streams whose rows are rolled up: these tables grow with the calls.
std::vector<streams::stream const*> large_streams() {
  std::vector<streams::stream const*> large;
  for (auto const& stream : streams::all()) {
    if (stream.rolled_up) large.push_back(&stream);
  }
  return large;
}

std::string plain_name(streams::stream const& stream) {
  return "vobiz." + std::string(stream.table);
}

bool is_distributed(pqxx::transaction_base& transaction, streams::stream const& stream) {
  return execute(transaction,
                 "SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE "
                 "logicalrelid = " +
                     literal(table(stream)) + "::regclass)")[0][0]
      .as<bool>();
}

}  // namespace

distribution find_distribution(pqxx::connection& connection) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  distribution found;
  found.has_extension =
      execute(transaction, "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")[0][0]
          .as<bool>();
  if (found.has_extension) {
    found.servers =
        execute(transaction,
                "SELECT greatest(1, count(*)) FROM pg_catalog.pg_dist_node WHERE shouldhaveshards")
            [0][0]
                .as<std::int64_t>();
  }
  for (auto const* stream : large_streams()) {
    if (!found.has_extension || !is_distributed(transaction, *stream))
      found.whole.push_back(plain_name(*stream));
  }
  return found;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

void distribute(pqxx::connection& connection) try {
  pqxx::work transaction(connection);
  set_own_to_write(transaction);
  for (auto const* stream : large_streams()) {
    if (is_distributed(transaction, *stream)) continue;
    query sql(
        "SELECT create_distributed_table(:table::regclass, :column::text, colocate_with => "
        ":beside::text)");
    auto const& first = *large_streams().front();
    sql.set("table", table(*stream)).set("column", stream->account_column);
    sql.set("beside", stream == &first ? "none" : table(first));
    execute(transaction, sql);
  }
  transaction.commit();
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

}  // namespace vobiz::sink

#include "vobiz/sink/wholesale_rates.hpp"

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

std::string column(std::vector<wholesale_rate> const& rates, std::string wholesale_rate::*which) {
  array_literal result;
  for (auto const& rate : rates) result.add(rate.*which);
  return result.take();
}

std::string ends(std::vector<wholesale_rate> const& rates) {
  array_literal result;
  for (auto const& rate : rates) {
    if (rate.valid_to) {
      result.add(*rate.valid_to);
    } else {
      result.add_null();
    }
  }
  return result.take();
}

}  // namespace

std::int64_t replace_wholesale_rates(pqxx::connection& connection, std::string const& partner,
                                     std::vector<wholesale_rate> const& rates) try {
  query sql(R"(
SELECT vobiz.replace_wholesale_rates(:partner, (
  SELECT jsonb_agg(r) FROM unnest(:prefixes::text[], :directions::text[], :currencies::text[], :rates::numeric[],
    :pulses::integer[], :starts::date[], :ends::date[])
    AS r(prefix, direction, currency, rate_per_minute, pulse, valid_from, valid_to))))");
  sql.set("partner", partner);
  sql.set("prefixes", column(rates, &wholesale_rate::prefix));
  sql.set("directions", column(rates, &wholesale_rate::direction));
  sql.set("currencies", column(rates, &wholesale_rate::currency));
  sql.set("rates", column(rates, &wholesale_rate::rate_per_minute));
  sql.set("pulses", column(rates, &wholesale_rate::pulse));
  sql.set("starts", column(rates, &wholesale_rate::valid_from));
  sql.set("ends", ends(rates));
  pqxx::work transaction(connection);
  set_own_to_write(transaction);
  auto const written = execute(transaction, sql)[0][0].as<std::int64_t>();
  transaction.commit();
  return written;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

}  // namespace vobiz::sink

#include "vobiz/sink/touched.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

// Joins two array literals of one dimension.
void append(std::string& to, std::string const& more) {
  if (to.empty()) {
    to = more;
  } else if (!more.empty()) {
    to.back() = ',';
    to.append(more, 1, more.size() - 1);
  }
}

}  // namespace

void touched_places::add(touched_places const& more) {
  append(partners, more.partners);
  append(customers, more.customers);
  append(buckets, more.buckets);
  append(ends, more.ends);
}

touched_places touched_from(pqxx::row const& row, streams::stream const& stream) {
  touched_places result;
  if (!stream.rolled_up || row["partners"].is_null()) return result;
  result.partners = row["partners"].c_str();
  result.customers = row["customers"].c_str();
  result.buckets = row["buckets"].c_str();
  if (!stream.rolled_up->until.empty()) result.ends = row["ends"].c_str();
  return result;
}

void roll_up(pqxx::transaction_base& transaction, streams::stream const& stream,
             touched_places const& places) {
  if (places.empty()) return;
  arguments values;
  values.add(places.partners).add(places.customers).add(places.buckets);
  bool const has_ends = !places.ends.empty();
  if (has_ends) values.add(places.ends);
  execute(
      transaction,
      fmt::format("SELECT vobiz_sync.{}($1::text[], $2::text[], $3::timestamptz[]{})",
                  identifier(stream.rolled_up->function), has_ends ? ", $4::timestamptz[]" : ""),
      values);
}

}  // namespace vobiz::sink

#include <spdlog/fmt/fmt.h>

#include "merge_sql.hpp"

namespace vobiz::sink {

namespace {

// The values are compared in the column's own type and shown as text.
constexpr char const* compare_sql = R"(WITH {incoming}
SELECT array_to_string(ARRAY[{key}], ' ') AS key,
  CASE WHEN s.partner_id IS NOT NULL THEN v.name END AS column_name, v.stored, v.listed
FROM incoming i LEFT JOIN LATERAL (
  {stored}) s ON true
LEFT JOIN LATERAL (VALUES
    {pairs}) v(name, stored, listed, differs)
  ON v.differs AND s.partner_id IS NOT NULL
WHERE s.partner_id IS NULL OR v.differs ORDER BY 1, 2)";

}  // namespace

batch_query make_compare_query(streams::stream const& stream, std::vector<bool> const& seen) {
  batch_fields const fields(stream, seen);
  auto const key = join(fields.keys, ", ", [](batch_field const& f) {
    return f.is_asked_day ? "" : "i." + f.name + "::text";
  });
  auto const pairs = join(fields.all, ",\n    ", [](batch_field const& f) -> std::string {
    if (f.on_change == streams::change_rule::quiet) return "";
    return fmt::format("('{0}', s.{1}::text, i.{1}::text, i.{1} IS DISTINCT FROM s.{1})", f.plain,
                       f.name);
  });
  query sql(compare_sql);
  sql.with("incoming", fields.incoming())
      .with("key", key)
      .with("stored", fields.stored())
      .with("pairs", pairs);
  return {sql.text(), stream, fields.columns};
}

}  // namespace vobiz::sink

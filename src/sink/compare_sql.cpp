#include <spdlog/fmt/fmt.h>

#include "merge_sql.hpp"

namespace vobiz::sink {

namespace {

// The values are compared in the column's own type and shown as text.
constexpr char const* compare_sql = R"(WITH {incoming},
{found}
SELECT array_to_string(ARRAY[{key}], ' ') AS key,
  CASE WHEN f."is stored" THEN v.name END AS column_name, v.stored, v.listed
FROM incoming i LEFT JOIN found f ON {is_found}
LEFT JOIN LATERAL (VALUES
    {pairs}) v(name, stored, listed, differs)
  ON v.differs AND f."is stored"
WHERE f."is stored" IS NULL OR v.differs ORDER BY 1, 2)";

}  // namespace

batch_query make_compare_query(streams::stream const& stream, std::vector<bool> const& seen) {
  batch_fields const fields(stream, seen);
  auto const key = join(fields.keys, ", ", [](batch_field const& f) {
    return f.is_asked_day ? "" : "i." + f.name + "::text";
  });
  auto const pairs = join(fields.all, ",\n    ", [](batch_field const& f) -> std::string {
    if (f.on_change == streams::change_rule::quiet) return "";
    return fmt::format("('{0}', f.{2}::text, i.{1}::text, i.{1} IS DISTINCT FROM f.{2})", f.plain,
                       f.name, old(f.plain));
  });
  auto const stored = join(fields.all, ", ", [](batch_field const& f) -> std::string {
    if (f.on_change == streams::change_rule::quiet) return "";
    return fmt::format("s.{} AS {}", f.name, old(f.plain));
  });
  query sql(compare_sql);
  sql.with("incoming", fields.incoming())
      .with("key", key)
      .with("found", fields.found("true AS \"is stored\", " + stored))
      .with("is_found", fields.is_found())
      .with("pairs", pairs);
  return {sql.text(), stream, fields.columns};
}

}  // namespace vobiz::sink

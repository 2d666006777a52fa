#include "checksums.hpp"

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

std::vector<std::string> checksums(pqxx::transaction_base& transaction,
                                   std::vector<std::string> const& texts) {
  array_literal list;
  for (auto const& text : texts) list.add(text);
  arguments values;
  values.add_text(list.take());
  std::vector<std::string> result;
  for (auto const& row :
       execute(transaction,
               "SELECT encode(sha256(convert_to(u.text, 'UTF8')), 'hex')\n"
               "FROM unnest($1::text[]) WITH ORDINALITY AS u(text, n) ORDER BY u.n",
               values)) {
    result.emplace_back(row[0].c_str());
  }
  return result;
}

}  // namespace vobiz::sink

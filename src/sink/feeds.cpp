#include <algorithm>

#include "vobiz/decode/decoder.hpp"
#include "vobiz/sink/merge.hpp"

namespace vobiz::sink {

namespace {

// The objects inside one staged column of all rows, as the answer of an endpoint of their own would
// list them.
std::string listed(decode::row_batch const& rows, std::size_t column) {
  std::string body;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto const cell = rows.at(row, column);
    if (!cell) continue;
    auto part = *cell;
    if (part.front() == '[') part = part.substr(1, part.size() - 2);
    if (part.find_first_not_of(" \n\r\t") == std::string_view::npos) continue;
    if (!body.empty()) body += ',';
    body += part;
  }
  return body;
}

}  // namespace

merge_result merge_with_feeds(pqxx::transaction_base& transaction, streams::stream const& stream,
                              merge_target const& target, decode::row_batch const& rows,
                              std::vector<decode::reject>& rejects) {
  auto result = merge_isolated(transaction, stream, target, rows, rejects);
  for (auto const& feed : stream.feeds) {
    auto const found = std::ranges::find(stream.columns, feed.column, &streams::column::name);
    auto const inner = listed(rows, static_cast<std::size_t>(found - stream.columns.begin()));
    if (inner.empty()) continue;
    auto const body = "{\"" + std::string(feed.rows.rows.front()) + "\":[" + inner + "]}";
    auto page = decode::decoder(feed.rows).decode(body);
    if (!page) {
      rejects.push_back({page.error().message, "\"" + std::string(feed.column) + "\""});
      continue;
    }
    auto& inside = *page;
    auto where = target;
    where.only_missing = feed.only_missing;
    auto const inner_result =
        merge_isolated(transaction, feed.rows, where, inside.rows, inside.rejects);
    roll_up(transaction, feed.rows, inner_result.touched);
    std::ranges::move(inside.rejects, std::back_inserter(rejects));
  }
  return result;
}

}  // namespace vobiz::sink

#include <algorithm>

#include "isolation.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/query.hpp"

// Merges that a row cannot stop.
namespace vobiz::sink {

namespace {

// Bytes of rows in one statement: PostgreSQL takes no parameter of a gigabyte.
constexpr std::size_t most_bytes = 64 << 20;
// More refusals than this, and more than half of the batch: then the cause is not in the rows, and
// making rejects of all of them would hide it.
constexpr std::size_t few_refusals = 20;

void add_sums(pqxx::transaction_base& transaction, std::vector<std::string>& sums,
              std::vector<std::string> const& more) {
  if (sums.empty()) sums.assign(more.size(), "0");
  for (std::size_t n = 0; n < more.size(); ++n) {
    query sql("SELECT :sum::numeric + :more::numeric");
    sql.set("sum", sums[n]).set("more", more[n]);
    sums[n] = execute(transaction, sql)[0][0].c_str();
  }
}

// Halves a batch until the refused rows stand alone.
class isolated_merge {
public:
  isolated_merge(pqxx::transaction_base& transaction, streams::stream const& stream,
                 merge_target const& target, decode::row_batch const& all,
                 std::vector<decode::reject>& rejects)
      : transaction_(transaction), stream_(stream), target_(target), all_(all), rejects_(rejects) {}

  merge_result run() {
    result_.change.sums.assign(stream_.measures.size(), "0");
    store(all_, 0);
    return std::move(result_);
  }

private:
  // `first`: the position of its first row in the whole batch.
  void store(decode::row_batch const& rows, std::size_t first) {
    if (rows.size() > 1 && rows.bytes() > most_bytes) return halve(rows, first);
    merge_result part;
    auto const act = [&] { part = merge(transaction_, stream_, target_, rows); };
    auto const refused = attempt(transaction_, act);
    if (!refused) return add(part, rows.size() == all_.size());
    if (rows.size() > 1) return halve(rows, first);
    result_.refused.push_back(first);
    if (result_.refused.size() > std::max(few_refusals, all_.size() / 2)) {
      std::rethrow_exception(refused->error);
    }
    rejects_.push_back({refused->reason(), decode::row_json(stream_, rows, 0)});
  }

  void halve(decode::row_batch const& rows, std::size_t first) {
    auto const half = rows.size() / 2;
    store(rows.slice(0, half), first);
    store(rows.slice(half, rows.size()), first + half);
  }

  void add(merge_result& part, bool is_all) {
    if (is_all) {
      result_ = std::move(part);
      return;
    }
    result_.counts += part.counts;
    result_.touched.add(part.touched);
    result_.change.rows += part.change.rows;
    add_sums(transaction_, result_.change.sums, part.change.sums);
    for (auto const day : part.left_days) {
      if (std::ranges::count(result_.left_days, day) == 0) result_.left_days.push_back(day);
    }
  }

  pqxx::transaction_base& transaction_;
  streams::stream const& stream_;
  merge_target const& target_;
  decode::row_batch const& all_;
  std::vector<decode::reject>& rejects_;
  merge_result result_;
};

}  // namespace

merge_result merge_isolated(pqxx::transaction_base& transaction, streams::stream const& stream,
                            merge_target const& target, decode::row_batch const& rows,
                            std::vector<decode::reject>& rejects) {
  return isolated_merge(transaction, stream, target, rows, rejects).run();
}

}  // namespace vobiz::sink

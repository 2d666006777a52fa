#include "server.hpp"
#include "streams.hpp"
#include "target.hpp"
#include "vobiz/decode/decoder.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sink/rejects.hpp"
#include "vobiz/sink/rollups.hpp"

// As decode.cpp, then stored: the server must accept every row that the decoder accepts, and every
// reject, and must return rows unchanged. sink_hostile_rows_test has pages with one hostile row.
namespace vobiz::fuzz {
namespace {

pqxx::connection& migrated() {
  static auto const connection = [] {
    auto fresh = connect();
    sink::migrate(*fresh);
    return fresh;
  }();
  return *connection;
}

void check(streams::stream const& stream, decode::page& page) {
  sink::merge_target target;
  target.partner = "PA_EXAMPLE01";
  target.day = core::day_from_text("2026-01-31");
  pqxx::work transaction(migrated());
  try {
    auto const merged =
        sink::merge_with_feeds(transaction, stream, target, page.rows, page.rejects);
    // The store makes a reject of such a row; the decoder should have known it.
    require(merged.refused.empty(), "the server accepts each decoded row",
            page.rejects.empty() ? "" : page.rejects.back().reason);
    sink::window_key const key{target.partner, stream.name, "*", *target.day};
    sink::record_rejects(transaction, key, page.rejects);
    sink::record_unknown_fields(transaction, key.partner, stream.name, page.unknown);
    while (sink::store_marked_day(transaction, target.partner)) {
    }
    // `verify` compares days only.
    if (stream.form != streams::shape::day_windows) return;
    for (auto const& difference : sink::compare(transaction, stream, target, page.rows)) {
      require(false, "the stored rows equal the listed ones",
              difference.column_name.value_or(difference.key));
    }
  } catch (pqxx::failure const& refused) {
    require(false, "the server accepts each decoded page", refused.what());
  }
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  auto const [stream, body] = fuzz::split(fuzz::as_text(data, size));
  if (stream == nullptr || streams::find(stream->name) != stream) return -1;
  auto page = decode::decoder(*stream).decode(body);
  if (page) fuzz::check(*stream, *page);
  return 0;
}

#include "server.hpp"
#include "streams.hpp"
#include "target.hpp"
#include "vobiz/decode/decoder.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/migrations.hpp"

// As decode.cpp, then stored: the server must accept every row that the decoder accepts, and must
// return it unchanged.
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
    sink::merge_with_feeds(transaction, stream, target, page.rows, page.rejects);
    // `verify` compares days only.
    if (stream.form != streams::shape::day_windows) return;
    for (auto const& difference : sink::compare(transaction, stream, target, page.rows)) {
      require(false, "the stored rows equal the listed ones",
              difference.column_name.value_or(difference.key));
    }
  } catch (pqxx::failure const& refused) {
    require(false, "the server accepts each decoded row", refused.what());
  }
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  auto const [stream, body] = fuzz::split(fuzz::as_text(data, size));
  if (stream == nullptr || streams::find(stream->name) != stream) return -1;
  auto page = decode::decoder(*stream).decode(body);
  if (page && page->rows.size() > 0) fuzz::check(*stream, *page);
  return 0;
}

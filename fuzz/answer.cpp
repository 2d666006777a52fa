#include <algorithm>
#include <optional>

#include "api/answer_reader.hpp"
#include "api/reply.hpp"
#include "target.hpp"

// Input: what a server sends. It is read in one piece, and its meaning is taken; answer_reader.cpp
// reads it in many.
namespace vobiz::fuzz {
namespace {

constexpr std::uint64_t largest_body = 4096;

// The answer, if it is complete.
std::optional<api::wire_answer> whole(std::string_view bytes) {
  api::answer_reader reader(largest_body);
  reader.put(bytes);
  reader.put_end();
  if (!reader.done()) return std::nullopt;
  return reader.release();
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  auto bytes = fuzz::as_text(data, size);
  auto const length = api::head_length(bytes, 0);
  for (std::size_t known = 0; known < std::min<std::size_t>(size, 64); ++known) {
    auto const later = api::head_length(bytes, known);
    fuzz::require(!length || known >= *length || later == length, "a head has one length", bytes);
  }
  if (!length) return 0;
  fuzz::require(*length <= size, "a head ends within the bytes", bytes);
  auto const head = api::read_head(bytes.substr(0, *length));
  if (!head) return 0;
  fuzz::require(api::may_be_answer(bytes), "a head begins as one", bytes);
  fuzz::require(head->strict.size() <= *length + 64, "a strict head is not longer", bytes);
  auto reply = fuzz::whole(bytes);
  if (!reply) return 0;
  fuzz::require(
      api::is_interim(head->status) || reply->result_int() == static_cast<unsigned>(head->status),
      "the status is kept", bytes);
  auto const outcome = api::read_reply(std::move(*reply), fuzz::largest_body, {}, {});
  fuzz::require(!outcome || outcome->body.size() <= fuzz::largest_body, "a body has its bound");
  if (!outcome && outcome.error().asked_wait) {
    fuzz::require(outcome.error().asked_wait->count() >= 0, "a wait is not negative", bytes);
  }
  return 0;
}

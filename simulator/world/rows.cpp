#include "simulator/world/rows.hpp"

#include "simulator/world/random.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::array<std::string_view, reference_types> type_names = {
    "cdr",          "stream_cdr",        "ncc",
    "did_purchase", "did_rental",        "payment",
    "refund",       "manual_adjustment", "balance_transfer"};
constexpr std::array<std::string_view, 4> status_names = {"completed", "pending", "failed",
                                                          "cancelled"};

template <class Value, std::size_t Count>
std::optional<Value> position(std::array<std::string_view, Count> const& names,
                              std::string_view name) {
  for (std::size_t i = 0; i < Count; ++i) {
    if (names[i] == name) return static_cast<Value>(i);
  }
  return std::nullopt;
}

}  // namespace

uuid make_uuid(std::uint64_t seed, std::uint64_t number) {
  auto const high = mix(mix(seed) ^ number);
  auto const low = mix(high ^ number);
  return {(high & ~0xf000ull) | 0x4000ull, (low & ~(3ull << 62)) | (2ull << 62)};
}

void append_uuid(std::string& out, uuid const& id) {
  constexpr char const* digits = "0123456789abcdef";
  char text[36];
  std::size_t at = 0;
  for (int half = 0; half < 2; ++half) {
    auto const bits = half == 0 ? id.high : id.low;
    for (int shift = 60; shift >= 0; shift -= 4) {
      if (at == 8 || at == 13 || at == 18 || at == 23) text[at++] = '-';
      text[at++] = digits[(bits >> shift) & 15];
    }
  }
  out.append(text, sizeof text);
}

std::string to_text(uuid const& id) {
  std::string out;
  append_uuid(out, id);
  return out;
}

std::optional<uuid> uuid_from_text(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  uuid id;
  int count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    char const c = text[i];
    if (dash != (c == '-')) return std::nullopt;
    if (dash) continue;
    auto& half = count++ < 16 ? id.high : id.low;
    if (c >= '0' && c <= '9') {
      half = half << 4 | static_cast<unsigned>(c - '0');
    } else if ((c | 32) >= 'a' && (c | 32) <= 'f') {
      half = half << 4 | static_cast<unsigned>((c | 32) - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return id;
}

void traffic::add(traffic const& other, int sign) {
  calls += sign * other.calls;
  answered += sign * other.answered;
  billsec += sign * other.billsec;
  total_cost += other.total_cost * sign;
}

void call_sums::add(call_sums const& other, int sign) {
  all.add(other.all, sign);
  inbound.add(other.inbound, sign);
  voice_api.add(other.voice_api, sign);
  duration += sign * other.duration;
  cost += other.cost * sign;
  streaming += other.streaming * sign;
}

call_sums call::figures() const {
  call_sums own;
  own.all = {1, answered() ? 1 : 0, billsec, total_cost};
  if (inbound) own.inbound = own.all;
  if (voice_api) own.voice_api = own.all;
  own.duration = duration;
  own.cost = cost;
  own.streaming = streaming_cost;
  return own;
}

std::string_view name_of(reference_type type) { return type_names[static_cast<std::size_t>(type)]; }

std::optional<reference_type> reference_type_from(std::string_view name) {
  return position<reference_type>(type_names, name);
}

std::string_view name_of(entry_status status) {
  return status_names[static_cast<std::size_t>(status)];
}

std::optional<entry_status> entry_status_from(std::string_view name) {
  return position<entry_status>(status_names, name);
}

void entry_sums::add(entry_sums const& other, int sign) {
  auto const add_figures = [sign](figures& to, figures const& from) {
    to.debit += from.debit * sign;
    to.credit += from.credit * sign;
    to.count += sign * from.count;
  };
  add_figures(all, other.all);
  for (std::size_t i = 0; i < reference_types; ++i) add_figures(by_type[i], other.by_type[i]);
}

entry_sums entry::figures() const {
  entry_sums own;
  own.all = {credit ? money() : amount, credit ? amount : money(), 1};
  own.by_type[static_cast<std::size_t>(type)] = own.all;
  return own;
}

}  // namespace vobiz::simulator

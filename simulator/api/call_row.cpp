#include <array>

#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"
#include "simulator/world/causes.hpp"
#include "simulator/world/random.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::array<std::string_view, 4> codecs = {"PCMA", "PCMU", "G722", "OPUS"};
constexpr std::array<std::string_view, 3> agents = {"ExamplePBX/18.2", "SampleSoftswitch 1.10",
                                                    "DemoPhone/6.3"};
constexpr std::array<std::string_view, 4> regions = {"ap-south-1", "ap-south-2", "in-mum",
                                                     "in-blr"};

void append_five(std::string& out, std::uint32_t value) {
  for (std::uint32_t place = 10'000; place > 0; place /= 10) {
    out += static_cast<char>('0' + value / place % 10);
  }
}

// Absent, null or empty text, or the value: what an optional member of a row may be.
void optional_text(object& row, std::string_view name, std::string_view value, unsigned choice) {
  switch (choice % 8) {
    case 0:
      return;
    case 1:
      return row.null(name);
    case 2:
      return row.raw(name, "\"\"");
    default:
      return row.plain(name, value);
  }
}

// Hundredths as a number.
void hundredths(object& row, std::string_view name, std::int64_t value) {
  row.number(name, money{value * 10'000});
}

}  // namespace

void append_call(std::string& out, world const& of, std::uint32_t at, generation shapes) {
  auto const& made = of.calls[at];
  auto const* replaced = of.calls.replaced(at);
  if (replaced) {
    if (auto const whole = replaced->find(""); whole != replaced->end()) {
      out += whole->second;
      return;
    }
  }
  bool const first = shapes == generation::first;
  auto const bits = mix(made.variant);
  auto const zone_of_row = static_cast<zone>(bits % 16 < 12 ? 0 : bits % 16 < 14 ? 1 : 2);
  auto const& cause = hangup_causes[made.cause];
  bool const known = made.account < of.accounts.size();

  std::string own;
  if (made.number < of.numbers.size())
    own = std::string_view(of.numbers[made.number].e164).substr(1);
  std::string remote = "9198766";
  append_five(remote, made.remote);

  object row(out, replaced);
  auto const amount = [&](std::string_view name, money value) {
    first ? row.number(name, value) : row.decimal(name, value);
  };
  auto const answer_time =
      made.start + seconds(made.duration - std::min(made.duration, made.billsec));
  row.integer("id", made.serial);
  row.id("uuid", made.id);
  row.plain("account_id", known ? of.accounts[made.account].auth_id : std::string_view());
  row.plain("call_direction", made.inbound ? "inbound" : "outbound");
  optional_text(row, "caller_id_name", made.inbound ? "" : "Example Line",
                static_cast<unsigned>(bits >> 4));
  row.plain("caller_id_number", made.inbound ? remote : own);
  row.plain("destination_number", made.inbound ? own : remote);
  row.integer("duration", made.duration);
  row.integer("billsec", made.billsec);
  row.integer("ring_time", made.duration - std::min(made.duration, made.billsec));
  row.time("start_time", made.start, zone_of_row);
  if (made.duration > 2 && bits >> 7 & 1) {
    row.time("progress_time", made.start + seconds(1), zone_of_row);
  } else {
    row.null("progress_time");
  }
  if (made.answered()) {
    row.time("answer_time", answer_time, zone_of_row);
  } else if (bits >> 8 & 1) {
    row.null("answer_time");
  }
  row.time("end_time", made.start + seconds(made.duration), zone_of_row);
  row.time("created_at", made.created);
  row.time("updated_at", made.updated);
  amount("cost", made.cost);
  amount("streaming_cost", made.streaming_cost);
  amount("total_cost", made.total_cost);
  row.plain("currency", "INR");
  row.plain("hangup_cause", cause.cause);
  row.integer("hangup_cause_code", cause.code);
  row.plain("hangup_cause_name", cause.name);
  row.plain("hangup_disposition", cause.disposition);
  row.plain("hangup_source", bits >> 9 & 1 ? "caller" : "callee");
  if (cause.failure.empty()) {
    optional_text(row, "failure_code", "", static_cast<unsigned>(bits >> 10));
    row.null("failure_reason");
  } else {
    row.plain("failure_code", std::to_string(400 + cause.code));
    row.plain("failure_reason", cause.failure);
  }
  if (made.answered()) {
    row.id("bridge_uuid", make_uuid(bits, 1));
  } else {
    row.null("bridge_uuid");
  }
  if (row.begin("sip_call_id")) {
    out += '"';
    append_integer(out, bits);
    out += "@sip.example.com\"";
  }
  optional_text(row, "sip_user_agent", agents[bits >> 14 & 1], static_cast<unsigned>(bits >> 15));
  row.plain("codec", made.answered() ? codecs[bits >> 18 & 3] : std::string_view());
  if (made.answered() && bits % 50 != 0) {
    auto const poor = (bits >> 20) % 12 == 0;
    hundredths(row, "mos",
               poor ? 240 + static_cast<std::int64_t>((bits >> 24) % 120)
                    : 400 + static_cast<std::int64_t>((bits >> 24) % 46));
    hundredths(row, "jitter", static_cast<std::int64_t>((bits >> 30) % (poor ? 6'000 : 1'200)));
    hundredths(row, "packet_loss", static_cast<std::int64_t>((bits >> 40) % (poor ? 800 : 60)));
  } else {
    bits >> 21 & 1 ? row.integer("mos", 0) : row.null("mos");
    row.null("jitter");
    row.null("packet_loss");
  }
  row.plain("network_addr", bits >> 22 & 1 ? "192.0.2.17" : "192.0.2.44");
  optional_text(row, "carrier_ip", "198.51.100.9", static_cast<unsigned>(bits >> 23));
  row.plain("context", made.voice_api ? "voice_api" : "sip_trunking");
  row.plain("region", regions[bits >> 26 & 3]);
  optional_text(row, "origination_region", regions[bits >> 28 & 3],
                static_cast<unsigned>(bits >> 30));
  if (bits >> 33 & 1) {
    optional_text(row, "campaign_id", "campaign-example", static_cast<unsigned>(bits >> 34));
  }
  optional_text(row, "customer_endpoint", "sip:desk@example.com",
                static_cast<unsigned>(bits >> 37));
  if (made.voice_api) {
    row.null("trunk_id");
  } else {
    row.id("trunk_id", make_uuid(of.seed ^ 0x7274, made.account));
  }
  optional_text(row, "terminated_to", made.inbound ? "sip:desk@example.com" : remote,
                static_cast<unsigned>(bits >> 40));
}

}  // namespace vobiz::simulator

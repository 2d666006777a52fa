#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"
#include "simulator/world/random.hpp"

namespace vobiz::simulator {

namespace {

std::string remote_number(entry const& row) {
  auto const tail = std::to_string(row.about_number);
  return "9198766" + std::string(5 - std::min<std::size_t>(tail.size(), 5), '0') + tail;
}

std::string description(world const& of, entry const& row) {
  switch (row.type) {
    case reference_type::cdr:
      if (row.about == subject::day) {
        return "Calls of " + core::to_text(row.about_day) + " (" +
               std::to_string(row.about_seconds) + " calls)";
      }
      return "Call to " + remote_number(row) + " (" + std::to_string(row.about_seconds) + "s)";
    case reference_type::stream_cdr:
      return "Stream session (" + std::to_string(row.about_seconds) + "s)";
    case reference_type::ncc:
      return "Non-connected call to " + remote_number(row);
    case reference_type::did_purchase:
    case reference_type::did_rental: {
      auto const number =
          row.about_number < of.numbers.size() ? of.numbers[row.about_number].e164 : "";
      return (row.type == reference_type::did_rental ? "DID rental " : "DID purchase ") + number +
             " (" + core::to_text(row.about_day).substr(0, 7) + ')';
    }
    case reference_type::payment:
      return "Wallet recharge";
    case reference_type::refund:
      return "Refund of a duplicate charge";
    case reference_type::manual_adjustment:
      return "Goodwill credit";
    case reference_type::balance_transfer:
      return "Transfer from partner " + of.owner.auth_id;
  }
  return {};
}

}  // namespace

void append_entry(std::string& out, world const& of, std::uint32_t at, generation shapes) {
  auto const& made = of.entries[at];
  auto const* replaced = of.entries.replaced(at);
  if (replaced) {
    if (auto const whole = replaced->find(""); whole != replaced->end()) {
      out += whole->second;
      return;
    }
  }
  bool const first = shapes == generation::first;
  bool const third = shapes == generation::third;
  auto const bits = mix(made.variant);
  auto const spelling = static_cast<zone>(bits % 8 < 6 ? 0 : 1);
  bool const known = made.account < of.accounts.size();

  object row(out, replaced);
  if (row.begin("id")) {
    out += first ? "\"txn_" : "\"";
    append_uuid(out, made.id);
    out += '"';
  }
  row.plain("account_id", known ? of.accounts[made.account].auth_id : std::string_view());
  if (known) row.id("balance_id", of.accounts[made.account].balance_id);
  // The legacy type says what for; the sign is the same.
  bool const legacy = first && made.type == reference_type::did_rental;
  row.plain("type", legacy ? "did_rental" : made.credit ? "credit" : "debit");
  first || third ? row.number("amount", made.amount) : row.decimal("amount", made.amount);
  row.plain("currency", "INR");
  row.string("description", description(of, made));
  if (made.about == subject::call) {
    if (row.begin("reference")) {
      out += "\"cdr:";
      append_uuid(out, made.call);
      out += '"';
    }
  } else if (made.type == reference_type::balance_transfer && known) {
    auto const stamp = std::chrono::floor<seconds>(made.created).time_since_epoch().count();
    row.string("reference", "ptc:" + partner_id(of, shapes) + ':' +
                                of.accounts[made.account].auth_id + ':' + std::to_string(stamp));
  } else if (replaced && replaced->contains("reference")) {
    row.null("reference");
  }
  if (!third) row.plain("reference_type", name_of(made.type));
  row.plain("status", name_of(made.status));
  if (made.status == entry_status::completed && bits >> 4 & 3) {
    row.time("processed_at", made.created + microseconds(bits >> 6 & 0xfff), spelling);
  } else {
    row.null("processed_at");
  }
  row.time("created_at", made.created, spelling);
  row.time("updated_at", made.updated, spelling);
}

}  // namespace vobiz::simulator

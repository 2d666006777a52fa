#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "simulator/world/rows.hpp"

namespace vobiz::simulator {

// In the order in which a session goes through them: it begins with one of the first two, and the
// last two are final.
enum class kyc_status : std::uint8_t {
  email_sent,
  link_ready,
  opened,
  in_progress,
  kyc_completed,
  revoked,
};
std::string_view name_of(kyc_status status);
std::optional<kyc_status> kyc_status_from(std::string_view name);

// One request to a customer to prove who they are.
struct kyc_session {
  uuid id;
  std::uint32_t serial = 0;
  std::uint32_t account = 0;
  kyc_status status = kyc_status::email_sent;
  bool by_email = true;  // else the customer is sent to the link by the partner's own page
  bool company = false;
  bool pan_given = false;  // from then on the kind of customer is known
  instant created;
  instant updated;
  instant expires;
  std::optional<instant> first_opened;
  std::optional<instant> completed;
  std::uint64_t variant = 0;  // decides which optional members it shows
  bool listed = true;
  members replaced;

  bool is_final() const { return status >= kyc_status::kyc_completed; }

  // Sets the status and what follows from it, but not `updated`.
  void become(kyc_status next, instant at);
};

}  // namespace vobiz::simulator

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vobiz::simulator {

// How a call ended, in FreeSWITCH's and Plivo's words.
struct hangup_cause {
  std::string_view cause;
  int code;
  std::string_view name;
  std::string_view disposition;
  std::string_view failure;  // empty for what is no failure
  std::uint32_t weight;      // among the unanswered
  int least_ring;            // seconds
  int most_ring;
};

constexpr std::array<hangup_cause, 9> hangup_causes = {{
    {"NORMAL_CLEARING", 16, "Normal Hangup", "send_bye", "", 0, 3, 25},
    {"NO_ANSWER", 19, "No Answer", "send_cancel", "", 38, 30, 60},
    {"USER_BUSY", 17, "Busy Line", "recv_refuse", "", 22, 2, 12},
    {"ORIGINATOR_CANCEL", 487, "Cancelled", "recv_cancel", "", 14, 4, 28},
    {"CALL_REJECTED", 21, "Rejected", "recv_refuse", "", 9, 3, 15},
    {"UNALLOCATED_NUMBER", 1, "Invalid Destination", "recv_refuse", "unallocated number", 7, 0, 2},
    {"NORMAL_TEMPORARY_FAILURE", 41, "Temporary Failure", "recv_refuse", "carrier unavailable", 5,
     0, 4},
    {"RECOVERY_ON_TIMER_EXPIRE", 102, "Ring Timeout", "send_cancel", "timer expired", 3, 45, 60},
    {"NETWORK_OUT_OF_ORDER", 38, "Network Error", "recv_refuse", "network out of order", 2, 0, 3},
}};

}  // namespace vobiz::simulator

#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "fault_cases.hpp"
#include "rig.hpp"
#include "support/hostile_server.hpp"
#include "support/tcp_gate.hpp"

namespace vobiz::e2e {

// The observed results of a cycle with a fault and of the healthy cycle after it.
struct fault_report {
  ending troubled;
  fault_ending ended;
  std::string error;   // last_error of the day if it is a mismatch, else of the stream
  std::string passed;  // unproven days before the cursor
  std::vector<std::string> other_days;
  ending healthy;
  std::string unproven;  // unproven windows after the healthy cycle
  std::string doubled;   // calls that are stored twice
  std::vector<std::string> stored;
  std::vector<std::string> truth;
  std::vector<std::string> true_other_days;
};

// A provider and its mirror, connected by TLS and a gate. Faults apply to one day, which is reset
// to its unread state before each case.
class fault_stage {
public:
  fault_stage();

  fault_report play(fault_case const& what);

  // Functions that cause a fault. The next play() removes it.
  void fault_on_the_day(std::string const& spec) const;
  void call_on_the_day(boost::json::object const& raw_members);
  void envelope_member(std::string const& text) const;
  void pretend(support::identity const& who, bool ask_the_system_store);
  void speak_no_tls();
  void configure(auto const& change) {
    auto setting = healthy_;
    change(setting);
    syncd_.configure(setting);
  }
  support::tcp_gate& gate() { return gate_; }

private:
  void forget_the_day();
  void end_fault();
  ending troubled_cycle(std::string const& stop_at) const;

  std::string const day_;
  provider api_;
  support::tcp_gate gate_;
  vobiz::testing::test_database database_;
  daemon syncd_;
  daemon_setting healthy_;
  std::optional<support::hostile_server> impostor_;
  std::vector<std::string> calls_;
};

}  // namespace vobiz::e2e

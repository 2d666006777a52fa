#pragma once

#include <string>

#include "service.hpp"

namespace vobiz::e2e {

// AddressSanitizer delays the reuse of freed memory and maps terabytes, so these figures mean
// nothing.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool memory_is_real = false;
#else
inline constexpr bool memory_is_real = true;
#endif

// A figure of /proc/PID/status in KiB: VmHWM (peak resident memory) or VmSize (mapped memory).
std::int64_t memory_of(pid_t process, std::string const& which);

// A service that has mirrored everything and must survive the faults of a test: the same process
// from start to end.
class survivor {
public:
  // `prepare` changes database or configuration before the service starts.
  explicit survivor(support::process::variables const& environment = {},
                    std::function<void(rig&)> const& prepare = {});

  rig& all() { return all_; }
  service& running() { return *running_; }

  // Adds a call of today with its charge and returns its uuid.
  std::string plant() const { return add_call(all_.api, {{"cost", "1.25"}}); }

  // Adds enough calls to keep all request slots busy for a while.
  void plant_many() const;

  // The log since the last forget_log().
  std::string log();
  void forget_log() { read_so_far_ = running_->process().err().size(); }

  // Waits until the log contains the text.
  void expect_logged(std::string const& text);

  // Failed jobs of one worker: database, leases or status.
  double failures_of(std::string const& worker) const;

  // Waits until each stream has completed a good cycle that started after this call, and the mirror
  // is correct.
  void expect_recovery();

  // Stops the service and checks: no crash, every day proven, no row lost or doubled, memory below
  // most_memory.
  void expect_survived();

private:
  rig all_;
  std::unique_ptr<service> running_;
  std::size_t read_so_far_ = 0;
  std::int64_t healthy_peak_ = 0;
};

}  // namespace vobiz::e2e

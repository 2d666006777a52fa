#pragma once

#include <string>

#include "service.hpp"

namespace vobiz::e2e {

// AddressSanitizer keeps freed memory for a while and maps terabytes, so its figures say nothing.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool memory_is_real = false;
#else
inline constexpr bool memory_is_real = true;
#endif

// A figure of /proc/PID/status in KiB: VmHWM, the most a process has had resident, or VmSize, what
// it has mapped.
std::int64_t memory_of(pid_t process, std::string const& which);

// A service under `run` that has mirrored all there is and is then expected to live through what a
// test does to it: one process from the first fault to the last.
class survivor {
public:
  // `prepare` changes the database or the configuration before the service starts.
  explicit survivor(support::process::variables const& environment = {},
                    std::function<void(rig&)> const& prepare = {});

  rig& all() { return all_; }
  service& running() { return *running_; }

  // Plants a call of today with its charge and gives its uuid.
  std::string plant() const { return add_call(all_.api, {{"cost", "1.25"}}); }

  // As many as keep every request slot busy for a while.
  void plant_many() const;

  // What the log has got since the last forget_log().
  std::string log();
  void forget_log() { read_so_far_ = running_->process().err().size(); }

  // Waits until the log has it.
  void expect_logged(std::string const& text);

  // Jobs that the database has let fail, of one worker: database, leases or status.
  double failures_of(std::string const& worker) const;

  // Every stream has ended a good cycle that began after this was called, and the mirror is the
  // truth.
  void expect_recovery();

  // Stops it: it has lived, every day is proven, nothing is lost or doubled, and it never needed
  // much more memory than while all was well.
  void expect_survived();

private:
  rig all_;
  std::unique_ptr<service> running_;
  std::size_t read_so_far_ = 0;
  std::int64_t healthy_peak_ = 0;
};

}  // namespace vobiz::e2e

#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Who asks a partner's API whether it answers again, and when. Pure: times and random numbers are
// the caller's.
namespace vobiz::schedule {

// How far a failure of a stream reaches.
enum class reach {
  partner,  // no usable answer, or the credentials are refused: it may be so for all streams
  stream,   // the API refuses this
  waits,    // the stream has not asked: it waits for what another one reads
};

// The pause before a failure is looked at again: shorter than a minute, so that the API's return is
// noticed within one, and spread so that partners do not ask in step.
inline constexpr std::chrono::seconds first_probe_pause{30};
inline constexpr std::chrono::seconds probe_pause{45};
inline constexpr std::chrono::seconds longest_probe_pause = std::chrono::minutes(15);

// The failing streams of one partner. While all that were heard of since have failed with
// reach::partner, one of them asks for all, in turn, and its answer wakes the others. Where other
// streams are answered, each failing one asks for itself.
class outage {
public:
  using time = std::chrono::steady_clock::time_point;
  using names = std::vector<std::string>;

  // A cycle of the stream was answered. Returns the streams to run now.
  names answered(std::string const& stream, time now);

  // A cycle of the stream failed. Returns the streams to run now: those of an outage, where the
  // failure is an answer. `random` is in [0, 1).
  names failed(std::string const& stream, reach how_far, time now, double random);

  // Another process runs the stream now.
  void forget(std::string const& stream) { failing_.erase(stream); }

  // Whether no cycle of the stream has failed since the last that was answered.
  bool is_good(std::string const& stream) const { return !failing_.contains(stream); }

  // Whether one stream asks for all.
  bool is_down() const;

  // The next request: the stream whose last failed request is sent again, and when.
  struct probe {
    std::string stream;
    time at;
  };
  std::optional<probe> next() const;

  // The outcome of that request; nothing: it was answered. Returns the streams to run now.
  names probed(std::string const& stream, std::optional<reach> failure, time now, double random);

private:
  struct failing {
    reach how_far = reach::partner;
    time since{};
    time probe_at{};
    time asked{};          // as the speaker of all
    bool running = false;  // woken, and its cycle has not ended yet
    int in_vain = 0;       // cycles that failed although the probe before was answered
  };
  using entry = std::map<std::string, failing>::value_type;

  bool belongs_to_outage(failing const& one) const;
  names wake(std::string const* only, time now);

  std::map<std::string, failing> failing_;
  std::optional<time> last_answer_;
  time probe_all_at_{};
};

}  // namespace vobiz::schedule

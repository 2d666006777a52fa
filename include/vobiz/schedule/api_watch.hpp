#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <map>
#include <string>

#include "vobiz/schedule/outage.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::schedule {

// Watches the API of one partner while streams fail: asks again what failed, one request at a time
// and without repeating it, and wakes the streams that the answer concerns (outage.hpp decides).
class api_watch {
public:
  // The client outlives the watch. `random` gives numbers in [0, 1), `is_ours` says whether this
  // process runs a stream: it asks for no other.
  api_watch(boost::asio::any_io_executor executor, api::client& api, std::function<double()> random,
            std::function<bool(streams::stream const&)> is_ours);

  // A poll of the stream has ended.
  void ended(streams::stream const& stream, sync::cycle_result const& result);

  // Another process runs the stream now.
  void forget(streams::stream const& stream);

  // Whether the API is taken to be away: a request is then sent once.
  bool is_down() const { return outage_.is_down(); }

  // Waits this long, or until the stream is to run because the API answers again.
  boost::asio::awaitable<void> wait(streams::stream const& stream,
                                    std::chrono::steady_clock::duration how_long);

  // The stream is due now, unless its last poll failed: then its pause stands.
  void run_soon(std::string const& stream);

  // Waits until the last poll of the stream has ended well.
  boost::asio::awaitable<void> wait_until_good(streams::stream const& stream);

  // Asks for ever; ends by cancellation.
  boost::asio::awaitable<void> run();

private:
  // What is known of a stream beside its standing.
  struct watched {
    explicit watched(boost::asio::any_io_executor const& executor)
        : wake(executor, boost::asio::steady_timer::time_point::max()) {}
    streams::stream const* stream = nullptr;
    boost::asio::steady_timer wake;  // cancelled to run the stream
    bool due = false;                // woken, whether or not it waits at the moment
    bool was_good = false;
    std::optional<api::request> failed;
  };

  watched& of(streams::stream const& stream);
  void wake(outage::names const& streams);
  void changed();
  boost::asio::awaitable<void> ask(std::string stream);

  boost::asio::any_io_executor executor_;
  api::client& api_;
  std::function<double()> random_;
  std::function<bool(streams::stream const&)> is_ours_;
  outage outage_;
  std::map<std::string, watched> streams_;
  boost::asio::steady_timer pace_;  // until the next request; cancelled when that has changed
  std::list<boost::asio::steady_timer*> waiting_for_good_;
};

}  // namespace vobiz::schedule

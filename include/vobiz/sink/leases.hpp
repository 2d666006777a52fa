#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/failure.hpp"

// vobiz_sync.leases: which process works on which stream. A lease lasts by the database's clock and
// is renewed while its holder lives; every change of holder raises its fence, and each transaction
// that writes for a stream ends with hold(), so that a holder that lost its lease without noticing
// cannot commit.
namespace vobiz::sink {

// How long a lease lasts without being renewed. With the keeper's pace it sets how soon a stand-by
// takes over from a holder that died.
inline constexpr std::chrono::seconds lease_time{10};

struct lease_key {
  std::string partner;      // auth_id
  std::string_view stream;  // streams::stream::name

  friend auto operator<=>(lease_key const&, lease_key const&) = default;
};

// A lease as it was when it was taken. A cycle keeps the one it began with: when its process loses
// the lease and gets it again, somebody else may have written in between, and the old fence is
// refused.
struct lease {
  lease_key of;
  std::string holder;
  std::int64_t fence = 0;
};

// How a lease stands after take_leases.
struct lease_standing {
  lease_key of;
  std::string holder;  // the caller, or who has it; empty: somebody is just taking it
  std::optional<std::int64_t> fence;  // set: the caller holds it
  std::chrono::milliseconds left{};   // until it expires unless renewed; not above lease_time
  std::string claimed_by;             // a live claim on it, see claim_leases
};

// What to throw when a lease is not ours; `holder` as in lease_standing.
core::failure held_by_another(lease_key const& of, std::string const& holder);

// A name for this process that no other process has: host, process id, random digits.
std::string make_holder();

// Renews the wanted leases that `holder` has, takes those that are free or expired, leaves the
// rest. Gives how each stands, in the order of `wanted`. Never waits for another holder's
// transactions.
std::vector<lease_standing> take_leases(pqxx::transaction_base& transaction,
                                        std::string const& holder,
                                        std::vector<lease_key> const& wanted);

// Asks the holders of these leases to hand them over. A claim lapses after lease_time unless
// repeated, and none replaces another's.
void claim_leases(pqxx::transaction_base& transaction, std::string const& holder,
                  std::vector<lease_key> const& wanted);

// Gives a lease to another process, if it is still ours. The other finds it with its next
// take_leases.
void hand_over(pqxx::transaction_base& transaction, lease const& ours, std::string const& to);

// Ends all leases of a holder, so that anybody may take them at once.
void release_leases(pqxx::transaction_base& transaction, std::string const& holder);

// The last statement of each transaction that may write for a stream: throws core::failure
// (lease_held, retry) naming the new holder when the lease is no longer ours; nobody can take it
// before the transaction ends otherwise. A transaction that has written nothing passes without a
// look.
void hold(pqxx::transaction_base& transaction, lease const& ours);

}  // namespace vobiz::sink

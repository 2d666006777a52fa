#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "survivor.hpp"

// The service reaches its limit of file descriptors or memory; the limit is lifted later.
namespace vobiz::e2e {
namespace {

// Sets a resource limit of a process; the destructor restores it.
class narrow_limit {
public:
  narrow_limit(pid_t process, __rlimit_resource which, rlim_t most)
      : process_(process), which_(which) {
    if (::prlimit(process_, which_, nullptr, &before_) != 0) fail();
    rlimit const now{most, before_.rlim_max};
    if (::prlimit(process_, which_, &now, nullptr) != 0) fail();
  }
  ~narrow_limit() { ::prlimit(process_, which_, &before_, nullptr); }
  narrow_limit(narrow_limit const&) = delete;
  narrow_limit& operator=(narrow_limit const&) = delete;

private:
  [[noreturn]] static void fail() {
    throw std::runtime_error(std::string("prlimit: ") + std::strerror(errno));
  }

  pid_t process_;
  __rlimit_resource which_;
  rlimit before_{};
};

class limited : public ::testing::Test {
protected:
  testing::test_database& base() { return one.all().database; }
  survivor one;
};

TEST_F(limited, out_of_descriptors_it_says_so_and_goes_on_once_it_gets_some) {
  {
    // Open descriptors stay usable, so the test makes the service need new ones.
    narrow_limit const few(one.running().process().id(), RLIMIT_NOFILE, 3);
    one.all().api.add_fault("reset-before,next=40");
    one.expect_logged(": Too many open files");
    base().query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity\n"
        "WHERE datname = current_database() AND application_name = 'vobiz-syncd' AND pid <> "
        "pg_backend_pid()");
    one.expect_logged("leases: cannot renew them, all streams wait: cannot reach the database: ");
    one.all().api.end_faults();
    one.plant();
  }
  one.expect_logged("leases: renewed again after ");
  one.expect_recovery();
  one.expect_survived();
}

// The text of this row is within max_response, but exceeds the service's memory limit.
TEST_F(limited, a_row_too_large_for_its_memory_is_told_and_the_others_go_on) {
  if (!memory_is_real)
    GTEST_SKIP() << "AddressSanitizer maps terabytes: RLIMIT_AS cannot be used with it";
  std::string uuid;
  auto const large = "\"" + std::string(12 << 20, 'x') + "\"";
  {
    auto const id = one.running().process().id();
    narrow_limit const little(id, RLIMIT_AS,
                              static_cast<rlim_t>(memory_of(id, "VmSize") + (16 << 10)) * 1024);
    uuid = add_call(one.all().api, {{"cost", "1.25"}, {"raw", {{"caller_id_name", large}}}});
    one.expect_logged("out of memory");
    one.expect_logged(
        "hint: raise MemoryMax of the service, or ask the provider why the data is so large; ");
    // The ledger entry of that call has a normal size.
    EXPECT_TRUE(support::wait_until([&] {
      return stored_entries(base()) == true_entries(one.all().api);
    })) << one.log();
    EXPECT_EQ(base().value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "0");
  }
  one.expect_recovery();
  EXPECT_EQ(
      base().value("SELECT length(caller_id_name) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"),
      std::to_string(12 << 20));
  // Not expect_survived(): the large row itself raises the peak of memory.
  EXPECT_EQ(one.running().stop(), 0) << one.log();
  expect_the_truth(one.all());
}

}  // namespace
}  // namespace vobiz::e2e

#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "support/cluster.hpp"
#include "support/test_database.hpp"
#include "survivor.hpp"
#include "vobiz/sink/connection.hpp"

// The database's disk fills up while the service runs, and is freed later.
namespace vobiz::e2e {
namespace {

// A disk of 64 MiB for a tablespace.
class small_disk {
public:
  small_disk() : folder_(support::cluster::data_folder() + "/../small_disk") {
    ::mkdir(folder_.c_str(), 0755);
    if (::mount("none", folder_.c_str(), "tmpfs", 0, "size=64m,mode=0777") != 0)
      problem_ = std::strerror(errno);
    // The folder must belong to PostgreSQL's user. COPY fails if the program does not read its
    // input, hence cat.
    if (problem_.empty())
      administer("COPY (SELECT 1) TO PROGRAM 'cat >/dev/null && mkdir -m 0700 " + folder_ +
                 "/tablespace'");
  }
  ~small_disk() {
    if (problem_.empty()) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  small_disk(small_disk const&) = delete;
  small_disk& operator=(small_disk const&) = delete;

  std::string const& problem() const { return problem_; }

  // Moves a database to the disk. Nobody may be connected to it.
  void take(std::string const& database) const {
    administer("CREATE TABLESPACE small_disk LOCATION '" + folder_ + "/tablespace'");
    administer("ALTER DATABASE " + database + " SET TABLESPACE small_disk");
  }

  void fill() const {
    std::ofstream ballast(folder_ + "/ballast", std::ios::binary);
    std::string const block(4096, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void make_room() const { ::unlink((folder_ + "/ballast").c_str()); }

private:
  static void administer(std::string const& sql) {
    auto const connection = sink::connect(testing::settings_for("postgres"));
    pqxx::nontransaction(*connection).exec(sql);
  }

  std::string folder_;
  std::string problem_;
};

TEST(disk_full, is_told_and_over_as_soon_as_there_is_room) {
  small_disk const disk;
  if (!disk.problem().empty())
    GTEST_SKIP() << "a disk to fill cannot be mounted here: " << disk.problem();
  survivor one({}, [&](rig& all) {
    all.database.disconnect();
    disk.take(all.database.name());
  });
  disk.fill();
  one.plant_many();
  one.expect_logged("stream \"cdrs\": the database answers: ERROR: could not extend file ");
  one.expect_logged("No space left on device; HINT: Check free disk space");
  one.expect_logged("[SQLSTATE 53100]: next try in ");
  one.expect_logged(
      "hint: the database's disk is full: make room there, nothing else is to be done");
  auto const before = one.failures_of("database");
  EXPECT_TRUE(support::wait_until([&] { return one.failures_of("database") > before; }))
      << one.log();
  EXPECT_EQ(one.running().get("/healthz").status, 200);
  disk.make_room();
  one.expect_recovery();
  one.expect_survived();
}

}  // namespace
}  // namespace vobiz::e2e

#include "support/cluster.hpp"

#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::support::cluster {

namespace {

std::string home() {
  auto const* folder = std::getenv("PGHOST");
  if (folder == nullptr) throw std::runtime_error("PGHOST is not set");
  return folder;
}

void act(std::vector<std::string> words) {
  temporary_folder const folder;
  words.insert(words.begin(), VOBIZ_SOURCE_DIR "/scripts/with-postgres.sh");
  auto const ended = run_program(words, folder.path());
  if (ended.code != 0) throw std::runtime_error(words[1] + " of the cluster fails: " + ended.err);
}

}  // namespace

void halt(std::string const& how) { act({"--halt", home(), how}); }

void resume() { act({"--resume", home()}); }

std::string data_folder() { return home() + "/data"; }

}  // namespace vobiz::support::cluster

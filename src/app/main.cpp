#include <malloc.h>

#include "cli.hpp"

int main(int argc, char** argv) {
  // NOLINTBEGIN(concurrency-mt-unsafe): before there is a second thread
  // A heap for each thread costs a service that mostly waits more than waiting for the only one.
  // And what is given back goes back: otherwise one answer of megabytes has glibc keep twice as
  // much at hand from then on.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  // NOLINTEND(concurrency-mt-unsafe)
  return vobiz::app::main_with(argc, argv);
}

#include <malloc.h>

#include "cli.hpp"

int main(int argc, char** argv) {
  // A heap for each thread costs a service that mostly waits more than waiting for the only one.
  mallopt(M_ARENA_MAX, 1);
  return vobiz::app::main_with(argc, argv);
}

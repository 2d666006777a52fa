#include "cli.hpp"

int main(int argc, char** argv) { return vobiz::app::main_with(argc, argv); }

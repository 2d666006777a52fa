#include <boost/asio/signal_set.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>

#include "simulator/server/server.hpp"

namespace {

using namespace vobiz::simulator;

// Whoever waits for the file must never read half a port.
void write_port(std::string const& file, std::uint16_t port) {
  if (file.empty()) return;
  auto const fresh = file + ".new";
  std::ofstream out(fresh);
  out << port << '\n';
  out.close();
  if (!out || std::rename(fresh.c_str(), file.c_str()) != 0) {
    throw std::runtime_error("cannot write port file \"" + file + '"');
  }
}

void run(options const& chosen) {
  boost::asio::io_context context(chosen.threads);
  // Before the seeding, so that a signal during it still ends the process in order.
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&context](auto, int) { context.stop(); });

  // A port in use is said at once, not after the seeding.
  server front(context, chosen);
  auto const began = std::chrono::steady_clock::now();
  simulator behind(chosen);
  auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  front.start(behind);
  std::printf("seeded %s in %.2f s\n", behind.size().c_str(), took);
  bool const bare = chosen.address.find(':') == std::string::npos;
  std::printf("listening on %s://%s:%u%s\n", chosen.tls_certificate.empty() ? "http" : "https",
              bare ? chosen.address.c_str() : ('[' + chosen.address + ']').c_str(), front.port(),
              chosen.api.base_path.c_str());
  std::fflush(stdout);
  write_port(chosen.port_file, front.port());

  std::vector<std::jthread> others;
  for (int i = 1; i < chosen.threads; ++i) others.emplace_back([&context] { context.run(); });
  context.run();
}

}  // namespace

int main(int argc, char** argv) {
  options chosen;
  if (auto const code = read_options(argc, argv, chosen)) return *code;
  try {
    run(chosen);
    return 0;
  } catch (boost::system::system_error const& error) {
    std::cerr << "vobiz-sim: " << error.code().message() << '\n';
    return 2;
  } catch (std::exception const& error) {
    std::cerr << "vobiz-sim: " << error.what() << '\n';
    return 2;
  }
}

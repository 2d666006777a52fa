#include "simulator/server/options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <map>

#include "simulator/faults/fault.hpp"

namespace vobiz::simulator {

namespace {

instant real_now() { return std::chrono::floor<microseconds>(std::chrono::system_clock::now()); }

// "127.0.0.1:0" or "[::1]:8080"; empty when fine, else what is wrong.
std::string read_listen(std::string const& text, options& out) {
  auto const colon = text.rfind(':');
  if (colon == std::string::npos) return "\"" + text + "\" is not ADDRESS:PORT";
  out.address = text.substr(0, colon);
  if (out.address.starts_with('[') && out.address.ends_with(']')) {
    out.address = out.address.substr(1, out.address.size() - 2);
  }
  auto const port = text.substr(colon + 1);
  auto const [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) {
    return "\"" + port + "\" is not a port";
  }
  return {};
}

constexpr char const* footer_head =
    "Faults are KIND[:VALUE][,path=PREFIX][,query=TEXT][,p=0..1][,next=N][,after=N]; in PREFIX a * "
    "stands\n"
    "for one segment, as in path=/accounts/*/cdrs. Kinds and what VALUE is:\n";

}  // namespace

std::optional<int> read_options(int argc, char const* const* argv, options& out) {
  CLI::App app("Simulates the Vobiz Partner API for tests and measurements.", "vobiz-sim");
  app.get_formatter()->column_width(34);
  std::string listen = "127.0.0.1:8080";
  std::string now;
  int shapes = 2;
  std::string dashboard;
  bool gaps = false;
  std::int64_t lifetime = out.api.token_lifetime.count();
  std::int64_t latency = 0;
  std::string too_large = "refuse";
  std::string books = "mixed";
  int east_of_utc = 0;

  app.add_option("--listen", listen, "ADDRESS:PORT, port 0 takes a free one")
      ->capture_default_str();
  app.add_option("--port-file", out.port_file, "file that gets the port once requests are served");
  app.add_option("--tls-cert", out.tls_certificate, "certificate chain (PEM): serves HTTPS");
  app.add_option("--tls-key", out.tls_key, "its key (PEM)");
  app.add_option("--threads", out.threads, "threads that serve")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  app.add_option("--seed", out.plan.seed, "the same seed makes the same world")
      ->capture_default_str();
  app.add_option("--accounts", out.plan.accounts, "customers")
      ->capture_default_str()
      ->check(CLI::Range(0, 20'000));
  app.add_option("--calls-per-day", out.plan.calls_per_day, "of a mean day")
      ->capture_default_str()
      ->check(CLI::Range(0, 2'000'000));
  app.add_option("--days", out.plan.history, "of history before today")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000));
  app.add_option("--debiting", books, "per_call, daily, or mixed: every ninth customer daily")
      ->capture_default_str()
      ->check(CLI::IsMember({"mixed", "per_call", "daily"}));
  app.add_option("--active-percent", out.plan.live.active_percent,
                 "of the customers end a call in each minute from the start on")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0));
  app.add_option("--free-percent", out.plan.live.free_percent, "of these calls cost nothing")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0));
  app.add_flag("--still", out.plan.live.still,
               "the ordinary business rests from the start on: no other calls, payments, rentals");
  app.add_flag("--natural-gaps", gaps,
               "lets ledger rows fall behind 23:59:59, one a week for certain");
  app.add_option("--now", now,
                 "the world's time at the start, as 2026-02-01T10:00:00Z (default: the real one)");
  app.add_option("--speed", out.speed, "simulated seconds per second")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  app.add_flag("--frozen", out.frozen, "time only moves by POST /_control/advance");
  app.add_option("--generation", shapes, "of the API: 1, 2 or 3")
      ->capture_default_str()
      ->check(CLI::Range(1, 3));
  app.add_option("--dashboard", dashboard, "flat, nested or totals (default: the generation's)")
      ->check(CLI::IsMember({"flat", "nested", "totals"}));
  app.add_option("--dashboard-east", east_of_utc,
                 "minutes east of UTC of the zone whose days the dashboard counts by")
      ->capture_default_str()
      ->check(CLI::Range(-720, 840));
  app.add_option("--per-page-overflow", too_large, "refuse (422) or fallback (to 20, silently)")
      ->capture_default_str()
      ->check(CLI::IsMember({"refuse", "fallback"}));
  app.add_option("--auth-id", out.api.auth_id, "the partner's")->capture_default_str();
  app.add_option("--auth-token", out.api.auth_token, "the partner's")->capture_default_str();
  app.add_option("--email", out.api.email, "for POST /login")->capture_default_str();
  app.add_option("--password", out.api.password, "for POST /login")->capture_default_str();
  app.add_option("--token-lifetime", lifetime, "seconds a login lasts")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--rate-limit", out.rate_limit, "requests per second, 429 above; 0 is no limit")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--latency", latency, "milliseconds before each answer")
      ->capture_default_str()
      ->check(CLI::Range(0, 600'000));
  app.add_option("--fault", out.faults, "something that goes wrong, see below; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  app.footer(footer_head + fault_help() +
             "Control operations are under /_control, see simulator/README.md.");

  auto const usage = [](std::string const& what) {
    std::cerr << "vobiz-sim: " << what << "\nhint: vobiz-sim --help\n";
    return 2;
  };
  try {
    app.parse(argc, argv);
  } catch (CLI::CallForHelp const&) {
    std::cout << app.help();
    return 0;
  } catch (CLI::ParseError const& error) {
    return usage(error.what());
  }
  if (auto const wrong = read_listen(listen, out); !wrong.empty())
    return usage("--listen: " + wrong);
  out.plan.now = real_now();
  if (!now.empty()) {
    auto const at = instant_from_text(now);
    if (!at) return usage("--now: \"" + now + "\" is not a time like 2026-02-01T10:00:00Z");
    out.plan.now = *at;
  }
  if (out.tls_certificate.empty() != out.tls_key.empty()) {
    return usage("--tls-cert and --tls-key go together");
  }
  for (auto const& spec : out.faults) {
    try {
      parse_fault(spec);
    } catch (std::invalid_argument const& error) {
      return usage(error.what());
    }
  }
  out.plan.natural_gaps = gaps;
  if (books != "mixed") out.plan.books = books == "daily" ? debiting::daily : debiting::per_call;
  out.api.series.east_of_utc = minutes(east_of_utc);
  out.api.shapes = static_cast<generation>(shapes);
  out.api.dashboard = dashboard == "flat"     ? dashboard_shape::flat
                      : dashboard == "totals" ? dashboard_shape::totals
                      : dashboard == "nested" ? dashboard_shape::nested
                      : shapes == 1           ? dashboard_shape::flat
                                              : dashboard_shape::nested;
  out.api.too_large = too_large == "refuse" ? overflow::refuse : overflow::fall_back;
  out.api.token_lifetime = seconds(lifetime);
  out.latency = std::chrono::milliseconds(latency);
  return std::nullopt;
}

}  // namespace vobiz::simulator

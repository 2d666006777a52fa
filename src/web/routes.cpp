#include "vobiz/web/routes.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "page.hpp"
#include "vobiz/ops/health.hpp"
#include "vobiz/ops/metrics.hpp"
#include "vobiz/ops/status.hpp"

namespace vobiz::web {

namespace asio = boost::asio;

namespace {

constexpr char const* json_type = "application/json";

response text(int status, std::string body) {
  response result;
  result.status = status;
  result.body = std::move(body);
  return result;
}

response json(int status, std::string body) {
  auto result = text(status, std::move(body));
  result.type = json_type;
  return result;
}

response health(ops::facts const& now) {
  auto const stuck = ops::stuck_workers(now);
  if (stuck.empty()) return text(200, "ok\n");
  return text(503, fmt::format("stuck: {}\n", fmt::join(stuck, ", ")));
}

response status(ops::facts const& now, ops::status_reader::answer const& mirror) {
  if (mirror.problem.empty()) return json(200, ops::status_json(*mirror.last));
  // Another schema may lack what the query reads; the service knows why.
  bool const waits = !now.waits_because.empty();
  boost::json::object const whole{{"problem", waits ? now.waits_because : mirror.problem}};
  return json(503, boost::json::serialize(whole) + "\n");
}

response metrics(ops::facts const& now, ops::status_reader::answer const& mirror) {
  auto result = text(200, ops::metrics_text(now, mirror));
  result.type = "text/plain; version=0.0.4; charset=utf-8";
  return result;
}

asio::awaitable<response> answer(std::function<ops::facts()> gather_facts,
                                 ops::status_reader& reader, std::string path) {
  if (path == "/") co_return page();
  if (path == "/healthz") co_return health(gather_facts());
  bool const known = path == "/readyz" || path == "/status.json" || path == "/metrics";
  if (!known) {
    co_return text(404,
                   "not found: the paths are /, /status.json, /metrics, /healthz and /readyz\n");
  }
  auto const mirror = co_await reader.get();
  auto const now = gather_facts();
  if (path == "/status.json") co_return status(now, mirror);
  if (path == "/metrics") co_return metrics(now, mirror);
  auto const verdict = ops::judge(now, mirror);
  co_return json(verdict.ready ? 200 : 503, verdict.json);
}

}  // namespace

handler make_routes(std::function<ops::facts()> gather_facts, ops::status_reader& reader) {
  return [gather_facts = std::move(gather_facts), &reader](std::string path) {
    return answer(gather_facts, reader, std::move(path));
  };
}

}  // namespace vobiz::web

#pragma once

#include <functional>

#include "vobiz/ops/facts.hpp"
#include "vobiz/ops/status_reader.hpp"
#include "vobiz/web/server.hpp"

namespace vobiz::web {

// What the daemon serves: /healthz, /readyz, /metrics, /status.json and the page for people at /.
// `gather_facts` and the reader outlive the handler.
handler make_routes(std::function<ops::facts()> gather_facts, ops::status_reader& reader);

}  // namespace vobiz::web

#pragma once

#include <functional>

#include "vobiz/ops/facts.hpp"
#include "vobiz/ops/status_reader.hpp"
#include "vobiz/web/server.hpp"

namespace vobiz::web {

// Serves /healthz, /readyz, /metrics, /status.json and the status page at /. `gather_facts` and
// `reader` must outlive the handler.
handler make_routes(std::function<ops::facts()> gather_facts, ops::status_reader& reader);

}  // namespace vobiz::web

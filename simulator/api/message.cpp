#include "simulator/api/message.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <ranges>

namespace vobiz::simulator {

bool request::set_target(std::string_view target) {
  auto const url = boost::urls::parse_origin_form(target);
  if (!url) return false;
  path = url->path();
  auto const encoded = url->encoded_query();
  query.assign(encoded.data(), encoded.size());
  parameters.clear();
  boost::urls::encoding_opts form;
  form.space_as_plus = true;
  for (auto const& parameter : url->params(form))
    parameters.emplace_back(parameter.key, parameter.value);
  return true;
}

std::optional<std::string_view> request::parameter(std::string_view name) const {
  for (auto const& [key, value] : parameters | std::views::reverse) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace vobiz::simulator

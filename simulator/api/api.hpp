#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/api/errors.hpp"
#include "simulator/api/list_table.hpp"
#include "simulator/api/logins.hpp"
#include "simulator/api/message.hpp"
#include "simulator/api/settings.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// The endpoints over a world.
class partner_api {
public:
  partner_api(world& of, api_settings chosen) : settings(std::move(chosen)), of_(of) {}

  // Answers a request below the base path, or with 404 one that is not.
  answer handle(request const& what, twist const& changed);

  // An error in the shape whose turn it is, with the next request id.
  answer refuse(int status, error_text const& what);
  answer refuse(int status, error_text const& what, error_shape shape);

  // Whether the path is one of the lists; what tests put between requests waits for those.
  bool is_list(std::string_view path) const;

  api_settings settings;
  logins tokens;
  // By list, shown verbatim: rows as JSON, and a member of the envelope.
  std::map<std::string, std::vector<std::string>, std::less<>> extra_rows;
  std::map<std::string, std::string, std::less<>> extra_members;

private:
  std::optional<answer> check_credentials(request const& what);
  answer log_in(request const& what);
  answer create_account(request const& what);
  answer transfer(request const& what, std::uint32_t account);
  answer account_part(request const& what, std::string_view id, std::string_view rest,
                      twist const& changed);
  answer list(request const& what, list_declaration const& asked,
              std::optional<std::uint32_t> account, twist const& changed);
  answer one_call(std::uint32_t account, std::string_view id);
  answer balance(std::uint32_t account);
  answer analytics(request const& what, twist const& changed);
  answer not_found(std::string_view what);
  answer method_not_allowed();

  world& of_;
  std::uint64_t errors_ = 0;
  std::uint64_t request_ids_ = 0;
};

}  // namespace vobiz::simulator

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/api/message.hpp"
#include "simulator/api/settings.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// A name in the first generation of the API and in the later ones; empty where a generation has no
// such thing.
struct generation_names {
  std::string_view first = {};
  std::string_view later = {};

  std::string_view of(generation shapes) const {
    return shapes == generation::first ? first : later;
  }
};

// What a list request asks of the world.
struct list_query {
  world const& of;
  request const& what;                   // for the list's own filters
  std::optional<std::uint32_t> account;  // narrows the list to one customer
  day_range days;
  std::size_t offset = 0;  // of the page's first row
  std::size_t limit = 0;
};

// What a summary is written from; each list fills its own part.
struct list_figures {
  call_sums calls;
  entry_sums entries;
  std::optional<instant> last_call;
};

struct list_page {
  std::vector<std::uint32_t> rows;  // positions in the world, newest first
  std::size_t total = 0;            // rows of the whole list
  list_figures figures;             // of the whole list
};

// The values of the page members of an envelope.
enum class page_value {
  page,
  page_size,
  total,
  pages,
  rows_on_page,
  has_next,
  has_prev,
  account,
  success
};

struct page_member {
  std::string_view name;
  page_value value;
};

struct date_filter {
  std::string_view from;
  std::string_view to;
  int wrong_date = 422;      // status of the answer to what is no date
  bool both_needed = false;  // a lone date is ignored
};

// One list endpoint. Everything that tells lists apart is here, list_answer.cpp serves them all.
struct list_declaration {
  std::string_view name;  // in control operations: "kyc_sessions"
  std::string_view path;  // "/kyc-sessions"
  // The list of one customer, below /accounts/{id}; empty when there is none.
  std::string_view account_path = {};
  // The array of rows; a generation without a name for it answers 404.
  generation_names rows;
  generation_names size_parameter = {"per_page", "per_page"};
  std::size_t default_size = 20;
  std::size_t largest_size = 100;
  std::optional<date_filter> dates = {};
  std::vector<std::string_view> filters = {};  // other parameters that narrow the list
  // Members behind the rows, in order; those of `page_object` come in an object of that name.
  std::vector<page_member> page_members = {};
  std::vector<page_member> third_members = {};  // of the third generation only
  std::string_view page_object = {};
  std::vector<page_member> page_object_members = {};
  bool api_settings::*permission = nullptr;  // 403 when it is false
  std::string_view forbidden = {};           // the message of that 403
  std::size_t row_bytes = 1'024;             // of a usual row, to reserve memory
  list_page (*select)(list_query const& asked);
  void (*append_row)(std::string& out, world const& of, std::uint32_t at, generation shapes);
  void (*append_summary)(std::string& out, list_figures const& of, generation shapes) = nullptr;
};

std::span<list_declaration const> list_table();

// The list that a path below the base path means, or one below /accounts/{id}; null when the
// generation has none there. In the third, lists that customers have are theirs alone.
list_declaration const* find_list(std::string_view path, generation shapes);
list_declaration const* find_account_list(std::string_view path, generation shapes);

// "cdrs, transactions, ...": for messages.
std::string list_names();

}  // namespace vobiz::simulator

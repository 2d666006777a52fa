#include "simulator/faults/fault_set.hpp"

#include "simulator/api/api.hpp"

namespace vobiz::simulator {

namespace {

// "Sun, 06 Nov 1994 08:49:37 GMT", in real time: clients compare it with their own clock.
std::string http_date(std::chrono::system_clock::time_point at) {
  auto const whole = std::chrono::floor<std::chrono::seconds>(at);
  auto const day = std::chrono::floor<days>(whole);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const time(whole - day);
  constexpr std::string_view week_days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  auto const two = [](long value) {
    return std::string(value < 10 ? "0" : "") + std::to_string(value);
  };
  std::string out(week_days.substr(3 * std::chrono::weekday(day).c_encoding(), 3));
  out += ", " + two(static_cast<unsigned>(date.day())) + ' ';
  out += months.substr(3 * (static_cast<unsigned>(date.month()) - 1), 3);
  out += ' ' + std::to_string(static_cast<int>(date.year())) + ' ' + two(time.hours().count()) +
         ':' + two(time.minutes().count()) + ':' + two(time.seconds().count()) + " GMT";
  return out;
}

constexpr std::size_t mebibyte = 1 << 20;

// Spaces are white space to JSON, so only their number is wrong.
std::string bomb(std::size_t mebibytes) {
  // Compressed members one behind the other are one stream: a mebibyte is compressed once.
  auto const one = gzip(std::string(mebibyte, ' '));
  std::string out;
  out.reserve(one.size() * mebibytes);
  for (std::size_t i = 0; i < mebibytes; ++i) out += one;
  return out;
}

std::string chunk(std::string_view bytes) {
  constexpr char const* digits = "0123456789abcdef";
  std::string size;
  for (auto rest = bytes.size(); rest > 0; rest /= 16) size.insert(size.begin(), digits[rest % 16]);
  return size + "\r\n" + std::string(bytes) + "\r\n";
}

}  // namespace

std::vector<fault> fault_set::strike(std::string_view path, std::string_view query) {
  std::vector<fault> hit;
  for (auto one = faults_.begin(); one != faults_.end();) {
    auto& what = one->what;
    if (!what.matches(path, query)) {
      ++one;
      continue;
    }
    if (what.after > 0) {
      --what.after;
      ++one;
      continue;
    }
    constexpr std::uint64_t fine = 1 << 30;
    if (what.probability < 1 &&
        static_cast<double>(random_.below(fine)) >= what.probability * fine) {
      ++one;
      continue;
    }
    ++one->hits;
    hit.push_back(what);
    one = what.next > 0 && --what.next == 0 ? faults_.erase(one) : one + 1;
  }
  return hit;
}

bool replace_answer(fault const& what, partner_api& api, instant now, answer& out) {
  switch (what.kind) {
    case fault_kind::status: {
      error_text const text{"SIMULATED_FAULT", "simulated fault"};
      out = what.shape_given ? api.refuse(what.status, text, what.shape)
                             : api.refuse(what.status, text);
      if (what.header) out.headers.push_back(*what.header);
      return true;
    }
    case fault_kind::throttle: {
      auto const wait = std::to_string(what.value);
      auto const details = "{\"retryAfter\":" + wait + '}';
      error_text text{"RATE_LIMITED", "too many requests"};
      if (what.retry == retry_form::details) text.details = details;
      out = what.retry == retry_form::details || !what.shape_given
                ? api.refuse(429, text, error_shape::full)
                : api.refuse(429, text, what.shape);
      if (what.retry == retry_form::in_seconds) out.headers.emplace_back("Retry-After", wait);
      if (what.retry == retry_form::date) {
        out.headers.emplace_back("Retry-After", http_date(std::chrono::system_clock::now() +
                                                          std::chrono::seconds(what.value)));
      }
      if (what.header) out.headers.push_back(*what.header);
      return true;
    }
    case fault_kind::html:
      out = make_error(200, {"", ""}, error_shape::html, "", now);
      return true;
    case fault_kind::empty:
      out = {};
      out.content_type.clear();
      return true;
    case fault_kind::redirect:
      out = {};
      out.status = what.status;
      out.headers.emplace_back("Location",
                               what.text.empty() ? "http://127.0.0.1:9/elsewhere" : what.text);
      return true;
    default:
      return false;
  }
}

script damaged_script(std::vector<fault> const& faults, answer const& original, bool keep_alive,
                      bool gzipped) {
  auto what = original;
  bool bombed = false;
  for (auto const& one : faults) {
    if (one.kind == fault_kind::invalid_json) what.body.resize(what.body.size() * 2 / 3);
    if (one.kind == fault_kind::invalid_utf8) {
      // Behind a value's opening quote, where a text certainly is.
      if (auto const at = what.body.find(":\""); at != std::string::npos)
        what.body.insert(at + 2, 1, '\xff');
    }
    if (one.kind == fault_kind::oversize)
      what.body.append(static_cast<std::size_t>(one.value) * mebibyte, ' ');
    if (one.kind == fault_kind::gzip_bomb) {
      what.body = bomb(static_cast<std::size_t>(one.value));
      what.headers.emplace_back("Content-Encoding", "gzip");
      bombed = true;
    }
    if (one.kind == fault_kind::wrong_encoding) {
      what.headers.emplace_back("Content-Encoding", "gzip");
      bombed = true;
    }
  }
  if (gzipped && !bombed) compress(what);

  auto out = plain_script(what, keep_alive);
  auto const head = head_of(what, framing::length, what.body.size(), keep_alive);
  std::string_view const body = what.body;
  auto const half = body.substr(0, body.size() / 2);
  for (auto const& one : faults) {
    auto const pause = std::chrono::milliseconds(one.value);
    auto const part = [&] {
      return body.substr(0,
                         body.size() * static_cast<std::size_t>(std::min(one.value, 100l)) / 100);
    };
    switch (one.kind) {
      case fault_kind::latency:
        out.steps.front().before += pause;
        break;
      case fault_kind::stall_head:
        if (one.value == 0) return {{}, ending::hold};
        out.steps.front().before += pause;
        break;
      case fault_kind::stall_body:
        if (one.value == 0) return {{{head + std::string(half)}}, ending::hold};
        out.steps = {{head + std::string(half)}, {std::string(body.substr(half.size())), pause}};
        break;
      case fault_kind::reset_before:
        return {{}, ending::reset};
      case fault_kind::reset_head:
        return {{{head.substr(0, head.size() / 2)}}, ending::reset};
      case fault_kind::reset_body:
        return {{{head + std::string(half)}}, ending::reset};
      case fault_kind::truncate:
        return {{{head + std::string(part())}}, ending::close};
      case fault_kind::truncate_chunked:
        return {{{head_of(what, framing::chunked, 0, keep_alive) + chunk(part())}}, ending::close};
      case fault_kind::truncate_unframed:
        return {{{head_of(what, framing::until_close, 0, false) + std::string(part())}},
                ending::close};
      case fault_kind::drip: {
        constexpr std::size_t slice = 64;
        out.steps = {{head}};
        for (std::size_t at = 0; at < body.size(); at += slice) {
          out.steps.push_back({std::string(body.substr(at, slice)), pause});
        }
        break;
      }
      default:
        break;
    }
  }
  return out;
}

}  // namespace vobiz::simulator

#include "fault_cases.hpp"

#include "fault_stage.hpp"

namespace vobiz::e2e {

namespace {

using act = support::gate_fault::act;
using certs = support::certificates;
using bringer = std::function<void(fault_stage&)>;

// A fault on the list of the day; other days are correct.
bringer day(std::string spec) {
  return [spec](fault_stage& on) { on.fault_on_the_day(spec); };
}

// The same fault for a client with a timeout of one second.
bringer impatient(bringer bring) {
  return [bring](fault_stage& on) {
    on.configure([](auto& s) { s.timeouts = "connect: 1s, response: 1s"; });
    bring(on);
  };
}

bringer gate(act what) {
  return [what](fault_stage& on) { on.gate().set({.what = what}); };
}

bringer certificate(support::identity (certs::*which)() const, bool ask_the_system_store = false) {
  return [=](fault_stage& on) { on.pretend((certs::shared().*which)(), ask_the_system_store); };
}

// Adds a call of the day, with these raw members.
bringer call(boost::json::object raw_members) {
  return [raw_members](fault_stage& on) { on.call_on_the_day(raw_members); };
}

// Appends the member to each response, after the existing one of that name.
bringer envelope(std::string member) {
  return [member](fault_stage& on) { on.envelope_member(member); };
}

void refuse(fault_stage& on) { on.gate().refuse(); }
void swallow(fault_stage& on) { on.gate().swallow(); }
void speak_no_tls(fault_stage& on) { on.speak_no_tls(); }

std::string const nest = std::string(1000, '[') + std::string(1000, ']');

// exit code of sync, requests for the day's list, retries, window of the day, outcome and state of
// the stream
fault_ending const unreachable{69, 0, 5, "open 0",
                               "failed failing 1"};  // another day is asked, too
fault_ending const distrusted{69, 0, 0, "open 0", "failed failing 1"};
fault_ending const given_up{69, 5, 4, "open 1", "failed failing 1"};
fault_ending const too_large{69, 1, 0, "open 1", "failed failing 1"};
fault_ending const refused{1, 1, 0, "forbidden 1", "failed failing 1"};
fault_ending const forbidden{77, 3, 0, "forbidden 1",
                             "forbidden forbidden 1"};  // asked twice again
fault_ending const stopped{1, 1, 0, "open 0", "cancelled ok 0"};
fault_ending const mismatch{1, 3, 0, "mismatch 1", "mismatch mismatch 0"};
fault_ending const proven{0, 1, 0, "proven total+summary 0", "ok ok 0"};
fault_ending const proven_by_total{0, 1, 0, "proven total 0", "ok ok 0"};
fault_ending const proven_by_walk{0, 1, 0, "proven walk 0", "ok ok 0"};

fault_ending asked(std::int64_t times, std::int64_t retries, fault_ending ends) {
  ends.asked = times;
  ends.retries = retries;
  return ends;
}

std::string const unread = "200 with a body that cannot be read: ";
std::string const unused = "200 with a body that cannot be used: ";
std::string const doubt = "not proven after 3 reads: the API counts ";

// clang-format off
std::vector<fault_case> const table = {
    // Faults before the first request.
    {"connection refused", refuse, R"(cannot connect to "127.0.0.1:#": Connection refused [system:111])", unreachable},
    {"packets swallowed", impatient(swallow), R"(no connection to "127.0.0.1:#" within 1 s)", unreachable},
    {"reset in the handshake", gate(act::reset), R"(no TLS handshake with "127.0.0.1:#": Connection reset by peer [system:104])", unreachable},
    {"end in the handshake", gate(act::close), R"(no TLS handshake with "127.0.0.1:#": stream truncated [asio.ssl.stream:1])", unreachable},
    {"stall in the handshake", impatient(gate(act::stall)), R"(no TLS handshake with "127.0.0.1:#" within 1 s)", unreachable},
    {"no TLS", speak_no_tls, R"(no TLS handshake with "127.0.0.1:#": wrong version number (SSL routines) [asio.ssl:#])", unreachable},
    {"certificate expired", certificate(&certs::expired), R"(cannot trust the certificate of "127.0.0.1:#": certificate has expired [x509:10])", distrusted},
    {"certificate of another host", certificate(&certs::elsewhere), R"(cannot trust the certificate of "127.0.0.1:#": IP address mismatch [x509:64])", distrusted},
    {"certificate of an unknown authority", certificate(&certs::good, true), "unable to get local issuer certificate [x509:20]: if its authority is to be trusted, name that in tls.ca_file", distrusted},

    // Faults during a response. A kept connection that is reset before the first byte is replaced
    // once without a retry.
    {"reset before the head", day("reset-before"), "no answer: Connection reset by peer [system:104]", asked(6, 4, given_up)},
    {"reset inside the head", day("reset-head"), "Connection reset by peer [system:104]", given_up},
    {"reset inside the body", day("reset-body"), "Connection reset by peer [system:104]", given_up},
    {"stall before the head", impatient(day("stall-head")), "no answer within 1 s", given_up},
    {"stall inside the body", impatient(day("stall-body")), "answer not complete within 1 s", given_up},
    {"drip-feed", impatient(day("drip:200")), "answer not complete within 1 s", given_up},
    {"drip-feed that ends in time", day("drip:1"), "ok: ", proven},
    {"cut short, with a length", day("truncate"), "answer cut short: partial message [beast.http:2]", given_up},
    {"cut short, in chunks", day("truncate-chunked"), "answer cut short: partial message [beast.http:2]", given_up},
    {"cut short, without a length", day("truncate-unframed"), unread + "gzip cut short after # bytes", given_up},
    {"wrong Content-Encoding", day("wrong-encoding"), unread + "not gzip: incorrect header check", given_up},
    {"gzip bomb", day("gzip-bomb:64"), unread + "unpacks to more than 1048576 bytes: raise max_response", too_large},
    {"body over the limit", day("oversize:2"), unread + "unpacks to more than 1048576 bytes: raise max_response", too_large},

    // Faulty bodies.
    {"HTML with 200", day("html"), unused + "a page of HTML or XML, not JSON", given_up},
    {"empty 200", day("empty"), unused + "an empty body", given_up},
    {"204", day("status:204,shape=empty"), "204 where only 200 has an answer in it", given_up},
    {"invalid UTF-8", day("invalid-utf8"), unused + "not JSON at byte #: not UTF-8", given_up},
    {"invalid JSON", day("invalid-json"), unused + "not JSON at byte #: incomplete JSON [boost.json:3]", given_up},
    {"deep nesting", call({{"x", nest}}), "1 rejected", proven_by_total},
    {"no number for a figure", call({{"mos", "NaN"}}), "1 rejected", proven_by_total},
    {"year 1", call({{"start_time", R"("0001-01-01T00:00:00Z")"}}), "1 rejected", proven_by_total},
    {"a number of 100 000 digits", call({{"cost", "1e99999"}}), "1 rejected", proven_by_total},
    {"a total that is no count", envelope(R"("pagination":{"page":1,"per_page":100,"total":1e9999})"), unused + R"("total": 1e9999 is not a number of rows)", {69, 0, 6, "open 0", "failed failing 1"}},
    {"rows of a wrong type", envelope(R"("data":"none")"), unused + R"(no "data" in the answer)", {69, 0, 6, "open 0", "failed failing 1"}},
    {"rows twice, the second time none", envelope(R"("data":[])"), doubt + "30 rows, 0 were listed", mismatch},
    {"pagination of wrong types", envelope(R"("pagination":{"page":"one","per_page":-5,"total":{}})"), "ok: ", asked(2, 0, proven_by_walk)},
    {"pagination of the largest numbers", envelope(R"("pagination":{"page":1,"per_page":9223372036854775807,"total":9223372036854775807})"), doubt + "9223372036854775807 rows, 30 were listed", mismatch},
    {"pages of no rows", envelope(R"("pagination":{"page":1,"per_page":0,"total":1})"), doubt + "1 rows, 30 were listed", mismatch},
    {"summary of wrong types", envelope(R"("summary":{"total_cost":[],"total_billable_seconds":{}})"), "ok: ", proven_by_total},
    {"figure twice, the last one counts", call({{"jitter", R"("no number","jitter":2)"}}), "0 rejected", proven},
    {"figure of a wrong type", call({{"cost", R"({"amount":1})"}}), "1 rejected", proven_by_total},
    {"key of a wrong type", call({{"uuid", "17"}}), "1 rejected", proven_by_total},
    {"number for a row", call({{"", "17"}}), "1 rejected", proven_by_total},
    {"null for a row", call({{"", "null"}}), "1 rejected", proven_by_total},

    // Faulty statuses. A refusal of one day is no refusal of the global list.
    {"redirect", day("redirect:301"), "301 redirects are not followed: check base_url", refused},
    {"redirect with the method kept", day("redirect:307"), "307 redirects are not followed: check base_url", refused},
    {"400", day("status:400,shape=4"), R"(400 "simulated fault")", refused},
    {"401", day("status:401,shape=4"), R"(401 "simulated fault")", {77, 1, 0, "open 0", "unauthorized unauthorized 1"}},
    {"403", day("status:403,shape=4"), R"(403 "simulated fault")", forbidden},
    {"403 for the global list", day("status:403,shape=4,path=/cdrs"), R"(403 "simulated fault")", forbidden},
    {"404", day("status:404,shape=4"), R"(404 "simulated fault")", asked(3, 0, refused)},
    {"404 for the global list", day("status:404,shape=4,path=/cdrs"), R"(404 "simulated fault")", asked(3, 0, refused)},
    {"409", day("status:409,shape=4"), R"(409 "simulated fault")", refused},
    {"422", day("status:422,shape=2"), R"(422 "simulated fault")", refused},
    {"429, Retry-After in seconds", day("throttle:1,shape=4"), R"(429 "too many requests")", given_up},
    {"429, Retry-After a date", day("throttle:1,shape=4,retry=date"), R"(429 "too many requests")", given_up},
    {"429, Retry-After a date that is past", day("throttle:0,shape=4,retry=date"), R"(429 "too many requests")", given_up},
    {"429, Retry-After negative", day("throttle,shape=4,retry=none,header=Retry-After:-5"), R"(429 "too many requests")", given_up},
    {"429, Retry-After a word", day("throttle,shape=4,retry=none,header=Retry-After:soon"), R"(429 "too many requests")", given_up},
    {"429, Retry-After of centuries", day("throttle:99999999999,shape=4"), "asks for a pause of 1000000000 s, which is too long: pausing 300 s", stopped, "attempt 2 of 5 in 300 s"},
    {"429, Retry-After a far date", day("throttle:999999999,shape=4,retry=date"), "s, which is too long: pausing 300 s", stopped, "attempt 2 of 5 in 300 s"},
    {"429 once", day("throttle:1,shape=4,next=1"), R"(429 "too many requests": attempt 2 of 5 in 1 s)", asked(2, 1, proven)},
    {"500", day("status:500,shape=3"), R"(500 SIMULATED_FAULT "simulated fault")", given_up},
    {"500 twice", day("status:500,shape=4,next=2"), R"(500 "simulated fault": attempt 3 of 5 in )", asked(3, 2, proven)},
    {"501", day("status:501,shape=4"), R"(501 "simulated fault")", asked(3, 0, refused)},
    {"502", day("status:502,shape=html"), "502 with a text/html body of # bytes", given_up},
    {"503", day("status:503,shape=4"), R"(503 "simulated fault")", given_up},
    {"503 with Retry-After", day("status:503,shape=4,header=Retry-After:1"), R"(503 "simulated fault")", given_up},
    {"504", day("status:504,shape=empty"), "504 without a message", given_up},

    // Wrong contents.
    {"another page", day("wrong-page"), unused + "asked for page 1, the answer says it is page 2", given_up},
    {"another page twice", day("wrong-page,next=2"), "attempt 3 of 5 in ", asked(3, 2, proven)},
    {"total too large", day("lying-total:3"), doubt + "33 rows, 30 were listed", mismatch},
    {"total too small", day("lying-total:-3"), doubt + "27 rows, 30 were listed", mismatch},
    {"total below zero", day("lying-total:-1000"), unused + R"("total": -970 is not a number of rows)", {69, 5, 4, "open 1", "failed failing 1"}},
    {"no rows on a day that has some", day("empty-list"), "30 rows between #-#-# and #-#-# are listed by no single day: stored", asked(2, 0, proven)},
    {"summary of zeros", day("zero-summary"), "ok: ", proven_by_total},
    {"no summary", day("no-summary"), "ok: ", proven_by_total},
    {"no total", day("no-total"), "ok: ", asked(2, 0, proven_by_walk)},
    {"smaller pages than asked for", day("fallback"), "ok: ", asked(2, 0, proven)},
};
// clang-format on

}  // namespace

std::vector<fault_case> const& fault_cases() { return table; }

}  // namespace vobiz::e2e

#pragma once

#include <cstddef>
#include <cstdint>

// How much is taken of what the provider, a proxy or whoever pretends to be one sends. Every part
// of an answer has its bound here, except the size of its body, which is `max_response` of the
// configuration. docs/reliability.md lists the main ones; a bound that is reached ends in an error
// that names it.
namespace vobiz::core::bounds {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

// --- HTTP. A connection holds one head, one piece and one body.

// Bytes read at a time from a connection.
inline constexpr std::size_t piece = 64 * kib;
// A head with the interim answers before it. The cookies and policies of a proxy fill 8 KiB.
inline constexpr std::size_t head = 64 * kib;
// A proxy's answer to CONNECT: it has nothing to say but its status.
inline constexpr std::size_t proxy_head = 16 * kib;
// Fields of one head. Apache and nginx send some dozens; Python's client takes 100.
inline constexpr std::size_t head_fields = 256;
// Answers 1xx before one. A server may say every second that it is at work, for most of a minute.
inline constexpr int interim_answers = 50;
// The line before a chunk, with its extensions: as Go's client has it.
inline constexpr std::size_t chunk_line = 4 * kib;
// Extensions of all chunks. No server in use sends one.
inline constexpr std::size_t chunk_extensions = 16 * kib;
// A server that flushes after each row of a body of 32 MiB sends some 100 000.
inline constexpr std::size_t chunks = 1'000'000;
// Trailers: nobody reads them.
inline constexpr std::size_t trailers = 16 * kib;
// The body of an answer that is no 200. The rest is not read; the status says enough.
inline constexpr std::size_t error_body = 64 * kib;
// The answer to a log-in, as it comes and unpacked: one token.
inline constexpr std::size_t login_answer = 64 * kib;
// A token, which is sent with each request. Servers take 8 KiB for all headers of one.
inline constexpr std::size_t token = 8 * kib;
// Codings of a body. Each costs a pass over it.
inline constexpr std::size_t codings = 4;
// Addresses of a host that are tried.
inline constexpr std::size_t addresses = 16;

// --- JSON. The decoder holds the values of the envelope and of one row at a time.

// Levels of a document that is read; the parser recurses.
inline constexpr std::size_t document_depth = 256;
// Levels of a row, itself included. A deeper one costs itself only.
inline constexpr std::size_t row_depth = 30;
// Values around the rows, or of a document without rows: a dashboard that names 100 000 customers.
inline constexpr std::size_t document_values = 1'000'000;
// Values of a row, with those of its members. The largest rows of the API have 100.
inline constexpr std::size_t row_values = 100'000;
// Rows of an answer: 1 000 times as many as are asked for, if a server pages by its own measure.
inline constexpr std::size_t page_rows = 100'000;
// Bytes of a row's columns and of its `extra`. The largest rows of the API have some kilobytes.
inline constexpr std::size_t row = 16 * mib;
// Bytes of a rejected row that are kept, and of a value that a message quotes.
inline constexpr std::size_t reject = 64 * kib;
inline constexpr std::size_t quotation = 80;
// Unknown names that a page reports: names may be data.
inline constexpr std::size_t unknown_names = 100;
// Bytes that a repair of almost-JSON may add to a body.
constexpr std::size_t repaired(std::size_t body) { return 2 * body + 64 * kib; }

// Elsewhere, since they are bounds of what PostgreSQL stores: names and looked-up values
// (streams::longest_indexed), digits of a number (core::most_decimal_digits), years of a day
// (streams::first_year). Configuration and secret files: 1 MiB (config/small_file.cpp).

}  // namespace vobiz::core::bounds

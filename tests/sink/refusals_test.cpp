#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "vobiz/sink/connection.hpp"

// Servers that refuse a connection, in their own language.
namespace vobiz::sink {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using core::failure_kind;
using core::remedy;
using ::testing::HasSubstr;

// A server on 127.0.0.1 that answers each start-up with an ErrorResponse, and closes.
class refusing_server {
public:
  refusing_server(std::string state, std::string text)
      : state_(std::move(state)),
        text_(std::move(text)),
        acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~refusing_server() {
    stopping_ = true;
    boost::system::error_code ignored;
    tcp::socket last(io_);
    last.connect(acceptor_.local_endpoint(), ignored);
    last.close(ignored);
    thread_.join();
  }

  config::database settings() const {
    config::database where;
    where.dsn =
        core::secret("host=127.0.0.1 port=" + std::to_string(acceptor_.local_endpoint().port()) +
                     " user=x dbname=x sslmode=disable gssencmode=disable");
    return where;
  }

private:
  // Its fields: severity, severity that no language changes, SQLSTATE, message, place.
  std::string message() const {
    using namespace std::string_literals;
    auto const fields =
        "SFATAL\0VFATAL\0C"s + state_ + "\0M"s + text_ + "\0Fauth.c\0L326\0Rauth_failed\0\0"s;
    auto const size = static_cast<std::uint32_t>(fields.size() + 4);
    std::string result = "E";
    for (int shift = 24; shift >= 0; shift -= 8) result += static_cast<char>(size >> shift & 0xff);
    return result + fields;
  }

  void serve() {
    while (!stopping_) {
      boost::system::error_code error;
      tcp::socket client(io_);
      acceptor_.accept(client, error);
      std::array<unsigned char, 4> size{};
      asio::read(client, asio::buffer(size), error);
      if (error) continue;
      std::string rest((std::size_t(size[2]) << 8 | size[3]) - 4, '\0');
      asio::read(client, asio::buffer(rest), error);
      if (!state_.empty()) asio::write(client, asio::buffer(message()), error);
      client.shutdown(tcp::socket::shutdown_both, error);
    }
  }

  std::string state_;
  std::string text_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

TEST(refusals, have_the_meaning_of_their_state_in_any_language) {
  struct {
    char const* state;
    char const* text;
    bool refused;
  } const cases[] = {
      {"28P01", "Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen", true},
      {"28000", "Rolle »x« existiert nicht", true},
      {"28000", "aucune entrée dans pg_hba.conf pour l'hôte « 127.0.0.1 »", true},
      {"3D000", "база данных \"x\" не существует", true},
      {"42501", "データベース\"x\"に対する権限がありません", true},
      {"08P01", "password authentication failed", true},  // PgBouncer 1.18
      {"08P01", "no such database: x", true},
      {"08P01", "server login has been failing, try again later", false},
      {"53300", "password authentication failed: zu viele Verbindungen", false},
      {"57P03", "das Datenbanksystem startet", false},
      {"55000", "Datenbank »x« akzeptiert gegenwärtig keine Verbindungen", false},
      {"XX000", "\"x\" does not exist", false},
      {"", "", false},
  };
  for (auto const& c : cases) {
    refusing_server const server(c.state, c.text);
    try {
      connect(server.settings());
      FAIL() << c.text;
    } catch (core::failure const& failure) {
      EXPECT_EQ(failure.kind(), c.refused ? failure_kind::refused : failure_kind::failed) << c.text;
      EXPECT_EQ(failure.what_helps(), c.refused ? remedy::fix : remedy::retry) << c.text;
      EXPECT_THAT(failure.what(), HasSubstr(c.refused ? "the database refuses us: "
                                                      : "cannot reach the database: "));
      EXPECT_THAT(failure.what(), HasSubstr(c.text));
    }
  }
}

}  // namespace
}  // namespace vobiz::sink

#include <spdlog/fmt/fmt.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "address.hpp"
#include "secret_length.hpp"
#include "small_file.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::config {

namespace {

using file_lines = std::map<std::filesystem::path, int>;

class secret_reader {
public:
  explicit secret_reader(file_lines const& lines) : lines_(lines) {}

  // Keeps the secret unchanged if no file is named or the file is refused.
  void read(std::string_view key, std::filesystem::path const& path, bool for_header,
            std::string_view longer, core::secret& into) {
    if (path.empty()) return;
    unreadable why;
    auto file = read_small_file(path, why);
    if (!file) {
      refuse(key, path, why.cause, why.hint);
      return;
    }
    if ((file->mode & 07) != 0) {
      refuse(key, path, fmt::format("others may read or change it (mode {:04o})", file->mode),
             fmt::format("chmod o-rwx \"{}\"", path.string()));
      return;
    }
    auto& text = file->text;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) {
      refuse(key, path, "is empty", "write the secret into it, on one line");
    } else if (text.find_first_of("\n\r") != std::string::npos ||
               text.find('\0') != std::string::npos) {
      refuse(key, path, "contains more than one line", "keep only the secret in it");
    } else if (for_header && !fits_header(text)) {
      refuse(key, path, "contains a character that is invalid in an HTTP header", {});
    } else if (auto const problem = length_problem(text); !problem.empty()) {
      refuse(key, path, "contains a secret that " + problem, std::string(longer));
    } else {
      into = core::secret(std::move(text));
    }
  }

  std::vector<finding> take() { return std::move(findings_); }

private:
  void refuse(std::string_view key, std::filesystem::path const& path, std::string const& cause,
              std::string hint) {
    auto const line = lines_.find(path);
    findings_.push_back({line == lines_.end() ? 0 : line->second,
                         fmt::format("\"{}\": file \"{}\" {}", key, path.string(), cause),
                         std::move(hint)});
  }

  file_lines const& lines_;
  std::vector<finding> findings_;
};

}  // namespace

std::vector<finding> read_secrets(settings& values, file_lines const& files) {
  secret_reader reader(files);
  for (auto& p : values.partners) {
    reader.read("auth_token_file", p.auth_token_file, true, longer_token, p.auth_token);
    if (p.login) {
      reader.read("password_file", p.login->password_file, false, longer_login, p.login->password);
    }
    if (p.proxy) {
      reader.read("password_file", p.proxy->password_file, false, longer_proxy, p.proxy->password);
    }
  }
  reader.read("password_file", values.database.password_file, false, longer_database,
              values.database.password);
  if (values.http) {
    reader.read("auth_token_file", values.http->auth_token_file, true, longer_http,
                values.http->auth_token);
  }
  return reader.take();
}

}  // namespace vobiz::config

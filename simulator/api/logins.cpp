#include "simulator/api/logins.hpp"

namespace vobiz::simulator {

std::string logins::give(std::chrono::seconds lifetime) {
  // Looks like a JWT to clients; nobody reads its claims.
  auto token =
      "eyJhbGciOiJIUzI1NiJ9.CANARY_JWT_" + std::to_string(tokens_.size() + 1) + ".c2lnbmF0dXJl";
  tokens_[token] = clock::now() + lifetime;
  return token;
}

logins::verdict logins::judge(std::string_view token) const {
  auto const found = tokens_.find(token);
  if (found == tokens_.end()) return verdict::unknown;
  return clock::now() < found->second ? verdict::good : verdict::expired;
}

void logins::expire_all() {
  for (auto& [token, end] : tokens_) end = clock::time_point::min();
}

}  // namespace vobiz::simulator

// Several runs that share one sign-in, as several processes do: a refresh token is good once.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <mutex>

#include "http/curl_client.h"
#include "oauth/file_token_store.h"
#include "publish/account_session.h"
#include "support/fake_clock.h"
#include "support/loopback_server.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

/// A server for several processes: each refresh token is good once.
class Rotation {
 public:
  LoopbackServer::Reply answer(const std::string& request) {
    const std::lock_guard lock(mutex_);
    if (request.starts_with("POST /token")) {
      ++renewals;
      if (request.find("refresh_token=refresh-" + std::to_string(generation_)) ==
          std::string::npos) {
        ++replays;
        return refuse("400 Bad Request", R"({"error":"invalid_grant"})");
      }
      const std::string next = std::to_string(++generation_);
      return LoopbackServer::ok(
          R"({"token_type":"bearer","expires_in":3600,"access_token":"access-)" + next +
          R"(","refresh_token":"refresh-)" + next + "\"}");
    }
    const bool is_good =
        request.find("Bearer access-" + std::to_string(generation_) + "\r\n") != std::string::npos;
    return is_good ? LoopbackServer::ok("{}") : refuse("401 Unauthorized", "{}");
  }
  int renewals = 0, replays = 0;

 private:
  static LoopbackServer::Reply refuse(const std::string& status, const std::string& body) {
    return {"HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body};
  }
  std::mutex mutex_;
  int generation_ = 1;
};

/// One process of many: posts once. Gives what the process ends with.
int post_once(const std::string& origin, const std::filesystem::path& folder) {
  FileTokenStore tokens(folder);
  const FakeClock clock;  // by which the stored token has ended
  SeededRandom random;
  CurlClient client{CurlOptions{}};
  const KindAuthorizer authorizer{};
  Account account;
  account.id = {"town-hall"};
  account.server = origin;
  AccountSession session(account, {tokens, authorizer, clock, random, client});
  Request request;
  request.url = origin + "/me";
  request.sign = true;
  const auto answer = fetch(session, client, std::move(request));
  return answer && answer->status == 200 ? 0 : 1;
}

TEST(SessionsOfManyProcesses, RenewATokenOnceBetweenThem) {
  constexpr int processes = 6;
  const TempDir folder;
  std::array<int, 2> start{};
  ASSERT_EQ(::pipe(start.data()), 0);
  std::vector<pid_t> children;
  // Before there is a server: a fork takes no threads along.
  for (int child = 0; child < processes; ++child) {
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid > 0) {
      children.push_back(pid);
      continue;
    }
    ::close(start[1]);
    std::array<char, 64> origin{};  // each reads one address of this length
    const ssize_t got = ::read(start[0], origin.data(), origin.size());
    ::_exit(got == 64 ? post_once(origin.data(), folder.path() / "tokens") : 2);
  }
  Rotation rotation;
  LoopbackServer server([&](const std::string& request) { return rotation.answer(request); });
  Credentials kept;
  kept.server = server.url("");
  kept.client_id = "client";
  kept.access_token = Secret("access-1");
  kept.refresh_token = Secret("refresh-1");
  kept.token_endpoint = server.url("/token");
  kept.expires_at = FakeClock().now() - std::chrono::seconds{1};
  ASSERT_TRUE(
      FileTokenStore(folder.path() / "tokens").save(AccountId{"town-hall"}, kept).has_value());
  std::string address = server.url("");
  address.resize(64);
  for (int child = 0; child < processes; ++child) {
    ASSERT_EQ(::write(start[1], address.data(), address.size()), 64);
  }
  ::close(start[0]);
  ::close(start[1]);
  for (const pid_t pid : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(rotation.renewals, 1);
  EXPECT_EQ(rotation.replays, 0);
}

}  // namespace
}  // namespace crier

// The same raw requests to a double and to the real server: what an adapter looks at must be the
// same.
#include "rehearsal/doubles.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "core/clock.h"
#include "core/random.h"
#include "core/url.h"
#include "http/curl_client.h"
#include "network/json.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "server/pds_room.h"
#include "support/png.h"

namespace crier {
namespace {

/// One far side: how to reach it, and who is signed in there.
struct Side {
  std::string origin, id, handle, token, refresh;
  std::function<Response(const Request&)> send;
};

Response get(const Side& side, const std::string& path, const std::string& token = {}) {
  Request request;
  request.url = side.origin + path;
  if (!token.empty()) request.headers = {{"Authorization", token}};
  return side.send(request);
}

Response post(const Side& side, const std::string& path, std::string body, const std::string& token,
              const std::string& type = "application/json", const Headers& more = {}) {
  Request request;
  request.method = Method::post;
  request.url = side.origin + path;
  request.headers = more;
  if (!type.empty()) request.headers.push_back({"Content-Type", type});
  if (!token.empty()) request.headers.push_back({"Authorization", token});
  request.body = std::move(body);
  return side.send(request);
}

/// Status and the error's name, as far as an adapter looks at an answer.
std::string seen(const Response& answer) {
  const std::string error = text_of(parse_json(answer.body), "error");
  return std::to_string(answer.status) + (error.empty() ? "" : " " + error);
}

// --- Bluesky ----------------------------------------------------------------------------------

class PDSDoubles : public PdsRoom {
 protected:
  void SetUp() override {
    PdsRoom::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    real = {server, alice.did, alice.handle, {}, {}, [this](const Request& request) {
              const auto answer = fetch(client, request);
              EXPECT_TRUE(answer.has_value()) << request.url << ": " << answer.error().message;
              return answer.value_or(Response{});
            }};
    const Response session = ask_session(real, alice.app_password);
    ASSERT_EQ(session.status, 200) << session.body;
    take_session_of(real, session);
    double_ = rehearsal::make_bluesky({clock, random, "http://127.0.0.1:8701"});
    twin = {"http://127.0.0.1:8701", {}, alice.handle, {}, {}, [this](const Request& request) {
              return double_->answer(request);
            }};
    take_session_of(twin, ask_session(twin, "abcd-efgh-ijkl-mnop"));
    ASSERT_FALSE(twin.token.empty());
  }

  static Response ask_session(const Side& side, const std::string& password) {
    return post(side, "/xrpc/com.atproto.server.createSession",
                write_json({{"identifier", side.handle}, {"password", password}}), {});
  }
  static void take_session_of(Side& side, const Response& session) {
    const Json body = parse_json(session.body);
    side.id = text_of(body, "did");
    side.token = "Bearer " + text_of(body, "accessJwt");
    side.refresh = "Bearer " + text_of(body, "refreshJwt");
  }

  /// Both must answer alike, and as `wanted`, which is what the real one was seen to answer.
  void both(const std::string& what, const std::string& wanted,
            const std::function<std::string(const Side&)>& ask) {
    EXPECT_EQ(ask(real), wanted) << what << ", at the real server";
    EXPECT_EQ(ask(twin), wanted) << what << ", at the double";
  }
  void both_answer(const std::string& what, const std::string& wanted,
                   const std::function<Response(const Side&)>& ask) {
    both(what, wanted, [&](const Side& side) { return seen(ask(side)); });
  }

  static Json record(const std::string& text) {
    return {
        {"$type", "app.bsky.feed.post"}, {"text", text}, {"createdAt", "2026-03-02T09:00:00.000Z"}};
  }
  /// Keys of this test alone: the real server lives on from test to test.
  static std::string key(int number) {
    return fmt::format("3lzzzzzzz{:c}zz{:c}", digit(word().size()),
                       digit(static_cast<std::size_t>(number)));
  }
  static char digit(std::size_t value) { return "234567abcdefghijklmnopqrstuvwxyz"[value % 32]; }

  static Json put_body(const Side& side, const Json& record, const std::string& at) {
    return {{"repo", side.id},
            {"collection", "app.bsky.feed.post"},
            {"rkey", at},
            {"record", record},
            {"swapRecord", nullptr}};
  }
  static Response put_json(const Side& side, const Json& body) {
    return post(side, "/xrpc/com.atproto.repo.putRecord", write_json(body), side.token);
  }
  static Response put(const Side& side, const Json& record, const std::string& at) {
    return put_json(side, put_body(side, record, at));
  }
  static Response get_record(const Side& side, const std::string& repo, const std::string& at) {
    return get(side, "/xrpc/com.atproto.repo.getRecord?repo=" + percent_encode(repo) +
                         "&collection=app.bsky.feed.post&rkey=" + at);
  }
  static std::string png() { return make_png(8, 8, noise); }
  static Response upload(const Side& side, const std::string& bytes, const std::string& type) {
    return post(side, "/xrpc/com.atproto.repo.uploadBlob", bytes, side.token, type);
  }
  static Json blob_of(const Response& answer) {
    const Json body = parse_json(answer.body);
    const Json* blob = member(&body, "blob");
    return blob == nullptr ? Json() : *blob;
  }

  SystemClock clock;
  SystemRandom random;
  CurlClient client{CurlOptions{}};
  Side real, twin;
  std::unique_ptr<rehearsal::Double> double_;
};

TEST_F(PDSDoubles, ARecordIsKeptUnderItsKeyAndReadBack) {
  both_answer("a new record", "200",
              [](const Side& side) { return put(side, record("one"), key(1)); });
  both_answer("the same again", "200",
              [](const Side& side) { return put(side, record("one"), key(1)); });
  both_answer("another under that key", "400 InvalidSwap",
              [](const Side& side) { return put(side, record("two"), key(1)); });
  both("what an answer holds", "at://…/app.bsky.feed.post/" + key(2) + " valid",
       [](const Side& side) {
         const Json body = parse_json(put(side, record("by handle"), key(2)).body);
         std::string uri = text_of(body, "uri");
         if (const std::size_t at = uri.find(side.id); at != std::string::npos) {
           uri.replace(at, side.id.size(), "…");
         }
         return uri + " " + text_of(body, "validationStatus");
       });
  both("reading it", "200 one", [](const Side& side) {
    const Response answer = get_record(side, side.id, key(1));
    const Json body = parse_json(answer.body);
    return seen(answer) + " " + text_of(member(member(&body, "value"), "text"));
  });
  both_answer("reading it by handle", "200",
              [](const Side& side) { return get_record(side, side.handle, key(1)); });
  both_answer("a key that is not there", "400 RecordNotFound",
              [](const Side& side) { return get_record(side, side.id, "3lzzzzzzzzzzy"); });
  both_answer("an account that is not there", "400 InvalidRequest", [](const Side& side) {
    return get_record(side, "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", key(1));
  });
  both_answer("no key", "400 InvalidRequest",
              [](const Side& side) { return get_record(side, side.id, ""); });
  both_answer("without swapRecord it is replaced", "200", [](const Side& side) {
    Json body = put_body(side, record("three"), key(1));
    body.erase("swapRecord");
    return put_json(side, body);
  });
  both_answer("a swapRecord that is another's", "400 InvalidSwap", [](const Side& side) {
    Json body = put_body(side, record("four"), key(1));
    body["swapRecord"] = "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    return put_json(side, body);
  });
}

TEST_F(PDSDoubles, TokensAreToldApart) {
  const auto with = [](const std::string& token) {
    return [token](const Side& side) {
      return post(side, "/xrpc/com.atproto.repo.putRecord",
                  write_json(put_body(side, record("never"), key(1))), token);
    };
  };
  both_answer("no token", "401 AuthMissing", with(""));
  both_answer("no token of this server", "400 InvalidToken", with("Bearer abc"));
  both_answer("another way of signing", "400 InvalidToken", with("Basic abc"));
  both_answer("a DPoP token that is none", "401 invalid_token", with("DPoP abc"));
  both_answer("the refresh token", "400 InvalidToken", [](const Side& side) {
    return post(side, "/xrpc/com.atproto.repo.putRecord",
                write_json(put_body(side, record("never"), key(1))), side.refresh);
  });
  both_answer("the access token, to refresh", "400 InvalidToken", [](const Side& side) {
    return post(side, "/xrpc/com.atproto.server.refreshSession", {}, side.token, {});
  });
  both_answer("a picture without a token", "401 AuthMissing", [](const Side& side) {
    return post(side, "/xrpc/com.atproto.repo.uploadBlob", png(), {}, "image/png");
  });
  both_answer("who is it", "200", [](const Side& side) {
    return get(side, "/xrpc/com.atproto.server.getSession", side.token);
  });
  both_answer("who is it, without a token", "401 AuthMissing",
              [](const Side& side) { return get(side, "/xrpc/com.atproto.server.getSession"); });
}

TEST_F(PDSDoubles, ASessionBeginsGoesOnAndEnds) {
  both_answer("a wrong password", "401 AuthenticationRequired",
              [](const Side& side) { return ask_session(side, "wrong"); });
  both_answer("an account that is not there", "401 AuthenticationRequired", [](const Side& side) {
    return post(side, "/xrpc/com.atproto.server.createSession",
                write_json({{"identifier", "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"},
                            {"password", "abcd-efgh-ijkl-mnop"}}),
                {});
  });
  both_answer("no password", "400 InvalidRequest", [](const Side& side) {
    return post(side, "/xrpc/com.atproto.server.createSession",
                write_json({{"identifier", side.handle}}), {});
  });
  const auto renew = [](const Side& side) {
    return post(side, "/xrpc/com.atproto.server.refreshSession", {}, side.refresh, {});
  };
  both_answer("a renewal", "200", renew);
  both_answer("the same once more, as after a lost answer", "200", renew);
  both_answer("signing out", "200", [](const Side& side) {
    return post(side, "/xrpc/com.atproto.server.deleteSession", {}, side.refresh, {});
  });
  both_answer("a renewal after that", "400 ExpiredToken", renew);
  both_answer("the access token lives on", "200",
              [](const Side& side) { return put(side, record("after"), key(1)); });
}

TEST_F(PDSDoubles, RecordsThatTheLexiconForbidsAreRefused) {
  std::string most;
  for (int i = 0; i < 300; ++i) most += "ä";
  std::string families;  // 121 graphemes, 3,025 bytes
  for (int i = 0; i < 121; ++i) families += "👩‍👩‍👧‍👦";
  both_answer("300 graphemes", "200",
              [&](const Side& side) { return put(side, record(most), key(1)); });
  std::map<std::string, Json> records = {{"301 graphemes", record(most + "x")},
                                         {"too many bytes", record(families)}};
  const auto changed = [&](const std::string& what, const std::string& name, const Json& value) {
    records[what] = record("x");
    records[what][name] = value;
    if (value.is_null()) records[what].erase(name);
  };
  changed("no time", "createdAt", nullptr);
  changed("a time that is none", "createdAt", "yesterday");
  changed("no text", "text", nullptr);
  changed("a text that is none", "text", 7);
  changed("another kind of record", "$type", "app.bsky.feed.like");
  changed("four languages", "langs", {"de", "en", "fr", "it"});
  changed("a language that is none", "langs", {"not a language"});
  const auto facet = [](const Json& begin, const std::string& uri) {
    return Json::array(
        {{{"index", {{"byteStart", begin}, {"byteEnd", 4}}},
          {"features", {{{"$type", "app.bsky.richtext.facet#link"}, {"uri", uri}}}}}});
  };
  changed("a facet before the text", "facets", facet(-1, "https://a.example"));
  changed("a facet that leads nowhere", "facets", facet(0, "no uri"));
  for (const auto& [what, wrong] : records) {
    both_answer(what, "400 InvalidRequest",
                [&record = wrong](const Side& side) { return put(side, record, key(2)); });
  }
  for (const char* at : {"no-tid", "a/b", ""}) {
    both_answer(std::string("the key ") + at, "400 InvalidRequest",
                [&](const Side& side) { return put(side, record("x"), at); });
  }
  both_answer("another person's account", "401 AuthenticationRequired", [this](const Side& side) {
    Json body = put_body(side, record("x"), key(2));
    body["repo"] = &side == &real ? bob.did : bob.handle;
    return put_json(side, body);
  });
  both_answer("an account that is not there", "403 AccountNotFound", [](const Side& side) {
    Json body = put_body(side, record("x"), key(2));
    body["repo"] = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
    return put_json(side, body);
  });
  both_answer("no record", "400 InvalidRequest", [](const Side& side) {
    Json body = put_body(side, record("x"), key(2));
    body.erase("record");
    return put_json(side, body);
  });
  both_answer("no JSON", "400 SyntaxError", [](const Side& side) {
    return post(side, "/xrpc/com.atproto.repo.putRecord", "{", side.token);
  });
  both_answer("a wrong method", "400 InvalidRequest", [](const Side& side) {
    return get(side, "/xrpc/com.atproto.repo.putRecord", side.token);
  });
  both_answer("an unknown method", "400 InvalidRequest",
              [](const Side& side) { return get(side, "/xrpc/com.atproto.repo.fooBar"); });
}

TEST_F(PDSDoubles, PicturesAreKeptAndMustBeThere) {
  both("a picture under a wrong name", fmt::format("200 image/png {} same", png().size()),
       [this](const Side& side) {
         const Response answer = upload(side, png(), "image/jpeg");
         const Json blob = blob_of(answer);
         const bool is_same = member(&blob, "ref") != nullptr &&
                              blob["ref"] == blob_of(upload(real, png(), "image/png"))["ref"];
         return fmt::format("{} {} {} {}", seen(answer), text_of(blob, "mimeType"),
                            blob.value("size", 0), is_same ? "same" : "other");
       });
  both("words", "200 text/plain", [](const Side& side) {
    const Response answer = upload(side, "words", "text/plain");
    return seen(answer) + " " + text_of(blob_of(answer), "mimeType");
  });
  const auto with_image = [](const Json& blob, std::size_t count = 1) {
    Json one = record("a picture");
    one["embed"] = {{"$type", "app.bsky.embed.images"}, {"images", Json::array()}};
    for (std::size_t i = 0; i < count; ++i) {
      one["embed"]["images"].push_back({{"alt", "A pool"}, {"image", blob}});
    }
    return one;
  };
  const auto uploaded = [](const Side& side) { return blob_of(upload(side, png(), "image/png")); };
  both_answer("a post with it", "200",
              [&](const Side& side) { return put(side, with_image(uploaded(side)), key(1)); });
  both_answer("five of them", "400 InvalidRequest",
              [&](const Side& side) { return put(side, with_image(uploaded(side), 5), key(2)); });
  both_answer("without a description", "400 InvalidRequest", [&](const Side& side) {
    Json one = with_image(uploaded(side));
    one["embed"]["images"][0].erase("alt");
    return put(side, one, key(2));
  });
  both_answer("words in its place", "400 InvalidRequest", [&](const Side& side) {
    return put(side, with_image(blob_of(upload(side, "words", "text/plain"))), key(2));
  });
  both_answer("one that was never uploaded", "400 BlobNotFound", [&](const Side& side) {
    Json blob = uploaded(side);
    blob["ref"]["$link"] = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    return put(side, with_image(blob), key(2));
  });
  both_answer("a card without its picture's description", "200", [&](const Side& side) {
    Json one = record("a card");
    one["embed"] = {{"$type", "app.bsky.embed.external"},
                    {"external",
                     {{"uri", "https://a.example/"},
                      {"title", "A"},
                      {"description", ""},
                      {"thumb", uploaded(side)}}}};
    return put(side, one, key(3));
  });
  both_answer("a card without a description", "400 InvalidRequest", [](const Side& side) {
    Json one = record("a card");
    one["embed"] = {{"$type", "app.bsky.embed.external"},
                    {"external", {{"uri", "https://a.example/"}, {"title", "A"}}}};
    return put(side, one, key(4));
  });
}

TEST_F(PDSDoubles, RecordsAreListedByTheirKeysNewestFirst) {
  for (const int number : {9, 7, 8}) {
    both_answer("a record", "200", [&](const Side& side) {
      return put(side, record(std::to_string(number)), key(number));
    });
  }
  const std::string path = "/xrpc/com.atproto.repo.listRecords?collection=app.bsky.feed.post&repo=";
  // Above the keys of this test stands what other tests have posted with keys of today.
  const auto list = [&](const Side& side, const std::string& more) {
    return get(side, path + side.id + more);
  };
  both("a page", "9 8 cursor " + key(8), [&](const Side& side) {
    const Json body = parse_json(list(side, "&limit=2&cursor=" + key(10)).body);
    std::string all;
    for (const Json& entry : body.value("records", Json::array())) {
      all += text_of(entry["value"], "text") + " ";
    }
    return all + "cursor " + text_of(body, "cursor");
  });
  both("the next", "7", [&](const Side& side) {
    const Json body = parse_json(list(side, "&limit=1&cursor=" + key(8)).body);
    return text_of(body["records"][0]["value"], "text");
  });
  both("behind the last", R"({"records":[]})",
       [&](const Side& side) { return list(side, "&cursor=2222222222222").body; });
  for (const char* wrong : {"&limit=101", "&limit=0", "&limit=x"}) {
    both_answer(wrong, "400 InvalidRequest", [&](const Side& side) { return list(side, wrong); });
  }
  both_answer("an account that is not there", "400 InvalidRequest", [&](const Side& side) {
    return get(side, path + "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa");
  });
}

TEST_F(PDSDoubles, NamesAndTheSignInAreFoundTheSameWay) {
  both("the name", "200 same", [](const Side& side) {
    const Response answer =
        get(side, "/xrpc/com.atproto.identity.resolveHandle?handle=" + side.handle);
    return seen(answer) + (text_of(parse_json(answer.body), "did") == side.id ? " same" : "");
  });
  both_answer("a name that is none", "400 InvalidRequest", [](const Side& side) {
    return get(side, "/xrpc/com.atproto.identity.resolveHandle?handle=x");
  });
  both("who lets people in", "same", [](const Side& side) {
    const Json body = parse_json(get(side, "/.well-known/oauth-protected-resource").body);
    return body.value("authorization_servers", Json()) == Json::array({side.origin}) ? "same"
                                                                                     : body.dump();
  });
  for (const char* name :
       {"issuer", "pushed_authorization_request_endpoint", "authorization_endpoint",
        "token_endpoint", "revocation_endpoint", "code_challenge_methods_supported",
        "authorization_response_iss_parameter_supported", "response_types_supported",
        "grant_types_supported", "require_pushed_authorization_requests",
        "client_id_metadata_document_supported"}) {
    const auto ask = [&](const Side& side) {
      const Json body = parse_json(get(side, "/.well-known/oauth-authorization-server").body);
      std::string value = body.value(name, Json()).dump();
      if (const std::size_t at = value.find(side.origin); at != std::string::npos) {
        value.replace(at, side.origin.size(), "…");
      }
      return value;
    };
    EXPECT_EQ(ask(twin), ask(real)) << name;
  }
  both_answer("a code that was never given", "400 invalid_grant", [this](const Side& side) {
    Credentials by;
    by.kind = "dpop";
    by.server = side.origin;
    by.client_id = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=atproto";
    by.dpop_key = make_p256_key();
    by.token_endpoint = side.origin + "/oauth/token";
    by.refresh_token = Secret("ref-" + std::string(64, 'a'));
    Response answer;
    for (int i = 0; i < 2; ++i) {
      answer = side.send(*KindAuthorizer().renew(by, clock.now(), random));
      if (seen(answer) != "400 use_dpop_nonce") break;
      const std::string nonce(find_header(answer.headers, "DPoP-Nonce").value_or(""));
      EXPECT_FALSE(nonce.empty());
      by.nonces[side.origin] = nonce;
    }
    return answer;
  });
}

}  // namespace
}  // namespace crier

#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "network/json.h"
#include "oauth/oauth2.h"
#include "rehearsal/double.h"

namespace crier::rehearsal {

/// Bluesky on one origin: directory of names (PLC), the accounts' server (PDS) and the
/// authorization server that it trusts.
///
/// 1. Every handle is an account, from the moment at which somebody names it.
/// 2. An app password is any text that has the form of one: abcd-efgh-ijkl-mnop.
/// 3. Of a DPoP proof it checks form, method, address, time, nonce, token and key, and that it is
///    new; not its signature.
/// 4. A record's cid is made of its JSON, not of its CBOR: the same record has the same, but it is
///    not the one that the real server would give. A blob's is the real one.
/// 5. It is stricter than the real server in two things: facets must lie inside the text, and a
/// sign-in must be announced with a DPoP proof.
/// Source: the reference PDS 0.5.35 and the lexicons, 2026-08.
class Bluesky final : public Double {
 public:
  using Double::Double;

  [[nodiscard]] Response answer(const Request& request) override;
  [[nodiscard]] bool publishes(const Request& request) const override;
  [[nodiscard]] Response too_many_requests(std::chrono::seconds wait) const override;
  [[nodiscard]] Response server_error() const override;
  [[nodiscard]] Credentials sign_in(const Account& account) override;
  void expire_tokens() override;

 private:
  struct Blob {
    std::string bytes, type;
  };
  struct Record {
    std::string json;
    std::string cid;
  };
  struct Person {
    std::string did, handle;
    std::map<std::string, Record> posts;  ///< by their keys
    std::map<std::string, Blob> blobs;    ///< by their cids
  };
  /// A token of a session, or of OAuth: then it is bound to the key with that thumbprint.
  struct Token {
    std::string did, family;
    std::string thumbprint, client_id, scope;
    SysTime ends{};
    bool is_refresh = false;
    bool is_expired = false;  ///< before its time
  };
  /// A sign-in that was announced (PAR), and later its code.
  struct Pushed {
    FormFields fields;
    std::string thumbprint, did;
    SysTime ends{};
  };
  struct Proof {
    std::string thumbprint, nonce, ath;
  };

  // Of all: bluesky.cpp
  [[nodiscard]] Response about(const Request& request, const std::string& path);
  [[nodiscard]] Person& person_of(const std::string& handle);
  [[nodiscard]] Person* find(const std::string& did_or_handle);
  [[nodiscard]] Response did_document(const std::string& did) const;
  [[nodiscard]] Response resolve_handle(const Request& request);
  [[nodiscard]] std::string make_jwt(const std::string& did, std::string_view scope, SysTime ends);
  /// Who signed a request, or how the server refuses it.
  [[nodiscard]] std::variant<Person*, Response> signer_of(const Request& request);
  [[nodiscard]] std::variant<Token, Response> session_token(const Request& request, bool refresh);
  [[nodiscard]] Json make_session(const Person& person, std::string family);
  [[nodiscard]] Response create_session(const Request& request);
  [[nodiscard]] Response refresh_session(const Request& request);
  [[nodiscard]] Response get_session(const Request& request);
  [[nodiscard]] Response delete_session(const Request& request);
  void end_family(const std::string& family);

  // What an account holds: bluesky_repo.cpp
  [[nodiscard]] Response upload_blob(const Request& request);
  [[nodiscard]] static std::optional<Response> missing_blob(const Person& person,
                                                            const Json& record);
  [[nodiscard]] Response put_record(const Request& request);
  [[nodiscard]] Response get_record(const Request& request);
  [[nodiscard]] Response list_records(const Request& request);
  void make_public(const Person& person, const std::string& key, const Record& record);

  // Signing in with OAuth: bluesky_oauth.cpp
  [[nodiscard]] Response oauth(const Request& request, const std::string& path);
  [[nodiscard]] std::string nonce(int rotations_ago = 0) const;
  [[nodiscard]] std::variant<Proof, std::string> read_proof(const Request& request);
  [[nodiscard]] Response metadata() const;
  [[nodiscard]] Response push(const Request& request, const Proof& proof);
  [[nodiscard]] Response show_consent(const Request& request);
  [[nodiscard]] Response decide(const Request& request);
  [[nodiscard]] Response give_token(const Request& request, const Proof& proof);
  [[nodiscard]] Response renew(const FormFields& fields, const Proof& proof);
  [[nodiscard]] Response revoke(const Request& request);
  [[nodiscard]] Response bound_tokens(const Token& like);

  std::map<std::string, Person> people_;  ///< by their DIDs
  std::map<std::string, Token> tokens_;   ///< by their texts
  std::map<std::string, Token> used_;     ///< refresh tokens that have renewed
  std::map<std::string, Pushed> pushed_;  ///< by their request_uri
  std::map<std::string, Pushed> codes_;
  std::set<std::string> proofs_;  ///< every jti that was used
  std::uint64_t revisions_ = 0;
};

/// An error as XRPC has it.
[[nodiscard]] Response xrpc_error(int status, std::string_view name, std::string_view message,
                                  Headers headers = {});

/// A CID version 1 of those bytes' SHA-256, as text. `codec`: 0x55 raw, 0x71 dag-cbor.
[[nodiscard]] std::string cid_of(std::string_view bytes, unsigned char codec);

/// Why the server would not take a record of app.bsky.feed.post; empty if it would.
[[nodiscard]] std::string why_no_post(const Json& record);

}  // namespace crier::rehearsal

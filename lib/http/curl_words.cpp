#include "http/curl_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/utf8.h"

namespace crier {
namespace {

struct Words {
  long code;
  std::string_view text;  ///< {0}: the host
};

/// By CURLcode.
constexpr std::array endings{
    Words{CURLE_UNSUPPORTED_PROTOCOL, "leads to an address that is neither http nor https"},
    Words{CURLE_URL_MALFORMAT, "is, or leads to, what is no web address"},
    Words{CURLE_LOGIN_DENIED,
          "leads to an address with a user name in it, and crier goes nowhere under a name that "
          "somebody else has written"},
    Words{CURLE_TOO_MANY_REDIRECTS, "sends crier on and on: more than five redirects"},
    Words{CURLE_COULDNT_RESOLVE_PROXY,
          "the proxy that the environment names (https_proxy, http_proxy) is not known to the DNS"},
    Words{CURLE_COULDNT_RESOLVE_HOST,
          "{0} is not known to the DNS, or the DNS does not answer: is it written right?"},
    Words{CURLE_COULDNT_CONNECT, "{0} takes no connection"},
    Words{CURLE_PROXY, "the proxy that the environment names refuses to connect to {0}"},
    Words{CURLE_WEIRD_SERVER_REPLY, "what {0} answers is not HTTP"},
    Words{CURLE_GOT_NOTHING, "{0} closed the connection without an answer"},
    Words{CURLE_PARTIAL_FILE, "the connection to {0} broke off in the middle of the answer"},
    Words{CURLE_RECV_ERROR, "the connection to {0} broke off before the answer was whole"},
    Words{CURLE_SEND_ERROR, "the connection to {0} broke off while it was asked"},
    Words{CURLE_BAD_CONTENT_ENCODING, "the answer of {0} is packed in a way that is broken"},
    Words{CURLE_OUT_OF_MEMORY, "there is not enough memory on this machine for the answer"},
    Words{CURLE_SSL_CONNECT_ERROR,
          "no safe connection to {0} comes about: it does not speak TLS there, or only versions "
          "that are no longer safe"},
    Words{CURLE_SSL_CACERT_BADFILE,
          "the file of trusted certificates (CURL_CA_BUNDLE, SSL_CERT_FILE, or the system's) "
          "cannot be read"},
    Words{CURLE_PEER_FAILED_VERIFICATION, "the certificate of {0} is not trusted here"},
    Words{CURLE_SSL_INVALIDCERTSTATUS, "the certificate of {0} has been taken back"},
};

/// By OpenSSL's verification results (openssl/x509_vfy.h).
constexpr std::array certificates{
    Words{0, "the certificate of {0} is for another name"},
    Words{9, "the certificate of {0} is not valid yet: is this machine's clock right?"},
    Words{10, "the certificate of {0} has expired, or this machine's clock is ahead"},
    Words{18, "the certificate of {0} is signed by itself, so nobody vouches for it"},
    Words{19, "the certificate of {0} is signed by an authority that this machine does not trust"},
    Words{20,
          "the certificate of {0} is signed by an authority that this machine does not trust, "
          "or its server does not send the whole chain"},
    Words{21,
          "the certificate of {0} is signed by an authority that this machine does not trust, "
          "or its server does not send the whole chain"},
    Words{62, "the certificate of {0} is for another name"},
};

template <std::size_t Count>
std::string_view find(const std::array<Words, Count>& table, long code) {
  const auto* found = std::ranges::find(table, code, &Words::code);
  return found == table.end() ? std::string_view() : found->text;
}

}  // namespace

bool is_about_the_address(CURLcode code) {
  return code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT ||
         code == CURLE_TOO_MANY_REDIRECTS || code == CURLE_LOGIN_DENIED;
}

std::string words_for(const Ending& ending) {
  const std::string host = printable(ending.host);
  if (ending.code == CURLE_OPERATION_TIMEDOUT) {
    return fmt::format("{} {} within {} second{}", host,
                       ending.has_begun ? "sent only a part of its answer" : "did not answer",
                       ending.took.count(), ending.took.count() == 1 ? "" : "s");
  }
  if (ending.proxy_status >= 300) {
    return fmt::format("the proxy that the environment names refuses to connect to {} ({})", host,
                       ending.proxy_status);
  }
  std::string_view words;
  if (ending.code == CURLE_PEER_FAILED_VERIFICATION) words = find(certificates, ending.certificate);
  if (words.empty()) words = find(endings, ending.code);
  if (words.empty()) {
    return fmt::format("the transfer from {} failed (libcurl's error {})", host,
                       static_cast<int>(ending.code));
  }
  return fmt::format(fmt::runtime(words), host);
}

}  // namespace crier

#include "server/faults_certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "core/result.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

template <auto release>
struct Releases {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releases<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Releases<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Releases<BIO_free_all>>;

constexpr long an_hour = 3600;
constexpr long a_day = 24 * an_hour;

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  CRIER_ENSURE(key != nullptr, "OpenSSL makes a key");
  return key;
}

void extend(X509* certificate, X509* issuer, int which, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, which, value));
  CRIER_ENSURE(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
               "OpenSSL takes a certificate's extension");
}

/// A certificate that is good between two moments, in seconds from now; not signed yet.
Certificate begin(const char* name, EVP_PKEY* key, long serial, long from, long to) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return certificate;
}

void write(const std::filesystem::path& file, X509* certificate, EVP_PKEY* key) {
  const Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), certificate);
  if (key != nullptr)
    PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  write_file(file, {bytes, static_cast<std::size_t>(size)});
}

}  // namespace

Certificates make_certificates(const std::filesystem::path& folder) {
  Certificates files{folder / "authority.pem", folder / "good.pem", folder / "expired.pem",
                     folder / "other-name.pem"};
  const Key authority_key = make_key();
  const Certificate authority =
      begin("crier test authority", authority_key.get(), 1, -2 * a_day, a_day);
  X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get()));
  extend(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign");
  X509_sign(authority.get(), authority_key.get(), EVP_sha256());
  write(files.authority, authority.get(), nullptr);

  const Key key = make_key();
  long serial = 1;
  const auto issue = [&](const std::filesystem::path& file, const char* name, long from, long to) {
    const Certificate certificate = begin("crier test server", key.get(), ++serial, from, to);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority.get()));
    extend(certificate.get(), authority.get(), NID_subject_alt_name, name);
    extend(certificate.get(), authority.get(), NID_ext_key_usage, "serverAuth");
    X509_sign(certificate.get(), authority_key.get(), EVP_sha256());
    write(file, certificate.get(), key.get());
  };
  issue(files.good, "IP:127.0.0.1", -an_hour, an_hour);
  issue(files.expired, "IP:127.0.0.1", -2 * a_day, -a_day);
  issue(files.other_name, "IP:127.0.0.2,DNS:elsewhere.example.gov.uk", -an_hour, an_hour);
  return files;
}

}  // namespace crier

#pragma once
#include <locale.h>

namespace crier {

/// While it lives, libcurl reads host names as UTF-8 on this thread, of requests and of redirects
/// alike: libidn2 takes their bytes for letters of the locale, and in "C", which a program has that
/// asks for no other, none beyond ASCII is one. How anything else is read or written (numbers, for
/// one) stays as it is. Without C.UTF-8 (glibc before 2.35) it does nothing.
class Utf8Names {
 public:
  Utf8Names() : before_(::uselocale(names())) {}
  ~Utf8Names() { ::uselocale(before_); }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  /// Null, which changes nothing, where there is no such locale.
  static locale_t names() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
    return utf8;
  }

  locale_t before_;
};

}  // namespace crier

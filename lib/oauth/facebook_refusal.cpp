#include "oauth/facebook_refusal.h"

#include "oauth/json_text.h"

namespace crier {
namespace {

using nlohmann::json;

struct Refused {
  int code = 0, subcode = 0;
};
int number_in(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return 0;
  const auto value = found->get<std::int64_t>();
  return value > 0 && value < 100'000'000 ? static_cast<int>(value) : 0;
}
Refused refused_with(const Response& response) {
  const auto object = parse_object(response.body);
  const auto error = object ? object->find("error") : json::const_iterator();
  if (!object || error == object->end() || !error->is_object()) return {};
  return {number_in(*error, "code"), number_in(*error, "error_subcode")};
}

}  // namespace

int facebook_code(const Response& response) { return refused_with(response).code; }

Failure facebook_refusal(const Response& response, SysTime now, std::string_view doing,
                         std::string_view advice) {
  const Refused why = refused_with(response);
  auto sorted = classify(response, now);
  if (sorted && why.code == 0 &&
      (sorted->kind == ErrorKind::unavailable || sorted->kind == ErrorKind::throttled)) {
    return fail(*std::move(sorted), "{}", doing);
  }
  if (why.code == 2 || why.code == 4 || why.code == 17 || why.code == 32 || why.code == 613) {
    return fail(why.code == 2 ? ErrorKind::unavailable : ErrorKind::throttled,
                "{}: Facebook cannot do it just now ({}, code {}): try again later", doing,
                response.status, why.code);
  }
  if (!sorted) {
    return fail(ErrorKind::rejected, "{}: Facebook's answer is none that its API gives. {}", doing,
                advice);
  }
  const std::string code = why.code == 0      ? std::string()
                           : why.subcode == 0 ? fmt::format(", code {}", why.code)
                                              : fmt::format(", code {}/{}", why.code, why.subcode);
  return fail(ErrorKind::unauthorized, "{}: Facebook refused it ({}{}). {}", doing, response.status,
              code, advice);
}

std::string_view advice_on_facebook_code(const Response& response) {
  const Refused why = refused_with(response);
  switch (why.subcode) {
    case 36007: return "The code has expired: start again";
    case 36009: return "The code was used before: start again";
    case 36008: return "The redirect address is not the one that the app is registered with";
    default: break;
  }
  if (why.code == 1 || why.code == 101) {
    return "Check the App ID and the App secret (App settings, Basic)";
  }
  return "A code is good once and for some minutes: start again; and check the App ID and the App "
         "secret";
}

}  // namespace crier

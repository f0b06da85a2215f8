#pragma once
#include <string>
#include <utility>
#include <variant>

#include "core/url.h"
#include "oauth/oauth2.h"
#include "oauth/sign_in.h"
#include "rehearsal/double.h"
#include "support/fake_clock.h"

namespace crier {

/// A person with a browser before a double, in memory.
class Person {
 public:
  Person(rehearsal::Double& far, const Clock& clock, std::string origin)
      : far_(far), clock_(clock), origin_(std::move(origin)) {}

  [[nodiscard]] Response get(const std::string& url) {
    Request request;
    request.url = url;
    return far_.answer(request);
  }

  /// Presses a button of the form on a page: "yes", "no", or none at all.
  [[nodiscard]] Response press(const Response& page, const std::string& decision = "yes") {
    FormFields fields;
    std::size_t at = 0;
    while ((at = page.body.find("<input type=\"hidden\" name=\"", at)) != std::string::npos) {
      std::string name = quoted(page.body, page.body.find("name=\"", at) + 6);
      fields.emplace_back(std::move(name), quoted(page.body, page.body.find("value=\"", at) + 7));
      ++at;
    }
    if (!decision.empty()) fields.emplace_back("decision", decision);
    Request request;
    request.method = Method::post;
    request.url = origin_ + quoted(page.body, page.body.find("action=\"") + 8);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = form_encode(fields);
    return far_.answer(request);
  }

  /// Sends what the sign-in asks until it wants something else.
  [[nodiscard]] Result<SignInStep> go_on(SignInFlow& flow, Result<SignInStep> step) {
    for (int i = 0; i < 20 && step && std::holds_alternative<Ask>(*step); ++i) {
      step = flow.answered(far_.answer(std::get<Ask>(*step).request), clock_.now());
    }
    return step;
  }

 private:
  static std::string quoted(const std::string& page, std::size_t from) {
    if (from > page.size()) return {};
    std::string text = page.substr(from, page.find('"', from) - from);
    for (const auto& [name, c] : {std::pair{"&quot;", '"'},
                                  {"&#39;", '\''},
                                  {"&lt;", '<'},
                                  {"&gt;", '>'},
                                  {"&amp;", '&'}}) {
      const std::string entity = name;
      for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos; ++at)
        text.replace(at, entity.size(), 1, c);
    }
    return text;
  }

  rehearsal::Double& far_;
  const Clock& clock_;
  std::string origin_;
};

}  // namespace crier

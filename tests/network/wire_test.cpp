// Plays every case under tests/golden/wire/<network>/<case>/ through its network.
//
// delivery.json   what differs from the delivery of sample(), and which question is asked:
//                 "ask": "publish" (the turns), "look" (look_for, recognise), "back" (look_back,
//                 read_back) or "inquire". "source" says where the contract is written.
// want-N.txt      what the network says at step N.
// answer-N.http   what the server answers to it; without one, step N is the last.
//
// CRIER_UPDATE_GOLDEN=1 rewrites want-*.txt; a person reads the difference.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "network/registry.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

struct Case {
  fs::path folder;
  std::string network, name;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.network << "/" << c.name;
}

std::vector<Case> cases() {
  std::vector<Case> found;
  const fs::path root = fs::path(CRIER_SOURCE_DIR) / "tests/golden/wire";
  for (const auto& network : fs::directory_iterator(root)) {
    for (const auto& folder : fs::directory_iterator(network.path())) {
      found.push_back(
          {folder.path(), network.path().filename().string(), folder.path().filename().string()});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Case& a, const Case& b) { return a.folder < b.folder; });
  return found;
}

std::string name_of_case(const testing::TestParamInfo<Case>& param) {
  std::string name = param.param.network + "_" + param.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

struct Scene {
  Delivery delivery;
  Account account;
  AccountFacts facts;
};

Scene sample(const std::string& network) {
  Scene scene;
  scene.account = {{"town-hall"}, network, "https://social.example.gov.uk", "en-GB", {}};
  if (network == "outbox") scene.account.settings["path"] = "/srv/crier/outbox.jsonl";
  Delivery& delivery = scene.delivery;
  delivery.id = {"0123456789abcdef0123456789abcdef"};
  delivery.feed = {"jobs"};
  delivery.account = scene.account.id;
  delivery.item_id = "job-17";
  delivery.item_title = "Lifeguard";
  delivery.item_link = "https://www.example.gov.uk/jobs/17";
  delivery.post = {
      "New job: Lifeguard https://www.example.gov.uk/jobs/17", "en-GB", delivery.item_link, {}};
  delivery.planned_at = now - std::chrono::seconds{60};
  return scene;
}

std::map<std::string, std::string> strings_in(const Json& json, const char* key) {
  return json.contains(key) ? json[key].get<std::map<std::string, std::string>>()
                            : std::map<std::string, std::string>();
}

void change_post(Post& post, const Json& json) {
  post.text = json.value("text", post.text);
  post.link = json.value("link", post.link);
  post.language = json.value("language", post.language);
  const Json images = json.value("images", Json::array());
  for (const Json& image : images) {
    post.images.push_back({image.value("url", ""), image.value("alt", "")});
  }
  const Json card = json.value("card", Json::object());
  post.card.url = card.value("url", "");
  post.card.title = card.value("title", "");
  post.card.description = card.value("description", "");
  post.card.image.url = card.value("image", "");
}

Scene read_scene(const Case& c, const Json& json) {
  Scene scene = sample(c.network);
  change_post(scene.delivery.post, json);
  scene.delivery.item_title = json.value("item_title", scene.delivery.item_title);
  scene.delivery.item_link = json.value("item_link", scene.delivery.item_link);
  if (json.contains("publishing_at")) {
    scene.delivery.stage = Stage::publishing;
    scene.delivery.publishing_at = from_iso8601(json["publishing_at"].get<std::string>());
  }
  if (json.contains("sent_at")) {
    scene.delivery.sent_at = from_iso8601(json["sent_at"].get<std::string>());
  }
  scene.delivery.attempts = json.value("attempts", 0);
  scene.delivery.notes = strings_in(json, "notes");
  for (const auto& [key, value] : strings_in(json, "settings")) scene.account.settings[key] = value;
  scene.facts.values = strings_in(json, "facts");
  return scene;
}

Response read_response(const std::string& text) {
  Response response;
  const std::size_t end_of_head = text.find("\n\n");
  std::string_view head = std::string_view(text).substr(0, end_of_head);
  response.status = std::stoi(std::string(head.substr(head.find(' ') + 1, 3)));
  head.remove_prefix(std::min(head.find('\n'), head.size()));
  while (!head.empty()) {
    head.remove_prefix(1);
    const std::string_view line = head.substr(0, head.find('\n'));
    const std::size_t colon = line.find(": ");
    response.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
    head.remove_prefix(line.size());
  }
  if (end_of_head != std::string::npos) response.body = text.substr(end_of_head + 2);
  if (response.body.ends_with('\n')) response.body.pop_back();
  return response;
}

std::string write(const Request& request) {
  std::string out = fmt::format("{} {}\n", name_of(request.method), request.url);
  for (const Header& header : request.headers) out += header.name + ": " + header.value + "\n";
  out += request.sign ? "(to be signed)\n" : "(not to be signed)\n";
  for (const Part& part : request.parts) {
    const bool is_file = !part.filename.empty();
    out += fmt::format("part {}{} = {}\n", part.name,
                       is_file ? fmt::format(" ({}, {})", part.filename, part.type) : "",
                       part.content);
  }
  if (!request.body.empty()) out += "\n" + request.body + "\n";
  return out;
}

std::string write(const char* what, const Error& why) {
  std::string out = fmt::format("{}: {}\n{}\n", what, name_of(why.kind), why.message);
  if (why.retry_after) out += fmt::format("retry after {} s\n", why.retry_after->count());
  return out;
}

std::string write(const Receipt& receipt) {
  return fmt::format("receipt\n{}\n{}\n", receipt.remote_id, receipt.url);
}

std::string write(const Outcome& outcome) {
  return std::visit(
      Overloaded{[](const Receipt& receipt) { return write(receipt); },
                 [](const Rejected& rejected) { return write("rejected", rejected.why); },
                 [](const Deferred& deferred) {
                   return write("deferred", deferred.why) + "until " + to_iso8601(deferred.until) +
                          "\n";
                 },
                 [](const Uncertain& uncertain) { return write("uncertain", uncertain.why); }},
      outcome);
}

std::string write(const PastPage& page) {
  std::string out = "next " + page.next + "\n";
  for (const PastPost& post : page.posts) {
    out += fmt::format("{}\n  {}\n  {}\n  {}\n", post.remote_id, post.url, post.text,
                       post.at ? to_iso8601(*post.at) : "no time");
    for (const std::string& link : post.links) out += "  link " + link + "\n";
  }
  return out;
}

std::string write(const Turn& turn) {
  std::string out = std::visit(
      Overloaded{[](const Prepare& step) { return "prepare\n" + write(step.request); },
                 [](const GetImage& step) {
                   return fmt::format("image\n{}\nmax_bytes {}\nmax_side {}\n", step.url,
                                      step.max_bytes, step.max_side);
                 },
                 [](const Publish& step) { return "publish\n" + write(step.request); },
                 [](const Pause& step) { return fmt::format("pause {} s\n", step.wait.count()); },
                 [](const Finish& step) { return write(step.outcome); }},
      turn.step);
  if (!turn.warning.empty()) out += "warning " + turn.warning + "\n";
  for (const auto& [key, value] : turn.notes) out += fmt::format("note {} = {}\n", key, value);
  return out;
}

class Wire : public testing::TestWithParam<Case> {
 protected:
  /// Compares with want-<step>.txt, or writes it.
  void expect(int step, const std::string& text) const {
    const fs::path file = GetParam().folder / fmt::format("want-{}.txt", step);
    if (std::getenv("CRIER_UPDATE_GOLDEN") != nullptr) write_file(file, text);
    EXPECT_EQ(text, read_file(file)) << file;
  }

  [[nodiscard]] std::optional<Response> answer(int step) const {
    const fs::path file = GetParam().folder / fmt::format("answer-{}.http", step);
    if (!fs::exists(file)) return std::nullopt;
    return read_response(read_file(file));
  }
};

void play_publish(const Network& network, Scene& scene,
                  const std::function<void(int, const std::string&)>& expect,
                  const std::function<std::optional<Response>(int)>& answer) {
  std::optional<Response> last;
  for (int step = 1; step < 20; ++step) {
    const Turn turn =
        network.next(scene.delivery, {scene.account, scene.facts, now}, last ? &*last : nullptr);
    scene.delivery.notes = turn.notes;
    expect(step, write(turn));
    last = answer(step);
    if (!last) return;
  }
}

TEST_P(Wire, SaysWhatTheCaseWants) {
  const Json json = Json::parse(read_file(GetParam().folder / "delivery.json"));
  const Network* network = find_network(GetParam().network);
  ASSERT_NE(network, nullptr);
  Scene scene = read_scene(GetParam(), json);
  const Context context{scene.account, scene.facts, now};
  const std::string ask = json.value("ask", "publish");
  if (ask == "publish") {
    play_publish(
        *network, scene, [this](int step, const std::string& text) { expect(step, text); },
        [this](int step) { return answer(step); });
  } else if (ask == "look") {
    const auto request = network->look_for(scene.delivery, context);
    expect(1, request ? write(*request) : "cannot be asked\n");
    if (const auto response = answer(1)) {
      const auto found = network->recognise(scene.delivery, context, *response);
      const std::string text = !found    ? write("unknown", found.error())
                               : !*found ? "not there\n"
                                         : write(**found);
      expect(2, text);
    }
  } else if (ask == "back") {
    const auto request = network->look_back(context, json.value("cursor", ""));
    expect(1, request ? write(*request) : "cannot be asked\n");
    if (const auto response = answer(1)) {
      const auto page = network->read_back(context, *response);
      expect(2, page ? write(*page) : write("unknown", page.error()));
    }
  } else {
    ASSERT_EQ(ask, "inquire");
    int step = 0;
    for (const Request& request : network->inquire(scene.account, scene.facts)) {
      expect(++step, write(request));
      if (const auto response = answer(step)) {
        scene.facts = network->learn(scene.facts, request, *response);
      }
    }
    std::string text;
    for (const auto& [key, value] : scene.facts.values)
      text += fmt::format("{} = {}\n", key, value);
    const TextRules rules = network->rules(scene.account, scene.facts);
    text += fmt::format("limit {}, link {}\n", rules.limit, rules.link_weight.value_or(0));
    expect(step + 1, text);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Wire, testing::ValuesIn(cases()), name_of_case);

}  // namespace
}  // namespace crier

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "compose/measure.h"
#include "core/utf8.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"
#include "rehearsal/threads_sign_in.h"

namespace crier::rehearsal {
namespace {

using threads::Form;
using threads::form_of;
using threads::refuse;
using threads::take;
using threads::ThreadsSignIns;

using std::chrono::hours;

/// Source: developers.facebook.com, Threads, "Overview", "Posts" and "Long-lived tokens", 2026-08.
constexpr hours container_lasts{24};
constexpr std::size_t posts_a_day = 250;
constexpr std::size_t most_text = 500;
constexpr std::size_t most_alt = 1000;
constexpr std::size_t most_topic = 50;
constexpr std::size_t most_links = 5;

/// What is read of a body: of JSON, the two fields that matter and nothing else, as the real one
/// was seen to do. Source: github.com/exileum/meta-mcp, CHANGELOG 3.1.0.
Form body_of(const Request& request) {
  const std::string type(find_header(request.headers, "Content-Type").value_or(""));
  if (!type.starts_with("application/json")) return form_of(request.body);
  const Json json = parse_json(request.body);
  Form form;
  for (const char* name : {"media_type", "text", "creation_id", "image_url"}) {
    const std::string value = text_of(json, name);
    if (!value.empty()) form[name] = value;
  }
  return form;
}

std::string meta_time(SysTime at) {
  std::string text = to_iso8601(at);
  text.replace(text.find('Z'), 1, "+0000");
  return text;
}

/// The addresses in a text, each once.
std::set<std::string> links_in(const std::string& text) {
  std::set<std::string> links;
  for (std::size_t at = text.find("http"); at != std::string::npos; at = text.find("http", at)) {
    const std::size_t end = std::min(text.find_first_of(" \n\t", at), text.size());
    const std::string link = text.substr(at, end - at);
    if (is_http_url(link)) links.insert(link);
    at = end;
  }
  return links;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Stands in for graph.threads.net, and for the consent page of threads.net.
class ThreadsDouble final : public Double {
 public:
  using Double::Double;

  [[nodiscard]] Response answer(const Request& request) override {
    const std::string path = path_of(request);
    const Form query = form_of(query_of(request));
    const bool posts = request.method == Method::post;
    if (auto answer = sign_ins_.answer(request)) return *std::move(answer);
    if (!sign_ins_.is_good(take(query, "access_token"))) {
      return refuse(401, 190, "Error validating access token: Session has expired.", 463);
    }
    if (path == "/v1.0/me/threads" && posts) return create(body_of(request));
    if (path == "/v1.0/me/threads_publish" && posts) return publish(body_of(request));
    if (posts || request.method != Method::get) {
      return refuse(400, 100, "Unsupported request - method type: " + path);
    }
    if (path == "/v1.0/me") {
      return respond_json(200, {{"id", ThreadsSignIns::account_number},
                                {"username", ThreadsSignIns::account_name}});
    }
    if (path == "/v1.0/me/threads") return list(query);
    if (path == "/v1.0/me/threads_publishing_limit") return limit();
    return show(path.substr(path.rfind('/') + 1), query);
  }

  [[nodiscard]] bool publishes(const Request& request) const override {
    return request.method == Method::post && path_of(request) == "/v1.0/me/threads_publish";
  }

  [[nodiscard]] Response too_many_requests(std::chrono::seconds /*wait*/) const override {
    return refuse(403, 4, "Application request limit reached");
  }
  [[nodiscard]] Response server_error() const override {
    return refuse(500, 2, "Service temporarily unavailable");
  }
  [[nodiscard]] Credentials sign_in(const Account& /*account*/) override {
    return sign_ins_.sign_in();
  }

  void expire_tokens() override { sign_ins_.expire_all(); }

 private:
  struct Container {
    Form form;
    SysTime made_at;
    bool was_asked = false;
    bool is_public = false;
    std::string trouble = {};
  };
  std::string make_id() { return "18" + std::to_string(10'000'000'000'000 + ++last_id_); }

  Response limit() {
    return respond_json(
        200, {{"data",
               {{{"quota_usage", posted_in_a_day()},
                 {"config", {{"quota_total", posts_a_day}, {"quota_duration", 86'400}}}}}}});
  }

  [[nodiscard]] std::size_t posted_in_a_day() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        arrived_, [&](const Arrived& post) { return world_.clock.now() - post.at < hours{24}; }));
  }

  /// What is wrong with a container's fields; empty if nothing is.
  std::string complaint(const Form& form) {
    const std::string type = take(form, "media_type");
    static const std::set<std::string> known{
        "media_type", "text",     "link_attachment",  "topic_tag", "reply_control",
        "image_url",  "alt_text", "is_carousel_item", "children"};
    for (const auto& [name, value] : form) {
      // The real one drops it without a word, which nobody would notice here.
      if (!known.contains(name)) return "Unknown parameter " + name;
    }
    if (type != "TEXT" && type != "IMAGE" && type != "CAROUSEL") {
      return "Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}";
    }
    const std::string text = take(form, "text");
    if (!is_utf8(text)) return "Param text must be valid UTF-8";
    if (length_of(text) > most_text) return "Param text must be at most 500 characters long.";
    if (type == "TEXT" && text.empty()) return "Param text must not be empty";
    if (type != "TEXT" && form.contains("link_attachment")) {
      return "Param link_attachment is for text posts only";
    }
    const std::string topic = take(form, "topic_tag");
    if (form.contains("topic_tag") && (topic.empty() || count_code_points(topic) > most_topic ||
                                       topic.find_first_of(".&") != std::string::npos)) {
      return "Param topic_tag must have 1 to 50 characters, without . and &";
    }
    static const std::set<std::string> who{"",
                                           "everyone",
                                           "accounts_you_follow",
                                           "mentioned_only",
                                           "parent_post_author_only",
                                           "followers_only"};
    if (!who.contains(take(form, "reply_control"))) return "Param reply_control is not known";
    if (type == "IMAGE" && !is_http_url(take(form, "image_url"))) {
      return "Param image_url is not a valid URI";
    }
    if (count_code_points(take(form, "alt_text")) > most_alt) {
      return "Param alt_text must be at most 1000 characters long.";
    }
    return type == "CAROUSEL" ? complaint_of_children(form) : std::string();
  }

  std::string complaint_of_children(const Form& form) {
    const auto children = children_of(form);
    if (children.size() < 2 || children.size() > 20) return "A carousel has 2 to 20 children";
    for (const std::string& child : children) {
      const auto found = containers_.find(child);
      if (found == containers_.end() || take(found->second.form, "is_carousel_item") != "true" ||
          !found->second.trouble.empty()) {
        return "Param children: " + child + " is no item of a carousel";
      }
    }
    return {};
  }

  static std::vector<std::string> children_of(const Form& form) {
    std::vector<std::string> children;
    std::string all = take(form, "children");
    while (!all.empty()) {
      const std::size_t comma = std::min(all.find(','), all.size());
      children.push_back(all.substr(0, comma));
      all.erase(0, comma + 1);
    }
    return children;
  }

  static std::size_t length_of(const std::string& text) {
    return measure(text, {TextRules::Unit::code_points_emoji_bytes, most_text, std::nullopt, false,
                          TextRules::Entities::none});
  }

  Response create(Form form) {
    if (const std::string why = complaint(form); !why.empty()) return refuse(400, 100, why);
    Container container{std::move(form), world_.clock.now()};
    auto links = links_in(take(container.form, "text"));
    const std::string card = take(container.form, "link_attachment");
    if (!card.empty()) links.insert(card);
    if (links.size() > most_links) container.trouble = "THREADS_API__LINK_LIMIT_EXCEEDED";
    const std::string image = ascii_lower(take(container.form, "image_url"));
    for (const char* type : {".gif", ".webp", ".svg", ".avif"}) {
      if (image.ends_with(type)) container.trouble = "UNSUPPORTED_IMAGE_FORMAT";
    }
    const std::string id = make_id();
    containers_[id] = std::move(container);
    return respond_json(200, {{"id", id}});
  }

  /// In progress when it is first asked for, as it usually is.
  Response show_container(const std::string& id, Container& container) {
    Json body{{"id", id}};
    if (container.is_public) {
      body["status"] = "PUBLISHED";
    } else if (world_.clock.now() - container.made_at >= container_lasts) {
      body["status"] = "EXPIRED";
    } else if (!std::exchange(container.was_asked, true)) {
      body["status"] = "IN_PROGRESS";
    } else if (!container.trouble.empty()) {
      body["status"] = "ERROR";
      body["error_message"] = container.trouble;
    } else {
      body["status"] = "FINISHED";
    }
    return respond_json(200, body);
  }

  Response publish(const Form& form) {
    const std::string id = take(form, "creation_id");
    const auto found = containers_.find(id);
    if (found == containers_.end() || !found->second.was_asked ||
        world_.clock.now() - found->second.made_at >= container_lasts ||
        take(found->second.form, "is_carousel_item") == "true") {
      return refuse(400, 24, "The requested resource does not exist", 4279009);
    }
    if (!found->second.trouble.empty()) {
      return refuse(400, 100, "The media could not be published: " + found->second.trouble);
    }
    if (posted_in_a_day() >= posts_a_day) {
      return refuse(403, 4, "Application request limit reached", 2207042);
    }
    // That a second time makes no second post is written nowhere: here it makes one, so that
    // whoever relies on it is found out.
    found->second.is_public = true;
    arrived_.push_back(post_of(found->second.form));
    return respond_json(200, {{"id", arrived_.back().id}});
  }

  Arrived post_of(const Form& form) {
    Arrived post;
    post.id = make_id();
    post.text = take(form, "text");
    post.url =
        fmt::format("https://www.threads.com/@{}/post/{}", ThreadsSignIns::account_name, post.id);
    post.length = length_of(post.text);
    post.limit = most_text;
    post.card.url = take(form, "link_attachment");
    post.at = world_.clock.now();
    if (take(form, "media_type") == "IMAGE") {
      post.pictures.push_back({{}, {}, take(form, "alt_text"), take(form, "image_url")});
    }
    for (const std::string& child : children_of(form)) {
      const Form& of_child = containers_[child].form;
      post.pictures.push_back({{}, {}, take(of_child, "alt_text"), take(of_child, "image_url")});
    }
    return post;
  }

  static Json entry_of(const Arrived& post) {
    Json entry{{"id", post.id},
               {"text", post.text},
               {"timestamp", meta_time(post.at)},
               {"permalink", post.url},
               {"media_type", post.pictures.empty()       ? "TEXT_POST"
                              : post.pictures.size() == 1 ? "IMAGE"
                                                          : "CAROUSEL_ALBUM"}};
    if (!post.card.url.empty()) entry["link_attachment_url"] = post.card.url;
    return entry;
  }

  Response list(const Form& query) {
    const auto number = [&](const char* name, std::int64_t usual) {
      const std::string text = take(query, name);
      if (!is_digits(text)) return usual;
      std::int64_t value = usual;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return value;
    };
    const auto since = number("since", 0);
    const auto most =
        static_cast<std::size_t>(std::clamp<std::int64_t>(number("limit", 25), 1, 100));
    const auto from = static_cast<std::size_t>(std::max<std::int64_t>(number("after", 0), 0));
    Json data = Json::array();
    std::size_t at = 0;
    for (auto post = arrived_.rbegin(); post != arrived_.rend() && data.size() < most; ++post) {
      if (post->at.time_since_epoch().count() < since || at++ < from) continue;
      data.push_back(entry_of(*post));
    }
    if (data.empty()) return respond_json(200, {{"data", Json::array()}});
    Json paging{{"cursors", {{"before", std::to_string(from)}, {"after", std::to_string(at)}}}};
    if (at < arrived_.size()) paging["next"] = world_.origin + "/v1.0/me/threads?after=…";
    return respond_json(200, {{"data", std::move(data)}, {"paging", std::move(paging)}});
  }

  Response show(const std::string& id, const Form& query) {
    if (const auto found = containers_.find(id); found != containers_.end()) {
      return show_container(id, found->second);
    }
    const auto post = std::ranges::find(arrived_, id, &Arrived::id);
    // Source: github.com/exileum/meta-mcp, issue 143: a post has no status.
    if (post != arrived_.end() && take(query, "fields").find("status") == std::string::npos) {
      return respond_json(200, entry_of(*post));
    }
    return refuse(400, 100,
                  "Unsupported get request. Object with ID '" + excerpt(id) +
                      "' does not exist, cannot be loaded due to missing permissions, or does not "
                      "support this operation",
                  33);
  }

  ThreadsSignIns sign_ins_{world_};
  std::map<std::string, Container> containers_;
  std::uint64_t last_id_ = 0;
};

}  // namespace

std::unique_ptr<Double> make_threads(DoubleWorld world) {
  return std::make_unique<ThreadsDouble>(std::move(world));
}

}  // namespace crier::rehearsal

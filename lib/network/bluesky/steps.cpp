#include "network/bluesky/steps.h"

#include <algorithm>
#include <charconv>

#include "network/bluesky/answer.h"
#include "network/json.h"
#include "network/outcomes.h"

namespace crier::bluesky {
namespace {

/// Source: the lexicons app.bsky.embed.images and app.bsky.embed.external, 2026-08.
constexpr std::size_t most_pictures = 4;
constexpr std::size_t most_picture_bytes = 2'000'000;
constexpr std::size_t most_thumb_bytes = 1'000'000;
/// What Bluesky's own programs send at most, and a card's picture shows.
constexpr std::size_t most_picture_side = 2000;
constexpr std::size_t most_thumb_side = 1200;
/// Older than this, a post's time is made anew: its followers would not see it any more.
constexpr std::chrono::minutes key_is_fresh_for{10};
/// The specification lets a server drop unused blobs after an hour.
constexpr std::chrono::minutes blobs_are_kept_for{50};
constexpr int too_large = 413;  ///< a proxy's word, too, is about the picture
constexpr const char* left_out = "-";
constexpr const char* taken = "taken";

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::int64_t seconds_of(SysTime time) { return time.time_since_epoch().count(); }

bool is_older(const Notes& notes, const char* key, std::chrono::seconds age, SysTime now) {
  const auto found = notes.find(key);
  // A clock that was set back makes an old note look young: what lies ahead is old, too.
  return found != notes.end() && std::abs(seconds_of(now) - number(found->second)) > age.count();
}

/// A server refuses a post for its key alone, in which nobody but a filter reads a word. Another
/// second gives another key. Source: the reference PDS 0.5.35, repo/prepare.
bool is_about_the_key(const Response& last) {
  const std::string why = text_of(parse_json(last.body), "message");
  return last.status == 400 && why.find("slur in record key") != std::string::npos;
}

}  // namespace

std::string service_of(const Account& account, const AccountFacts& facts) {
  const std::string service = value_of(facts.values, "service");
  return service.empty() ? account.server : service;
}

bool is_did(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '.' || c == '-' || c == '_' || c == '%';
  };
  return text.starts_with("did:") && text.size() <= 2048 && text.find(':', 4) != text.npos &&
         std::ranges::all_of(text, is_plain);
}

bool is_handle(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  };
  return text.size() <= 253 && text.find('.') != text.npos && std::ranges::all_of(text, is_plain);
}

Steps::Steps(const Delivery& delivery, const Context& context)
    : delivery_(delivery),
      context_(context),
      service_(service_of(context.account, context.facts)),
      did_(value_of(context.facts.values, "account_id")),
      notes_(delivery.notes) {}

Turn Steps::finish(Outcome outcome) { return {Finish{std::move(outcome)}, notes_, warning_}; }

void Steps::forget_blobs() {
  std::erase_if(notes_, [](const auto& note) {
    return note.first.starts_with("blob") || note.first.starts_with("size") ||
           note.first == "thumb";
  });
}

/// Only what has never been sent may change.
void Steps::forget_what_is_old() {
  if (delivery_.publishing_at) return;
  notes_.erase("record");
  if (is_older(notes_, "made_at", key_is_fresh_for, context_.now)) {
    notes_.erase("rkey");
    notes_.erase("made_at");
  }
  if (is_older(notes_, "blobs_at", blobs_are_kept_for, context_.now)) forget_blobs();
}

void Steps::forget_key() {
  for (const char* name : {"rkey", "made_at", "record"}) notes_.erase(name);
}

void Steps::make_key() {
  if (notes_.contains("rkey")) return;
  const Moment now{context_.now, context_.ordinal};
  notes_["made_at"] = fmt::format("{} {}", seconds_of(now.second), now.ordinal);
  notes_["rkey"] = make_tid(now, delivery_.id.value);
}

Moment Steps::moment() const {
  const std::string made = value_of(notes_, "made_at");
  const std::size_t space = std::min(made.find(' '), made.size());
  Moment moment;
  moment.second = SysTime{std::chrono::seconds{number(std::string_view(made).substr(0, space))}};
  moment.ordinal = static_cast<std::size_t>(std::max<std::int64_t>(
      number(std::string_view(made).substr(std::min(space + 1, made.size()))), 0));
  return moment;
}

Picture Steps::picture(const std::string& which, const std::string& alt) const {
  Picture picture;
  picture.blob = value_of(notes_, which == "thumb" ? which : "blob" + which);
  if (picture.blob == left_out) picture.blob.clear();
  picture.alt = alt;
  const std::string size = value_of(notes_, "size" + which);
  const std::size_t by = std::min(size.find('x'), size.size());
  picture.width = static_cast<int>(number(std::string_view(size).substr(0, by)));
  picture.height =
      static_cast<int>(number(std::string_view(size).substr(std::min(by + 1, size.size()))));
  return picture;
}

std::vector<Picture> Steps::pictures() const {
  std::vector<Picture> found;
  for (std::size_t i = 0; i < std::min(delivery_.post.images.size(), most_pictures); ++i) {
    Picture one = picture(std::to_string(i), delivery_.post.images[i].alt);
    if (!one.blob.empty()) found.push_back(std::move(one));
  }
  return found;
}

Turn Steps::go_on() {
  if (did_.empty() || service_.empty()) return ask_who();
  forget_what_is_old();
  // The account has been looked at since: what is there under the key is another's.
  if (notes_.erase(taken) > 0) forget_key();
  make_key();
  if (notes_.contains("record")) return publish();
  const Post& post = delivery_.post;
  for (std::size_t i = 0; i < std::min(post.images.size(), most_pictures); ++i) {
    const std::string which = std::to_string(i);
    if (notes_.contains("blob" + which) || gives_up("blob" + which, which)) continue;
    notes_["step"] = "image" + which;
    return {GetImage{post.images[i].url, most_picture_bytes, most_picture_side}, notes_, warning_};
  }
  const bool has_pictures = !pictures().empty();
  if (!has_pictures && !post.card.image.url.empty() && !notes_.contains("thumb") &&
      !gives_up("thumb", "thumb")) {
    notes_["step"] = "imagethumb";
    return {GetImage{post.card.image.url, most_thumb_bytes, most_thumb_side}, notes_, warning_};
  }
  notes_["record"] = make_record(post, pictures(), picture("thumb", {}), moment());
  return publish();
}

/// Leaves a picture out whose upload got no answer again and again.
bool Steps::gives_up(const std::string& blob, const std::string& which) {
  if (!is_given_up(notes_, which) && !has_failed_enough(notes_)) return false;
  warning_ = service_ + " did not take a picture in, tried again and again: it is left out";
  notes_[blob] = left_out;
  return true;
}

/// Nobody has said whose account it is, so that asking at the run's begin failed. Asked again here,
/// the reason comes to light: an app password that is wrong, a server that is down.
Turn Steps::ask_who() {
  if (service_.empty()) {
    Error why{ErrorKind::unavailable, "the server has not said yet which account it is"};
    return finish(defer(std::move(why), context_.now));
  }
  notes_["step"] = "who";
  Request request;
  request.url = service_ + "/xrpc/com.atproto.server.getSession";
  request.headers = {{"Accept", "application/json"}};
  request.sign = true;
  return {Prepare{std::move(request)}, notes_, warning_};
}

/// The session that was begun on the way may be at another server, so the post waits for a run that
/// knows it from its begin.
Turn Steps::take_who(const Response& last) {
  if (auto trouble = trouble_of_account(context_, last)) return finish(*std::move(trouble));
  Error why{ErrorKind::unavailable,
            told(service_, last, "has said only now which account it is", last.body)};
  return finish(defer(std::move(why), context_.now));
}

Turn Steps::publish() {
  notes_["step"] = "record";
  Request request;
  request.method = Method::post;
  request.url = service_ + "/xrpc/com.atproto.repo.putRecord";
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  request.body = write_json({{"repo", did_},
                             {"collection", collection},
                             {"rkey", notes_["rkey"]},
                             {"record", parse_json(notes_["record"])},
                             {"swapRecord", nullptr}});
  request.sign = true;
  return {Publish{std::move(request)}, notes_, warning_};
}

Turn Steps::take(const Response& last) {
  const std::string step = value_of(notes_, "step");
  if (step == "who") return take_who(last);
  if (step.starts_with("image")) return take_image(step.substr(5), last);
  if (step.starts_with("upload")) return take_upload(step.substr(6), last);
  return take_record(last);
}

Turn Steps::take_image(const std::string& which, const Response& last) {
  const std::string blob = which == "thumb" ? which : "blob" + which;
  if (last.status != 200) {
    notes_[blob] = left_out;
    return go_on();
  }
  notes_["size" + which] = fmt::format("{}x{}", find_header(last.headers, "Width").value_or("0"),
                                       find_header(last.headers, "Height").value_or("0"));
  notes_["step"] = "upload" + which;
  count_try(notes_, which);
  Request request;
  request.method = Method::post;
  request.url = service_ + "/xrpc/com.atproto.repo.uploadBlob";
  request.headers = {
      {"Accept", "application/json"},
      {"Content-Type",
       std::string(find_header(last.headers, "Content-Type").value_or("image/jpeg"))}};
  request.body = last.body;
  request.sign = true;
  request.timeout = std::chrono::seconds{60};
  return {Prepare{std::move(request)}, notes_, warning_};
}

Turn Steps::take_upload(const std::string& which, const Response& last) {
  std::string blob = read_blob(last);
  if (blob.empty()) {
    // A server that fails at pictures only must not keep the words back for ever.
    auto trouble = trouble_of_account(context_, last);
    const auto* waits = trouble ? std::get_if<Deferred>(&*trouble) : nullptr;
    // 403 may be of pictures only.
    const bool is_about_account =
        waits != nullptr && last.status != 403 &&
        (waits->why.kind == ErrorKind::unauthorized || waits->why.kind == ErrorKind::throttled);
    if (is_about_account) forgive_try(notes_, which);
    const bool has_waited = !is_about_account && is_given_up(notes_, which);
    if (trouble && !has_waited && last.status != too_large) return finish(*std::move(trouble));
    warning_ = told(service_, last, "does not take a picture, which is left out", last.body);
  }
  if (!blob.empty()) {
    end_tries(notes_, which);
  } else {
    end_tries_of_refused(notes_, which);
  }
  notes_[which == "thumb" ? which : "blob" + which] = blob.empty() ? left_out : std::move(blob);
  if (!notes_.contains("blobs_at")) notes_["blobs_at"] = std::to_string(seconds_of(context_.now));
  return go_on();
}

Turn Steps::take_record(const Response& last) {
  // One that was sent before may be there under its key.
  if (is_about_the_key(last) && !was_sent_before(delivery_)) {
    forget_key();
    return finish(Deferred{
        {ErrorKind::unavailable,
         told(service_, last, "takes exception to the post's key: it gets another", last.body)},
        context_.now});
  }
  if (error_name(last) == "InvalidSwap") notes_[taken] = "yes";
  if (error_name(last) != "BlobNotFound" || last.status != 400) {
    return finish(outcome_of_publish(context_, last));
  }
  // The server has dropped a picture that took too long to be named. The same picture again gives
  // the same blob, so the record stays what it was. Where that does not help, the words go alone.
  const bool is_second = notes_.contains("again");
  forget_blobs();
  notes_.erase("record");
  notes_.erase("blobs_at");
  notes_["again"] = "blobs";
  if (is_second) {
    for (std::size_t i = 0; i < most_pictures; ++i) notes_["blob" + std::to_string(i)] = left_out;
    notes_["thumb"] = left_out;
    warning_ = told(service_, last, "loses the pictures of this post, which goes without", {});
  }
  return finish(Deferred{{ErrorKind::unavailable,
                          told(service_, last, "has lost a picture: it is uploaded again", {})},
                         context_.now});
}

}  // namespace crier::bluesky

#pragma once
#include <string>
#include <vector>

#include "network/network.h"
#include "network/threads/wire.h"

namespace crier::threads {

/// What has been tried is known again this long after a server's clock and ours may differ.
inline constexpr std::chrono::seconds clock_tolerance{120};

/// So often a container that Threads has lost is made anew.
inline constexpr int most_remade = 3;

/// Asks for the account's posts since this one may have gone out.
[[nodiscard]] Request list_request(const Delivery& delivery, const Context& context);
/// The post among them; nothing if it is not there.
[[nodiscard]] const Shown* find_post(const Listing& listing, const Delivery& delivery,
                                     const Context& context, const Response& answer);
/// What a person's word calls the post at an address (Network::receipt_at): "code:" and what
/// follows "/post/". The number that the API knows it by does not stand there; the code stands in
/// the permalink that the API gives, too. Empty: it is no post's address.
[[nodiscard]] std::string name_at(std::string_view address);
/// A signed GET.
[[nodiscard]] Request get_request(const Context& context, const std::string& path);

/// One post's way through its turns. What was done stands in the notes:
///
///   container      what is to be published, once Threads has made it
///   container_at   when it was begun, in seconds
///   child0 …       the containers of several pictures ("-": it is left out); children_at
///   made0 …        that container is finished
///   remade0 …, unfound0 …   how often it was not taken in or lost, and not found
///   no_picture     the post goes out without
///   polls          how often a container was not finished yet
///   ready          the container is finished, and nothing was published of it
///   check          a Publish was tried: its container must be asked before another. "lost": its
///                  answer did not come; "told": it was a refusal
///   races          how often Threads did not find what it had made
///   remade         how often a container was made anew
///   id             Threads has published it, as this
///   public         the container says that it is published; looks: how often it was looked for
///   step           what the next answer is about
class Steps {
 public:
  Steps(const Delivery& delivery, const Context& context);
  [[nodiscard]] Turn go_on();
  [[nodiscard]] Turn take(const Response& last);

 private:
  Turn create();
  Turn create_child(std::size_t which);
  Turn ask_child(std::size_t which);
  Turn ask_container();
  Turn ask_status(const std::string& step, const std::string& container);
  Turn publish();
  Turn find();
  Turn take_child(std::size_t which, const Response& last);
  Turn take_created(const Response& last);
  Turn take_child_status(std::size_t which, const Response& last);
  Turn make_child_anew(std::size_t which, const Response& last);
  Turn leave_out(std::size_t which, std::string why);
  Turn take_status(const Response& last);
  Turn take_gone(const Response& last);
  Turn take_finished();
  Turn take_broken(const Response& last, const std::string& why);
  Turn take_published(const Response& last);
  Turn take_race(const Response& last);
  Turn take_found(const Response& last);
  Turn poll(const std::string& asked);
  Turn make_anew(const std::string& why);
  Turn without_picture(const std::string& why);
  Turn finish(Outcome outcome);
  Turn wait(ErrorKind kind, std::string why,
            std::optional<std::chrono::seconds> retry_after = std::nullopt);
  Turn prepare(Request request);
  void forget_container();
  void forget_children();
  void forget_old();
  [[nodiscard]] std::vector<std::size_t> pictures() const;
  [[nodiscard]] bool was_tried() const;
  [[nodiscard]] int count(const std::string& name) const;
  int count_up(const std::string& name);
  [[nodiscard]] bool is_older_than(const std::string& name, std::chrono::seconds age) const;
  [[nodiscard]] Request post(const std::string& path, const Fields& fields) const;
  void add_options(Fields& fields) const;

  const Delivery& delivery_;
  const Context& context_;
  Notes notes_;
  std::string warning_;
};

}  // namespace crier::threads

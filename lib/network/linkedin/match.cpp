#include "network/linkedin/match.h"

#include "network/linkedin/little_text.h"

namespace crier::linkedin {

bool is_the_post(const Shown& shown, const Delivery& delivery) {
  if (!shown.is_public || shown.is_reshare) return false;
  const std::string& link = delivery.post.link;
  if (!says_the_same(shown.commentary, delivery.post.text)) {
    // A text that LinkedIn has cut is that post all the same: the card says so.
    const std::string words = bare_words(read_little_text(shown.commentary));
    return !words.empty() && !link.empty() && shown.source == link &&
           bare_words(delivery.post.text).starts_with(words);
  }
  if (link.empty() || shown.source == link) return true;
  // Without words of its own, a post is known by its link alone.
  const bool has_words = !bare_words(delivery.post.text).empty();
  return shown.source.empty() && may_have_link(shown.commentary, link) &&
         (has_words || shown.commentary.find(link) != std::string::npos);
}

}  // namespace crier::linkedin

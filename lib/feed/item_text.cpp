#include "feed/item_text.h"

#include "feed/html_text.h"

namespace crier {

void make_plain(Item& item) {
  for (Text* text : {&item.title, &item.summary}) {
    text->value =
        text->kind == Text::Kind::html ? html_to_text(text->value) : plain_to_text(text->value);
    text->kind = Text::Kind::plain;
  }
}

}  // namespace crier

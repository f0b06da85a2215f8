#include "plan/recognise.h"

#include "core/result.h"

namespace crier {
namespace {

Recognition suspect(std::string why) { return {Recognised::suspect, std::move(why)}; }

std::string without_rung(const std::string& name) { return name.substr(name.find(':') + 1); }

/// What the names say that prove nothing alone. A title that comes again is normal.
Recognition by_evidence(const ItemNames& names, const KnownNames& known) {
  const bool numbered = known[Rung::reference] || known[Rung::node];
  if (numbered && known[Rung::title]) {
    if (!names.has(Rung::dated)) return {Recognised::known, {}};
    return suspect("its number and title were seen before, with another address and date");
  }
  if (known[Rung::reference]) {
    return suspect(
        fmt::format("its reference number {} was seen before with another title and link",
                    without_rung(names[Rung::reference])));
  }
  if (known[Rung::node]) {
    return suspect(
        fmt::format("the number in its guid ({}) was seen before under another web address, with "
                    "another title and link",
                    without_rung(names[Rung::node])));
  }
  return {};
}

Recognition by_known_guid(const ItemNames& names, const KnownNames& known) {
  // A guid that is the item's own address says no more and no less than a link.
  const bool is_address = names[Rung::guid].starts_with("link:") && !names.has(Rung::link);
  const bool can_tell = names.has(Rung::link) || names.has(Rung::title);
  if (!is_address && can_tell && !known[Rung::link] && !known[Rung::dated] && !known[Rung::title]) {
    return suspect("its guid was used before for another item");
  }
  const bool moved_and_dated_anew =
      names.has(Rung::link) && !known[Rung::link] && names.has(Rung::dated) && !known[Rung::dated];
  if (!is_address && moved_and_dated_anew) {
    return suspect("its guid and title were seen before, with another link and date");
  }
  return {Recognised::known, {}};
}

/// A date without a time says little: two posts of one day have it in common.
bool is_day_only(const std::string& dated) {
  return dated.find("T00:00:00Z ") != std::string::npos ||
         dated.find("T23:00:00Z ") != std::string::npos;
}

Recognition by_new_guid(const ItemNames& names, const KnownNames& known) {
  if (known[Rung::dated] && !known[Rung::link] && !known[Rung::node] &&
      is_day_only(names[Rung::dated])) {
    return suspect("its title and day were seen before, with another guid and link");
  }
  if (known[Rung::dated]) return {Recognised::known, {}};
  if (!known[Rung::link]) return by_evidence(names, known);
  if (names.has(Rung::title) && !known[Rung::title]) return {};
  if (known[Rung::node]) return {Recognised::known, {}};
  return suspect("its link and title were seen before, though its guid is new");
}

Recognition without_guid(const ItemNames& names, const KnownNames& known) {
  if (known[Rung::dated]) return {Recognised::known, {}};
  if (known[Rung::link]) {
    if (!names.has(Rung::title) || known[Rung::title]) return {Recognised::known, {}};
    return suspect("its link was seen before under another title, and it has no guid");
  }
  if (!names.has(Rung::text)) return by_evidence(names, known);
  if (known[Rung::text]) {
    if (!names.has(Rung::link)) return {Recognised::known, {}};
    return suspect(
        "its title and text were seen before under another link, and it has neither guid nor date");
  }
  if (!names.has(Rung::link) && known[Rung::title] && !names.shares_title) {
    return suspect(
        "its title was seen before with another text, and it has no guid, link or date of its own");
  }
  return by_evidence(names, known);
}

}  // namespace

Recognition recognise(const ItemNames& names, const KnownNames& known) {
  if (!names.has(Rung::guid)) return without_guid(names, known);
  return known[Rung::guid] ? by_known_guid(names, known) : by_new_guid(names, known);
}

Recognition recognise_imported(const ItemNames& names, const KnownNames& known) {
  if (known.any_strong()) return {Recognised::known, {}};
  return by_evidence(names, known);
}

}  // namespace crier

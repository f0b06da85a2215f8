#include "store/ledger_mark.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "core/hash.h"
#include "core/private_file.h"

namespace crier {

using Json = nlohmann::ordered_json;

LedgerMark::LedgerMark(const std::filesystem::path& folder, const std::filesystem::path& ledger) {
  if (folder.empty()) return;
  std::error_code ignored;
  ledger_ = std::filesystem::weakly_canonical(ledger, ignored);
  if (ledger_.empty()) ledger_ = ledger;
  file_ = folder / fmt::format("ledger-{:016x}.mark", hash64(ledger_.string(), 0));
}

std::optional<LedgerAge> LedgerMark::last() const {
  const auto text = read_private_file(file_);
  const Json mark = Json::parse(text.value_or(""), nullptr, false);
  if (!mark.is_object()) return std::nullopt;
  const auto id = mark.find("id");
  const auto writes = mark.find("writes");
  if (id == mark.end() || writes == mark.end() || !id->is_string() ||
      !writes->is_number_integer()) {
    return std::nullopt;
  }
  return LedgerAge{id->get<std::string>(), writes->get<std::int64_t>()};
}

bool LedgerMark::is_older(const LedgerAge& found) const {
  const auto known = last();
  if (!known) return false;
  return known->id == found.id ? found.writes < known->writes : found.writes == 0;
}

void LedgerMark::keep(const LedgerAge& age) const {
  if (file_.empty() || last() == age) return;
  const Json mark{{"ledger", ledger_.string()}, {"id", age.id}, {"writes", age.writes}};
  (void)write_private_file(file_, mark.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace crier

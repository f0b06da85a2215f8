#pragma once
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "publish/report.h"

namespace crier {

/// The run for a person: a table of feeds, the posts, the sums. Nothing in it can move a terminal's
/// cursor.
void print_report(const RunReport& report, const Config& config, std::FILE* out);

/// What a person should know or do: one line each; nothing if all is well.
/// `quiet`: only what will not mend itself, so that a cron job's mail is always worth reading.
void print_problems(const RunReport& report, const Config& config, bool quiet, std::FILE* out);

/// The run as one JSON object.
void print_json(const RunReport& report, std::FILE* out);

void print_history(const std::vector<Delivery>& deliveries, std::FILE* out);
void print_history_json(const std::vector<Delivery>& deliveries, std::FILE* out);
/// One entry of that object's `deliveries`, as JSON.
[[nodiscard]] std::string history_entry(const Delivery& delivery);

/// An item as a line names it: the first words of its title, else of its id.
[[nodiscard]] std::string shown_name(std::string_view title, std::string_view id);
[[nodiscard]] std::string shown_name(const Delivery& delivery);

/// A path as the person would write it: relative where it lies below the working folder.
[[nodiscard]] std::string shown_path(const std::string& path);

}  // namespace crier

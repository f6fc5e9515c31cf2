// What a report says to one question each, as Markdown. Collected text in it is escaped; what is
// missing leaves its part out. Pure.
#pragma once

#include <string>

#include "agent/chat/topic.h"
#include "core/base/json.h"

namespace insight::agent::chat::parts {

constexpr std::size_t kMostItems = 12;  // of a list

// Of the finding: finding_parts.cpp.
bool is_found(const base::Json& report);
std::string head(const base::Json& report);           // the verdict and how sure it is
std::string without_cause(const base::Json& report);  // what keeps an answer honest then
std::string cause_line(const base::Json& cause);
std::string when(const base::Json& object, std::string_view key);  // empty: it has no such time
std::string what(const base::Json& report);
std::string why(const Question& question, const base::Json& report);
std::string since(const base::Json& report);
std::string sure(const base::Json& report);
std::string impact(const base::Json& report);

// Lists: list_parts.cpp.
std::string changed(const base::Json& report);
std::string to_do(const base::Json& report);
std::string prevention(const base::Json& report);
std::string timeline(const base::Json& report);
std::string coverage(const base::Json& report);
std::string similar(const base::Json& report);
std::string runbook(const base::Json& report);
std::string ahead(const base::Json& report);

}  // namespace insight::agent::chat::parts

// What a collection learns before it reads series: how often targets are scraped, types and units,
// what a question is about, an alert's expression.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "collectors/prometheus/collection.h"
#include "collectors/prometheus/expression.h"
#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

using base::ErrorKind;
using base::Json;

constexpr std::size_t kMostTargets = 100;

bool ends_all(ErrorKind kind) {
    return kind == ErrorKind::Unavailable || kind == ErrorKind::Timeout ||
           kind == ErrorKind::Corrupt || kind == ErrorKind::Denied || kind == ErrorKind::Internal;
}

bool says(const std::string& question, const std::string& word) {
    const auto part = [&](std::size_t at) {
        return at < question.size() && std::isalnum(static_cast<unsigned char>(question[at])) != 0;
    };
    for (std::size_t at = question.find(word); at != std::string::npos;
         at = question.find(word, at + 1))
        if ((at == 0 || !part(at - 1)) && !part(at + word.size())) return true;
    return false;
}

}  // namespace

bool Collection::choose_step() {
    const auto answer = api_.get("targets", {{"state", "active"}}, request_.deadline);
    std::map<std::int64_t, int> intervals;
    if (answer) {
        const Json& targets = base::array_at(answer->data, "activeTargets");
        std::string down;
        int down_count = 0;
        for (const Json& target : targets) {
            const auto length = base::parse_duration(base::text_at(target, "scrapeInterval"));
            if (length) ++intervals[std::max<std::int64_t>(*length / base::kSecond, 1)];
            if (base::text_at(target, "health") != "down") continue;
            if (++down_count <= 3)
                down += fmt::format(" {} ({});", base::text_at(target, "scrapeUrl"),
                                    base::text_at(target, "lastError"));
        }
        coverage_.answered("targets", targets.size(),
                           down_count == 0 ? std::string()
                                           : fmt::format("{} of {} targets cannot be scraped:{}",
                                                         down_count, targets.size(), down));
        for (Json& row : target_rows(answer->data, kMostTargets).rows)
            rows_.push_back(make_("targets", now_, std::move(row)));
    } else {
        coverage_.failed("targets", answer.error());
        if (ends_all(answer.error().kind)) return false;
    }
    // The commonest interval, of equals the longer. Older servers do not tell any; then it stays at
    // its default.
    int most = 0;
    for (const auto& [seconds, count] : intervals)
        if (count >= most) {
            most = count;
            scrape_s_ = seconds;
        }
    const std::int64_t range =
        (intervals_.back().end - intervals_.front().start) / base::kSecond + 1;
    const std::int64_t least = (limits_.step + base::kSecond - 1) / base::kSecond;
    step_s_ = std::max({scrape_s_, (range + kPoints - 1) / kPoints, least, std::int64_t{1}});
    return true;
}

void Collection::read_metadata() {
    const auto answer = api_.get("metadata", {}, request_.deadline);
    if (!answer) {
        coverage_.failed("metadata", answer.error());
        return;
    }
    dictionary_ = Dictionary(answer->data);
    coverage_.answered("metadata", dictionary_.size());
}

// Without an alert, the service asked for, else the names in the question, say what it is about.
void Collection::question_focus() {
    if (const std::string& asked = request_.incident.service; focus_.empty() && !asked.empty())
        for (const char* label : {"service", "app", "job"}) {
            focus_.emplace_back(label, asked);
            // People write names in any letters, most systems in small ones.
            if (base::lower(asked) != asked) focus_.emplace_back(label, base::lower(asked));
        }
    if (!focus_.empty() || request_.incident.question.empty()) return;
    const std::string question = base::lower(request_.incident.question);
    for (const char* label : {"service", "job", "namespace"}) {
        const std::string path = fmt::format("label/{}/values", label);
        const auto answer = api_.get(path, {}, request_.deadline);
        if (!answer) {
            coverage_.failed(path, answer.error());
            continue;
        }
        for (const Json& value : answer->data)
            if (value.is_string() && value.get_ref<const std::string&>().size() >= 2 &&
                says(question, base::lower(value.get_ref<const std::string&>())))
                focus_.emplace_back(label, value.get<std::string>());
        coverage_.answered(path, answer->data.size());
    }
}

// From where the alert came, else from the rule of its name.
std::string Collection::expression_of(const model::Alert& alert) {
    std::string expression = generator_expression(alert.generator_url);
    if (!expression.empty()) return expression;
    const auto name = alert.labels.find("alertname");
    if (name == alert.labels.end()) return {};
    for (const Json& group : base::array_at(rules_, "groups"))
        for (const Json& rule : base::array_at(group, "rules"))
            if (base::text_at(rule, "type") == "alerting" &&
                base::text_at(rule, "name") == name->second)
                return base::text_at(rule, "query");
    return {};
}

}  // namespace insight::collectors::prometheus

#include "agent/evaluation/labels.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::evaluation {
namespace {

using base::ErrorKind;
using base::Json;

constexpr std::size_t kMaxCases = 100'000;

// A snapshot is looked for below one folder and nowhere else.
bool stays_inside(const std::string& name) {
    if (name.empty() || name.front() == '/' || name.find('\0') != std::string::npos) return false;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        if (name.compare(at, end - at, "..") == 0) return false;
        at = end + 1;
    }
    return true;
}

LabelledCause cause_of(const Json& value) {
    return {base::text_at(value, "service"), base::text_at(value, "pod"),
            base::text_at(value, "kind"), base::text_at(value, "metric"),
            base::text_at(value, "change")};
}

base::Result<LabelledCase> case_of(const Json& value) {
    LabelledCase out;
    out.snapshot = base::text_at(value, "snapshot");
    if (!stays_inside(out.snapshot))
        return base::fail(ErrorKind::Invalid,
                          "needs a 'snapshot' that names a folder below the one evaluated");
    for (const Json& cause : base::array_at(value, "causes")) out.causes.push_back(cause_of(cause));
    if (value.contains("onset") && value["onset"].is_number())
        out.onset = base::from_seconds(base::number_at(value, "onset"));
    out.healthy = base::flag_at(value, "healthy");
    out.no_change = base::flag_at(value, "noChange");
    out.group = base::text_at(value, "group");
    // A label that contradicts itself or says nothing would be counted as a case and tell nothing.
    if (out.healthy && (out.no_change || out.names_entity() || out.names_change()))
        return base::fail(ErrorKind::Invalid, "is healthy and has a cause; only one can be right");
    if (!out.healthy && !out.no_change && !out.names_entity() && !out.names_change())
        return base::fail(ErrorKind::Invalid,
                          "says nothing: give it causes, or healthy, or noChange");
    return out;
}

}  // namespace

bool LabelledCase::names_entity() const {
    return std::any_of(causes.begin(), causes.end(), [](const LabelledCause& cause) {
        return !cause.service.empty() || !cause.pod.empty();
    });
}

bool LabelledCase::names_change() const {
    return std::any_of(causes.begin(), causes.end(),
                       [](const LabelledCause& cause) { return !cause.change.empty(); });
}

base::Result<std::vector<LabelledCase>> read_labels(std::string_view text, std::string_view where) {
    const auto value = base::parse_json(text, where);
    if (!value) return base::fail(value.error());
    const Json& cases = base::array_at(*value, "cases");
    if (cases.empty())
        return base::fail(ErrorKind::Invalid, fmt::format("{} has no 'cases' to score", where));
    if (cases.size() > kMaxCases)
        return base::fail(ErrorKind::TooLarge, fmt::format("{} has {} cases, more than {}", where,
                                                           cases.size(), kMaxCases));
    std::vector<LabelledCase> out;
    for (const Json& item : cases) {
        auto one = case_of(item);
        if (!one)
            return base::fail(
                one.error().kind,
                fmt::format("{}: case {} ({}) {}", where, out.size() + 1,
                            base::shorten(base::one_line(base::text_at(item, "snapshot")), 60),
                            one.error().message));
        out.push_back(std::move(*one));
    }
    return out;
}

}  // namespace insight::evaluation

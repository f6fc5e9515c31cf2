#include "analysis/users/log_users.h"

namespace insight::analysis::users {
namespace {

constexpr int kError = 17;  // of the OpenTelemetry severity numbers

bool says_failed(const model::LogView& record) {
    if (record.severity >= kError) return true;
    for (const auto& [name, value] : record.attributes)
        if ((name == "http.response.status_code" || name == "http.status_code") &&
            value.size() == 3 && value[0] == '5')
            return true;
    return false;
}

}  // namespace

void count(const model::LogView& record, Phase phase, Tally& tally) {
    std::optional<bool> failed;  // looked up only for the few that name somebody
    for (const auto& [name, value] : record.attributes) {
        const auto attribute = attribute_of(name);
        if (!attribute || !tells(kAttributes[*attribute], value)) continue;
        if (!failed) failed = says_failed(record);
        tally.add(phase, *attribute, value, *failed);
    }
}

}  // namespace insight::analysis::users

// Bodies of log records, mined and summed up.
#include "analysis/logs/log_digest.h"
#include "tests/fault/fuzz/holds.h"
#include "tests/fault/fuzz/targets.h"

namespace insight::fuzz {

void logs(std::string_view bytes) {
    const store::Snapshot at = window();
    analysis::logs::LogDigest digest(at.incident.window);
    base::Nanos time = kStart - base::kMinute;
    for (std::size_t from = 0; from <= bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', from), bytes.size());
        const std::pair<std::string_view, std::string_view> name{"service.name", "s"};
        model::LogView record;
        record.time = time += base::kSecond;
        record.body = bytes.substr(from, end - from);
        record.attributes = {&name, 1};
        digest.observe(record);
        from = end + 1;
    }
    const analysis::logs::LogSummary summary = digest.summary();
    must(summary.lines == digest.lines(), "every line is counted");
}

}  // namespace insight::fuzz

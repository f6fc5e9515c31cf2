#include "collectors/skywalking/values.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

constexpr std::int64_t kLatest = 9'000'000'000'000;  // ms: more does not fit into nanoseconds

base::Nanos from_milliseconds(std::int64_t value) {
    return std::clamp<std::int64_t>(value, 0, kLatest) * base::kMillisecond;
}

}  // namespace

std::string safe(const base::Json& object, const char* key, std::size_t bytes) {
    return base::shorten(base::clean_utf8(base::text_at(object, key)), bytes);
}

base::Nanos time_at(const base::Json& object, const char* key) {
    return from_milliseconds(base::integer_at(object, key));
}

base::Nanos written_time_at(const base::Json& object, const char* key) {
    std::int64_t out = base::integer_at(object, key);
    const std::string text = base::text_at(object, key);
    std::from_chars(text.data(), text.data() + text.size(), out);
    return from_milliseconds(out);
}

void put(model::LogRecord& record, const char* key, const std::string& value) {
    if (!value.empty()) record.attributes[key] = value;
}

void put_scope(model::LogRecord& record, const model::Scope& scope) {
    put(record, "k8s.cluster.name", scope.cluster);
    put(record, "k8s.namespace.name", scope.space);
}

}  // namespace insight::collectors::skywalking

#include "collectors/skywalking/spans.h"

#include <algorithm>
#include <array>

#include "collectors/coverage.h"
#include "collectors/skywalking/values.h"
#include "core/base/redaction/entrance.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;

constexpr std::size_t kLongestTag = 300;
constexpr std::size_t kLongestStack = 2000;
constexpr std::size_t kMostTags = 24;

// Agents' tags under the names of the semantic conventions; others keep theirs.
std::string attribute_of(const std::string& tag) {
    struct Row {
        std::string_view tag;
        std::string_view attribute;
    };
    static constexpr std::array kRows{Row{"http.method", "http.request.method"},
                                      Row{"http.status_code", "http.response.status_code"},
                                      Row{"status_code", "http.response.status_code"},
                                      Row{"url", "url.full"},
                                      Row{"db.type", "db.system"},
                                      Row{"cache.type", "db.system"},
                                      Row{"db.instance", "db.namespace"},
                                      Row{"db.statement", "db.query.text"},
                                      Row{"mq.topic", "messaging.destination.name"},
                                      Row{"mq.queue", "messaging.destination.name"}};
    for (const Row& row : kRows)
        if (tag == row.tag) return std::string(row.attribute);
    return tag;
}

std::string kind_of(const Json& span) {
    const std::string type = base::text_at(span, "type");
    const bool queue = base::text_at(span, "layer") == "MQ";
    if (type == "Entry") return queue ? "consumer" : "server";
    if (type == "Exit") return queue ? "producer" : "client";
    return "internal";
}

std::string id_of(const std::string& segment, std::int64_t number) {
    return segment + "." + std::to_string(number);
}

std::string parent_of(const Json& span, const std::string& segment) {
    // -1 is the first span of its segment
    const std::int64_t parent = base::integer_at(span, "parentSpanId", -1);
    if (parent >= 0) return id_of(segment, parent);
    // a consumer of a batch has a reference to each producer: the first one stands for all
    for (const Json& ref : base::array_at(span, "refs"))
        if (const auto other = safe(ref, "parentSegmentId", kLongestId); !other.empty())
            return id_of(other, base::integer_at(ref, "parentSpanId"));
    return {};
}

void add_tags(const Json& span, model::Span& into) {
    std::size_t count = 0;
    for (const Json& tag : base::array_at(span, "tags")) {
        const std::string key = safe(tag, "key", 100);
        if (key.empty() || count++ >= kMostTags) continue;
        std::string value = shown(base::text_at(tag, "value"), kLongestTag);
        const std::string attribute = attribute_of(key);
        if (attribute == "db.system") value = base::lower(value);
        // what follows may be anybody's data
        if (attribute == "url.full") value = value.substr(0, value.find('?'));
        if (!value.empty()) into.attributes.try_emplace(attribute, std::move(value));
    }
}

// Agents log an exception with event=error, error.kind, message and stack.
void add_exception(const Json& span, model::Span& into) {
    for (const Json& log : base::array_at(span, "logs")) {
        std::string event;
        std::string kind;
        std::string message;
        std::string stack;
        for (const Json& item : base::array_at(log, "data")) {
            const std::string key = base::text_at(item, "key");
            if (key == "event") event = base::text_at(item, "value");
            if (key == "error.kind") kind = shown(base::text_at(item, "value"), kLongestTag);
            if (key == "message") message = shown(base::text_at(item, "value"), kLongestTag);
            if (key == "stack")
                stack =
                    base::shorten(base::veiled(base::clean_utf8(
                                      base::text_at(item, "value").substr(0, kLongestStack * 2))),
                                  kLongestStack);
        }
        if (event != "error" && kind.empty()) continue;
        if (!kind.empty()) into.attributes["exception.type"] = kind;
        if (!message.empty()) into.attributes["exception.message"] = message;
        if (!stack.empty()) into.attributes["exception.stacktrace"] = stack;
        into.status_message = message.empty() ? kind
                              : kind.empty()  ? message
                                              : kind + ": " + message;
        return;
    }
}

void add_peer(const Json& span, const Names& names, model::Span& into) {
    const std::string peer = safe(span, "peer", kLongestName);
    if (peer.empty()) return;
    // A guess is an entity of its own, in the map and in the metrics, too. An address of a service
    // that sends spans itself says nothing that the service's own span does not.
    if (names.is_guess(peer)) into.attributes["peer.service"] = names.of(peer);
    const std::size_t colon = peer.rfind(':');
    into.attributes["server.address"] = peer.substr(0, colon);
    if (colon != std::string::npos) into.attributes["server.port"] = peer.substr(colon + 1);
}

}  // namespace

std::vector<model::Span> spans_of(const Json& spans, const Names& names, const model::Scope& scope,
                                  std::size_t most) {
    std::vector<model::Span> out;
    if (!spans.is_array()) return out;
    for (const Json& one : spans) {
        if (out.size() >= most) break;
        const std::string segment = safe(one, "segmentId", kLongestId);
        const std::string service = safe(one, "serviceCode", kLongestName);
        model::Span span;
        span.trace_id = safe(one, "traceId", kLongestId);
        span.start = time_at(one, "startTime");
        span.end = std::max(span.start, time_at(one, "endTime"));
        if (segment.empty() || service.empty() || span.trace_id.empty() || span.start == 0)
            continue;
        span.span_id = id_of(segment, base::integer_at(one, "spanId"));
        span.parent_span_id = parent_of(one, segment);
        span.name = safe(one, "endpointName", kLongestName);
        span.kind = kind_of(one);
        add_tags(one, span);
        if (base::flag_at(one, "isError")) {
            span.status = "error";
            add_exception(one, span);
        } else {
            span.status = "unset";
        }
        if (const auto component = safe(one, "component", 80); !component.empty())
            span.attributes["skywalking.component"] = component;
        if (span.kind == "client" || span.kind == "producer") add_peer(one, names, span);
        span.attributes["service.name"] = names.of(service);
        if (span.attributes["service.name"] != service)
            span.attributes["skywalking.service"] = service;
        const std::string instance = safe(one, "serviceInstanceName", kLongestName);
        if (!instance.empty()) span.attributes["service.instance.id"] = instance;
        if (const auto pod = pod_name(instance, {}); !pod.empty())
            span.attributes["k8s.pod.name"] = pod;
        if (!scope.cluster.empty()) span.attributes["k8s.cluster.name"] = scope.cluster;
        if (!scope.space.empty()) span.attributes["k8s.namespace.name"] = scope.space;
        out.push_back(std::move(span));
    }
    return out;
}

}  // namespace insight::collectors::skywalking

#include "core/store/snapshot_lines.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "core/base/text.h"
#include "core/model/moment.h"

namespace insight::store {
namespace {

namespace dom = simdjson::dom;
using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

// Below the limit of base::parse_json, so that nothing passes here that would not pass there.
constexpr std::size_t kDepth = 200;
// Duplicates are looked for by comparing all with all.
constexpr std::size_t kMostAttributes = 64;

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

// What clean_utf8 would drop; invalid UTF-8 does not get here.
bool has_control(std::string_view text) {
    bool found = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        found |= (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f;
    }
    return found;
}

}  // namespace

struct SnapshotLines::Parser {
    dom::parser parser;
    std::vector<std::string_view> unknown;
    Attributes attributes;
    std::deque<std::string> owned;  // text that is not in the line as it stands

    // false: not an object, or no JSON at all
    bool open(std::string_view line, dom::object& into) {
        unknown.clear();
        attributes.clear();
        owned.clear();
        // Twice the line: longer ones that follow do not each cost an allocation.
        if (parser.max_depth() != kDepth || parser.capacity() < line.size()) {
            const std::size_t capacity = std::max<std::size_t>(line.size() * 2, 64U << 10);
            if (parser.allocate(capacity, kDepth) != simdjson::SUCCESS) return false;
        }
        // The padding was promised: nothing is copied.
        return parser.parse(line.data(), line.size(), false).get_object().get(into) ==
               simdjson::SUCCESS;
    }

    bool text(dom::element value, std::string_view& into) {
        into = {};
        if (value.is_null()) return true;
        if (value.get_string().get(into) != simdjson::SUCCESS) return false;
        if (has_control(into)) into = owned.emplace_back(base::clean_utf8(into));
        return true;
    }

    bool text(dom::element value, std::string& into) {
        std::string_view view;
        if (!text(value, view)) return false;
        into = view;
        return true;
    }

    // Of other types than text the JSON is kept, as base::dump_json writes it.
    bool attribute(dom::element value, std::string_view& into) {
        switch (value.type()) {
            case dom::element_type::STRING:
                return text(value, into);
            case dom::element_type::INT64:
                into = owned.emplace_back(std::to_string(value.get_int64().value_unsafe()));
                return true;
            case dom::element_type::UINT64:
                into = owned.emplace_back(std::to_string(value.get_uint64().value_unsafe()));
                return true;
            case dom::element_type::BOOL:
                into = value.get_bool().value_unsafe() ? "true" : "false";
                return true;
            default:
                break;
        }
        const auto json = base::parse_json(simdjson::minify(value), "it");
        if (json) into = owned.emplace_back(base::dump_json(*json));
        return json.has_value();
    }

    // The last of several with one name counts.
    bool take_attributes(dom::element value) {
        attributes.clear();
        dom::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return false;
        for (const auto field : object) {
            std::string_view text;
            if (has_control(field.key) || attributes.size() > kMostAttributes ||
                !attribute(field.value, text))
                return false;
            const auto same =
                std::find_if(attributes.begin(), attributes.end(),
                             [&](const auto& other) { return other.first == field.key; });
            if (same != attributes.end())
                same->second = text;
            else
                attributes.emplace_back(field.key, text);
        }
        return true;
    }
};

namespace {

bool integer(dom::element value, std::int64_t& into) {
    return value.get_int64().get(into) == simdjson::SUCCESS;
}

model::Labels labels(const Attributes& attributes) {
    model::Labels out;
    for (const auto& [name, value] : attributes) out.emplace(name, value);
    return out;
}

bool points(dom::element value, std::vector<model::Point>& into) {
    dom::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    into.reserve(array.size());
    for (const dom::element item : array) {
        dom::array pair;
        if (item.get_array().get(pair) != simdjson::SUCCESS || pair.size() != 2) return false;
        auto at = pair.begin();
        double seconds = 0;
        if ((*at).get_double().get(seconds) != simdjson::SUCCESS) return false;
        ++at;
        if ((*at).is_null()) continue;  // a gap
        double number = 0;
        if ((*at).get_double().get(number) != simdjson::SUCCESS || !std::isfinite(number))
            return false;
        into.push_back({model::moment(base::from_seconds(seconds)), number});
    }
    // Else the slow way refuses it with the name of the series.
    return std::is_sorted(into.begin(), into.end(),
                          [](const auto& a, const auto& b) { return a.time < b.time; });
}

}  // namespace

SnapshotLines::SnapshotLines() : parser_(std::make_unique<Parser>()) {}
SnapshotLines::~SnapshotLines() = default;

const std::vector<std::string_view>& SnapshotLines::unknown_keys() const {
    return parser_->unknown;
}

bool SnapshotLines::log(std::string_view line, model::LogView& into) {
    Parser& parser = *parser_;
    dom::object object;
    if (!parser.open(line, object)) return false;
    into = {};
    for (const auto field : object) {
        const std::string_view key = field.key;
        bool taken = true;
        std::int64_t number = 0;
        if (key == "time") {
            taken = integer(field.value, into.time);
            into.time = model::moment(into.time);
        } else if (key == "severity") {
            taken = integer(field.value, number);
            into.severity = static_cast<int>(number);
        } else if (key == "severityText") {
            taken = parser.text(field.value, into.severity_text);
        } else if (key == "body") {
            taken = parser.text(field.value, into.body);
        } else if (key == "traceId") {
            taken = parser.text(field.value, into.trace_id);
        } else if (key == "spanId") {
            taken = parser.text(field.value, into.span_id);
        } else if (key == "attributes") {
            taken = parser.take_attributes(field.value);
        } else {
            parser.unknown.push_back(key);
        }
        if (!taken) return false;
    }
    into.attributes = parser.attributes;
    return true;
}

bool SnapshotLines::span(std::string_view line, model::Span& into) {
    Parser& parser = *parser_;
    dom::object object;
    if (!parser.open(line, object)) return false;
    into = {};
    for (const auto field : object) {
        const std::string_view key = field.key;
        bool taken = true;
        if (key == "traceId") {
            taken = parser.text(field.value, into.trace_id);
        } else if (key == "spanId") {
            taken = parser.text(field.value, into.span_id);
        } else if (key == "parentSpanId") {
            taken = parser.text(field.value, into.parent_span_id);
        } else if (key == "name") {
            taken = parser.text(field.value, into.name);
        } else if (key == "kind") {
            taken = parser.text(field.value, into.kind);
        } else if (key == "start") {
            taken = integer(field.value, into.start);
        } else if (key == "end") {
            taken = integer(field.value, into.end);
        } else if (key == "status") {
            taken = parser.text(field.value, into.status);
        } else if (key == "statusMessage") {
            taken = parser.text(field.value, into.status_message);
        } else if (key == "attributes") {
            taken = parser.take_attributes(field.value);
        } else {
            parser.unknown.push_back(key);
        }
        if (!taken) return false;
    }
    into.attributes = labels(parser.attributes);
    return true;
}

bool SnapshotLines::series(std::string_view line, model::Series& into) {
    Parser& parser = *parser_;
    dom::object object;
    if (!parser.open(line, object)) return false;
    into = {};
    for (const auto field : object) {
        const std::string_view key = field.key;
        bool taken = true;
        if (key == "name") {
            taken = parser.text(field.value, into.name);
        } else if (key == "labels") {
            taken = parser.take_attributes(field.value);
        } else if (key == "unit") {
            taken = parser.text(field.value, into.unit);
        } else if (key == "type") {
            std::string_view type;
            taken = parser.text(field.value, type);
            into.type = type == "counter" ? model::SeriesType::Counter
                        : type == "gauge" ? model::SeriesType::Gauge
                                          : model::SeriesType::Unknown;
        } else if (key == "points") {
            // Of a key that is there twice the last counts, as in base::parse_json.
            into.points.clear();
            taken = points(field.value, into.points);
        } else {
            parser.unknown.push_back(key);
        }
        if (!taken) return false;
    }
    into.labels = labels(parser.attributes);
    return !into.name.empty();
}

model::LogRecord keep(const model::LogView& view) {
    model::LogRecord out{view.time,
                         view.severity,
                         std::string(view.severity_text),
                         std::string(view.body),
                         std::string(view.trace_id),
                         std::string(view.span_id),
                         {}};
    for (const auto& [name, value] : view.attributes) out.attributes.emplace(name, value);
    return out;
}

}  // namespace insight::store

#include "analysis/kubernetes/cite.h"

#include <fmt/format.h>

#include "core/base/time.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr std::size_t kMost = 6;

// Values as they were; texts as statements quote them.
Json shown(const Json& value) {
    if (value.is_string()) return plain(value.get_ref<const std::string&>());
    if (value.is_structured()) return plain(base::dump_json(value).substr(0, 400));
    return value;
}

bool says_something(const Json& value) {
    return !value.is_null() && !(value.is_string() && value.get_ref<const std::string&>().empty());
}

std::string object_evidence(const Object& object, const std::vector<const Cells*>& parts,
                            const model::Window& window, EvidenceBook& book) {
    Json rows = Json::array();
    for (const Cells* cells : parts)
        for (const auto& [field, value] : *cells)
            if (says_something(value)) rows.push_back({field, shown(value)});
    model::Evidence evidence;
    evidence.title = label_of(object);
    evidence.source = "kubernetes";
    // An object has no past: what it says holds at the end of the window.
    evidence.range = {window.end, window.end};
    evidence.query = get_command(object);
    evidence.content = {{"kind", "rows"},
                        {"columns", {"field", "value"}},
                        {"rows", std::move(rows)},
                        {"facts", {{"object", label_of(object)}}}};
    return book.add(std::move(evidence));
}

std::string time_text(std::optional<Nanos> time) {
    return time ? base::format_rfc3339(*time) : std::string();
}

std::string event_evidence(const Event& event, const model::Window& window, EvidenceBook& book) {
    model::Evidence evidence;
    const std::string subject = plain(fmt::format("{} {}{}{}", event.kind, event.space,
                                                  event.space.empty() ? "" : "/", event.name));
    evidence.title = "event about " + subject;
    evidence.source = "kubernetes";
    evidence.range = {event.first.value_or(window.end), event.last.value_or(window.end)};
    evidence.query = fmt::format("kubectl get events -A --field-selector involvedObject.name={}",
                                 shell_word(event.name));
    evidence.content = {
        {"kind", "rows"},
        {"columns", {"first", "last", "count", "type", "reason", "message"}},
        {"rows", Json::array({Json::array({time_text(event.first), time_text(event.last),
                                           event.count, plain(event.type), plain(event.reason),
                                           plain(event.message)})})},
        {"facts", {{"about", subject}}}};
    return book.add(std::move(evidence));
}

}  // namespace

std::vector<std::string> cite(const Note& note, const model::Window& window, EvidenceBook& book) {
    std::vector<const Object*> order;
    std::map<const Object*, std::vector<const Cells*>> parts;
    for (const Citation& citation : note.cited) {
        std::vector<const Cells*>& own = parts[citation.object];
        if (own.empty()) order.push_back(citation.object);
        own.push_back(&citation.cells);
    }
    // The subject is always cited: its name stands in every statement, and the claim check looks
    // names up in what a statement cites.
    if (parts.find(note.subject) == parts.end()) {
        static const Cells kNothing;
        parts[note.subject] = {&kNothing};
        order.insert(order.begin(), note.subject);
    }
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < order.size() && i < kMost; ++i)
        ids.push_back(object_evidence(*order[i], parts[order[i]], window, book));
    std::vector<const Event*> events;
    for (const Event* event : note.events)
        if (std::find(events.begin(), events.end(), event) == events.end() &&
            events.size() < kMost) {
            events.push_back(event);
            ids.push_back(event_evidence(*event, window, book));
        }
    return ids;
}

}  // namespace insight::analysis::kubernetes

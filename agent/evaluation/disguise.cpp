#include "agent/evaluation/disguise.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace insight::evaluation {
namespace {

// labels whose values are names of entities; others describe
constexpr std::array<std::string_view, 8> kNaming{"service.name", "service", "app", "k8s.node.name",
                                                  "node",         "host",    "job", "instance"};

bool word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

void collect(const model::Labels& labels, std::set<std::string>& names) {
    for (const std::string_view key : kNaming)
        if (const auto it = labels.find(std::string(key)); it != labels.end())
            names.insert(it->second);
}

std::set<std::string> names_in(const store::Snapshot& snapshot) {
    const model::Signals& signals = snapshot.signals;
    std::set<std::string> names;
    for (const model::Series& series : signals.metrics) collect(series.labels, names);
    for (const model::LogRecord& record : signals.logs) collect(record.attributes, names);
    for (const model::Span& span : signals.spans) collect(span.attributes, names);
    for (const model::Edge& edge : signals.topology) names.insert({edge.from, edge.to});
    for (const model::Change& change : signals.changes) names.insert(change.entity);
    for (const model::DatabaseRow& row : signals.databases) names.insert(row.instance);
    for (const base::Json& object : signals.resources)
        names.insert(base::text_at(base::object_at(object, "metadata"), "name"));
    for (const model::Alert& alert : snapshot.incident.alerts) collect(alert.labels, names);
    names.insert(snapshot.incident.service);
    // Shorter words stand everywhere and mean anything.
    std::erase_if(names, [](const std::string& name) { return name.size() < 3; });
    return names;
}

// Other words of the same shape: which characters are letters, which digits decides how a text is
// cut into words and values, and is not what a name says.
class Renaming {
  public:
    std::string renamed(const std::string& name) {
        std::string out;
        std::string run;
        const auto end_run = [&] {
            out += run.empty() ? run : word_for(run);
            run.clear();
        };
        for (const char c : name) {
            if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
                run += c;
                continue;
            }
            end_run();
            const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
            // A permutation of the digits: different names stay different.
            out += digit ? static_cast<char>('0' + ((c - '0') * 7 + 3) % 10) : c;
        }
        end_run();
        return out;
    }

  private:
    std::string word_for(const std::string& run) {
        std::string low = run;
        for (char& c : low) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        const auto [known, fresh] = words_.try_emplace(low);
        if (fresh) known->second = next(low.size());
        std::string out = known->second;
        for (std::size_t i = 0; i < run.size(); ++i)
            if (std::isupper(static_cast<unsigned char>(run[i])) != 0)
                out[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[i])));
        return out;
    }

    // No vowel, so no word of any language; never the same twice, because the stride shares no
    // factor with a power of 20.
    std::string next(std::size_t length) {
        constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz";
        std::uint64_t index = ++given_[length] * 7919 + 4321;
        std::string out;
        for (std::size_t i = 0; i < length; ++i) {
            out += kLetters[index % kLetters.size()];
            index /= kLetters.size();
        }
        return out;
    }

    std::map<std::string, std::string> words_;  // by the lower-case word
    std::map<std::size_t, std::uint64_t> given_;
};

}  // namespace

Disguise::Disguise(const store::Snapshot& snapshot, base::Nanos shift) : shift_(shift) {
    const std::set<std::string> names = names_in(snapshot);
    Renaming renaming;
    // In one order, so that the same snapshot gets the same disguise.
    for (auto it = names.rbegin(); it != names.rend(); ++it) {
        names_[*it] = renaming.renamed(*it);
        by_first_[it->front()].push_back(*it);
    }
    for (auto& [ignored, same] : by_first_)
        std::stable_sort(same.begin(), same.end(),
                         [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Disguise::renamed(const std::string& text) const {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto candidates = by_first_.find(text[at]);
        const bool starts = at == 0 || !word(text[at - 1]) || !word(text[at]);
        std::size_t length = 0;
        if (starts && candidates != by_first_.end())
            for (const std::string& name : candidates->second) {
                const std::size_t end = at + name.size();
                if (text.compare(at, name.size(), name) != 0) continue;
                if (end < text.size() && word(text[end]) && word(name.back())) continue;
                out += names_.at(name);
                length = name.size();
                break;
            }
        if (length == 0) out += text[at];
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

void Disguise::move(base::Nanos& time) const {
    if (time != 0) time += shift_;
}

void Disguise::apply(model::Labels& labels) const {
    for (auto& [key, value] : labels) value = renamed(value);
}

void Disguise::apply(base::Json& value) const {
    if (value.is_structured()) {
        for (base::Json& item : value) apply(item);
        return;
    }
    if (!value.is_string()) return;
    const auto& text = value.get_ref<const std::string&>();
    const auto time = text.size() >= 20 && text[4] == '-' ? base::parse_rfc3339(text)
                                                          : base::Result<base::Nanos>(0);
    if (time && *time != 0)
        value = base::format_rfc3339(*time + shift_);
    else
        value = renamed(text);
}

void Disguise::apply(model::Incident& incident) const {
    model::Window& window = incident.window;
    for (base::Nanos* time : {&window.start, &window.end, &window.baseline_start,
                              &window.baseline_end, &incident.opened_at, &incident.resolved_at})
        move(*time);
    for (model::Alert& alert : incident.alerts) {
        apply(alert.labels);
        apply(alert.annotations);
        move(alert.starts_at);
        move(alert.ends_at);
    }
    incident.service = renamed(incident.service);
    incident.question = renamed(incident.question);
}

void Disguise::apply(model::Signals& signals) const {
    for (model::Series& series : signals.metrics) {
        apply(series.labels);
        for (model::Point& point : series.points) move(point.time);
    }
    for (model::LogRecord& record : signals.logs) {
        move(record.time);
        record.body = renamed(record.body);
        apply(record.attributes);
    }
    for (model::Span& span : signals.spans) {
        move(span.start);
        move(span.end);
        span.name = renamed(span.name);
        apply(span.attributes);
    }
    for (base::Json& object : signals.events) apply(object);
    for (base::Json& object : signals.resources) apply(object);
    for (model::DatabaseRow& row : signals.databases) {
        move(row.time);
        row.instance = renamed(row.instance);
        apply(row.row);
    }
    for (model::Change& change : signals.changes) {
        move(change.time);
        move(change.not_before);
        for (std::string* text :
             {&change.entity, &change.summary, &change.before, &change.after, &change.diff})
            *text = renamed(*text);
        for (std::string& file : change.files) file = renamed(file);
    }
    for (model::Edge& edge : signals.topology) {
        edge.from = renamed(edge.from);
        edge.to = renamed(edge.to);
    }
    for (model::CoverageRow& row : signals.coverage)
        for (model::Interval& interval : row.intervals) {
            move(interval.start);
            move(interval.end);
        }
}

void Disguise::apply(store::Snapshot& snapshot) const {
    apply(snapshot.incident);
    apply(snapshot.signals);
}

}  // namespace insight::evaluation

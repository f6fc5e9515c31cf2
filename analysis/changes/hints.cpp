#include "analysis/changes/hints.h"

#include <algorithm>
#include <cmath>

#include "analysis/entity.h"
#include "analysis/logs/log_digest.h"

namespace insight::analysis::changes {
namespace {

constexpr std::size_t kMostHints = 150;
constexpr double kFullHintSurprise = 5;  // -log10 p
constexpr double kMoreOften = 5;         // times as often makes a message of the baseline a hint
constexpr double kFew = 0.3;             // weight of a bad message, however rarely it came
constexpr double kMany = 0.8;
constexpr double kCounted = 0.4;  // weight of a label of a series

bool says_something(const Effects& effects) {
    return std::any_of(effects.begin(), effects.end(), [](double value) { return value > 0; });
}

Symptom hint(std::string entity, std::string text, double weight) {
    Symptom symptom;
    symptom.entity = std::move(entity);
    symptom.text = std::move(text);
    symptom.effects = effects_in(symptom.text);
    symptom.weight = weight;
    return symptom;
}

void keep_heaviest(std::vector<Symptom>& hints) {
    std::stable_sort(hints.begin(), hints.end(),
                     [](const Symptom& a, const Symptom& b) { return a.weight > b.weight; });
    if (hints.size() > kMostHints) hints.resize(kMostHints);
}

void add_spans(const std::vector<model::Span>& spans, const model::Window& window,
               std::vector<Symptom>& hints) {
    struct Count {
        int before = 0, now = 0;
        model::Nanos first = 0;
    };
    std::map<std::pair<std::string, std::string>, Count> messages;
    for (const model::Span& span : spans) {
        if (span.status_message.empty()) continue;
        const auto key =
            std::pair(entity_of(span.attributes).name, span.status_message.substr(0, 300));
        // Messages with ids in them are all different: known ones are counted on, new ones are left
        // out.
        if (messages.size() >= 10 * kMostHints && !messages.contains(key)) continue;
        Count& count = messages[key];
        if (span.start < window.start) {
            ++count.before;
        } else if (span.start <= window.end) {
            if (count.now++ == 0 || span.start < count.first) count.first = span.start;
        }
    }
    for (const auto& [key, count] : messages) {
        if (count.now <= kMoreOften * count.before) continue;
        Symptom symptom =
            hint(key.first, key.second, std::min(kMany, kFew + 0.1 * std::log2(1.0 + count.now)));
        symptom.onset = count.first;
        symptom.harmful = true;
        hints.push_back(std::move(symptom));
    }
}

// Series that count something named by a label: from nothing, or from little, to much.
void add_series(const std::vector<model::Series>& all, const model::Window& window,
                std::vector<Symptom>& hints) {
    std::size_t kept = 0;
    for (const model::Series& series : all) {
        double before = 0;
        double now = 0;
        for (const model::Point& point : series.points) {
            double& side = point.time < window.start ? before : now;
            if (point.time <= window.end) side = std::max(side, point.value);
        }
        if (now <= 0 || now <= kMoreOften * before || kept >= kMostHints) continue;
        std::string text = series.name;
        for (const auto& [key, value] : series.labels)
            // Words with a space between them are a message; anything else is a name.
            if (value.find(' ') != std::string::npos) text += "\n" + value.substr(0, 300);
        if (text.size() == series.name.size()) continue;
        Symptom symptom = hint(entity_of(series.labels, series.name).name, text, kCounted);
        if (!says_something(symptom.effects)) continue;
        ++kept;
        hints.push_back(std::move(symptom));
    }
}

}  // namespace

std::vector<Symptom> hints_of(const model::Signals& signals, const model::Window& window) {
    std::vector<Symptom> hints;
    add_spans(signals.spans, window, hints);
    add_series(signals.metrics, window, hints);
    keep_heaviest(hints);
    return hints;
}

std::vector<Symptom> hints_of(const logs::LogDigest& digest) {
    std::vector<Symptom> hints;
    if (digest.empty()) return hints;
    const logs::LogSummary summary = digest.summary();
    std::size_t examined = 0;
    for (const logs::EntityLogs& entity : summary.entities) examined += entity.templates.size();
    // Covered seconds from each bucket to the end.
    std::vector<double> left(summary.covered.size() + 1, 0);
    for (std::size_t i = summary.covered.size(); i-- > 0;)
        left[i] = left[i + 1] + summary.covered[i];
    for (const logs::EntityLogs& entity : summary.entities)
        for (const logs::TemplateCount& count : entity.templates) {
            if (count.window == 0 || count.window_lines.empty() || count.buckets.empty()) continue;
            const std::size_t first =
                std::min<std::size_t>(count.buckets.front().bucket, summary.covered.size());
            const double share = left.front() > 0 ? left[first] / left.front() : 1;
            const double p = std::pow(share, static_cast<double>(count.window + count.baseline)) *
                             static_cast<double>(std::max<std::size_t>(1, examined));
            const double surprise =
                std::max(0.0, -std::log10(std::max(1e-12, p))) / kFullHintSurprise;
            const bool bad =
                count.ranks[logs::Warning] + count.ranks[logs::Error] + count.ranks[logs::Fatal] >
                0;
            const double least = count.baseline == 0 ? kFew : 0;
            const double weight =
                bad ? std::clamp(surprise, least, kMany) : std::min(kMany, surprise) / 2;
            if (weight < 0.1) continue;
            Symptom symptom = hint(entity.entity.name, count.window_lines.front().body, weight);
            symptom.onset = count.baseline == 0 ? count.first_in_window : summary.start_of(first);
            symptom.harmful = bad;
            hints.push_back(std::move(symptom));
        }
    keep_heaviest(hints);
    return hints;
}

}  // namespace insight::analysis::changes

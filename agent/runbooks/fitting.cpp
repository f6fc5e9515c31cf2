#include "agent/runbooks/fitting.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

namespace insight::agent::runbooks {
namespace {

constexpr std::size_t kRecommended = 3;
constexpr double kLikely = 0.1;  // causes below that call for no runbook

// `*` matches any characters; two pointers, no recursion: linear in practice, n·m at worst.
bool matches_glob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

// How well one part of a rule fits: nothing when it does not.
struct Part {
    bool holds = true;
    double score = 0;
    std::string reason;
};

Part alerts(const Rule& rule, const Subject& subject) {
    if (rule.alerts.empty()) return {};
    for (const auto& labels : subject.alerts) {
        const bool all =
            std::all_of(rule.alerts.begin(), rule.alerts.end(), [&](const auto& wanted) {
                const auto label = labels.find(wanted.first);
                return label != labels.end() &&
                       re2::RE2::FullMatch(label->second, re2::RE2(wanted.second, re2::RE2::Quiet));
            });
        if (!all) continue;
        const auto name = labels.find("alertname");
        // The more labels a rule names, the more it is about this very alert.
        return {true, 1 + 0.25 * static_cast<double>(rule.alerts.size()),
                "alert " + (name == labels.end() ? rule.alerts.begin()->first : name->second)};
    }
    return {false, 0, {}};
}

Part causes(const Rule& rule, const Subject& subject) {
    if (rule.causes.empty()) return {};
    for (std::size_t i = 0; i < subject.causes.size(); ++i) {
        const FoundCause& cause = subject.causes[i];
        if (cause.probability < kLikely || std::find(rule.causes.begin(), rule.causes.end(),
                                                     cause.cause_class) == rule.causes.end())
            continue;
        // A proven cause says most of what to do, the alert less, a service that is merely hit
        // least; what is true of the first cause counts more than of its rivals.
        return {true, i == 0 ? 3.0 : 1.0, "cause " + cause.cause_class};
    }
    return {false, 0, {}};
}

Part entities(const Rule& rule, const Subject& subject) {
    if (rule.entities.empty()) return {};
    for (std::size_t i = 0; i < subject.causes.size(); ++i) {
        const FoundCause& cause = subject.causes[i];
        if (cause.probability < kLikely) continue;
        const std::string both = cause.kind + " " + cause.name;
        for (const std::string& pattern : rule.entities)
            if (matches_glob(pattern, both) || matches_glob(pattern, cause.name))
                return {true, i == 0 ? 1.5 : 0.5, both};
    }
    return {false, 0, {}};
}

Part services(const Rule& rule, const Subject& subject) {
    if (rule.services.empty()) return {};
    for (const std::string& service : subject.services)
        for (const std::string& pattern : rule.services)
            if (matches_glob(pattern, service)) return {true, 0.5, "service " + service};
    return {false, 0, {}};
}

Fit fit(const Runbook& runbook, const Subject& subject) {
    Fit best{&runbook, 0, {}};
    for (const Rule& rule : runbook.rules) {
        Fit one{&runbook, 0, {}};
        bool holds = true;
        for (const Part& part : {alerts(rule, subject), causes(rule, subject),
                                 entities(rule, subject), services(rule, subject)}) {
            // Parts of one rule must all hold; of several rules the best one counts.
            holds = holds && part.holds;
            one.score += part.score;
            if (!part.reason.empty()) one.reasons.push_back(part.reason);
        }
        if (holds && one.score > best.score) best = std::move(one);
    }
    return best;
}

}  // namespace

std::vector<Fit> runbooks_for(const std::vector<Runbook>& shelf, const Subject& subject,
                              std::size_t most) {
    std::vector<Fit> out;
    for (const Runbook& runbook : shelf)
        if (Fit one = fit(runbook, subject); one.score > 0) out.push_back(std::move(one));
    std::sort(out.begin(), out.end(), [](const Fit& a, const Fit& b) {
        return a.score != b.score ? a.score > b.score : a.runbook->file < b.runbook->file;
    });
    if (out.size() > most) out.resize(most);
    return out;
}

std::vector<Fit> runbooks_for(const std::vector<Runbook>& shelf, const model::Report& report,
                              std::size_t most) {
    return runbooks_for(shelf, subject_of(report), most);
}

std::vector<Runbook> runbooks_of(const store::Snapshot& snapshot) {
    std::vector<Runbook> out;
    for (const base::Json& json : snapshot.runbooks)
        if (auto runbook = runbook_from_json(json)) out.push_back(std::move(*runbook));
    return out;
}

void recommend_runbooks(const std::vector<Runbook>& shelf, model::Report& report) {
    if (shelf.empty()) return;
    for (const Fit& fit : runbooks_for(shelf, report, kRecommended)) {
        model::Recommendation& one = report.recommendations.emplace_back();
        std::string reasons;
        for (const std::string& reason : fit.reasons)
            reasons += (reasons.empty() ? "" : ", ") + reason;
        one.statement = fmt::format("Runbook \u201c{}\u201d ({}) is written for this: {}.",
                                    fit.runbook->title, fit.runbook->file, reasons);
        if (!report.causes.empty()) one.evidence = report.causes.front().evidence;
    }
}

}  // namespace insight::agent::runbooks

#include "analysis/logs/log_clues.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/logs/broken_flow.h"
#include "analysis/logs/line_meaning.h"
#include "analysis/logs/log_change.h"
#include "analysis/logs/log_evidence.h"
#include "analysis/logs/log_tests.h"
#include "analysis/statistics.h"
#include "core/base/text.h"

namespace insight::analysis::logs {
namespace {

using base::Json;
using model::Nanos;

// Surprise from which on a line gets a finding. Errors: one in twenty healthy windows has one.
constexpr double kErrorWorth = 1.3;
constexpr double kNewErrorWorth = 0.2;  // of an error that was never seen: a weak hint, but one
constexpr double kWarningWorth = 2;
constexpr double kRoutineWorth = 3;       // of a line that says nothing bad
constexpr double kRoutineFactor = 1.1;    // |ln|: three times as many or few
constexpr double kBad = 0.4;              // badness from which on a line is a warning
constexpr double kError = 0.7;            // … and an error
constexpr std::size_t kMostOfEntity = 3;  // findings of one kind
constexpr std::size_t kMost = 60;
constexpr double kChatty = 2;
constexpr double kUsualClump = 1.5;
constexpr double kFewRequests = 10;  // too few to compare rates by

struct Draft {
    Finding finding;
    model::Evidence evidence;
};

// What could have been said: requests where both parts saw enough of them, covered seconds
// otherwise.
struct Exposure {
    double before = 0;
    double now = 0;
    bool requests = false;
};

Exposure exposure_of(const LogSummary& summary, const EntityLogs& entity) {
    if (entity.window_traces < kFewRequests && entity.baseline_traces < kFewRequests)
        return {summary.baseline_seconds, summary.window_seconds, false};
    return {entity.baseline_traces, entity.window_traces, true};
}

struct Judged {
    std::size_t entity = 0;
    std::size_t index = 0;  // of the template in the entity
    double bad = 0;
    CountChange change;
};

std::string plural(std::uint64_t count, const char* word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string share_text(const LogSummary& summary, const TemplateCount& count) {
    return fmt::format("{} times in {:.0f} s", count.window, summary.window_seconds);
}

Json facts_of(const LogSummary& summary, const EntityLogs& entity, const TemplateCount& count,
              Nanos onset, double expected) {
    return {{"entity", entity.entity.name},
            {"pod", count.pod},
            {"template", base::shorten(base::clean_utf8(summary.templates[count.text].text), 400)},
            {"windowLines", count.window},
            {"windowSeconds", std::round(summary.window_seconds)},
            {"baselineLines", count.baseline},
            {"baselineSeconds", std::round(summary.baseline_seconds)},
            {"expectedLines", std::round(expected)},
            {"since", base::format_rfc3339(onset)}};
}

double strength_of(double surprise, double bad) {
    return std::clamp((0.25 + 0.5 * bad) * (1 - std::exp(-surprise / 4)) + 0.1, 0.0, 1.0);
}

class Clues {
  public:
    Clues(const Sight& sight, Detection& detection)
        : sight_(sight), detection_(detection), summary_(sight.logs.summary()), names_(known()) {}
    void find();

  private:
    std::vector<model::Entity> known() const;
    void judge();
    std::vector<double> more_routine_lines() const;
    bool never_before(const Judged& judged) const;
    void templates();
    void flows();
    void volumes();
    void emit();
    Draft draft_of(const Judged& judged, bool up, double surprise) const;
    void add_mechanism(Finding& finding, const std::string& text, const std::string& command) const;
    const TemplateCount* count_of(std::size_t entity, std::uint32_t text) const;

    const Sight& sight_;
    Detection& detection_;
    LogSummary summary_;
    Names names_;
    std::vector<Judged> judged_;
    double inflation_ = 1;
    std::size_t bad_count_ = 0;
    std::size_t pairs_ = 0;
    std::vector<Draft> drafts_;
};

// Whom a line may name: everybody who speaks in any signal.
std::vector<model::Entity> Clues::known() const {
    std::vector<model::Entity> out;
    std::set<std::string> names;
    const auto add = [&](const model::Entity& entity) {
        if (entity.kind != "pod" && !entity.name.empty() && names.insert(entity.name).second)
            out.push_back(entity);
    };
    for (const EntityLogs& entity : summary_.entities) add(entity.entity);
    for (const model::Span& span : sight_.signals.spans)
        if (const auto it = span.attributes.find("service.name"); it != span.attributes.end())
            add({"service", it->second});
    for (const model::Edge& edge : sight_.signals.topology) {
        add({"service", edge.from});
        add({"service", edge.to});
    }
    return out;
}

void Clues::judge() {
    std::vector<double> sizes;
    for (std::size_t e = 0; e < summary_.entities.size(); ++e) {
        const EntityLogs& entity = summary_.entities[e];
        for (std::size_t t = 0; t < entity.templates.size(); ++t) {
            const TemplateCount& count = entity.templates[t];
            Judged judged{e, t, 0, {}};
            const Line* const line = !count.window_lines.empty()     ? &count.window_lines.front()
                                     : !count.baseline_lines.empty() ? &count.baseline_lines.front()
                                                                     : nullptr;
            if (line == nullptr) continue;
            judged.bad = badness(count, line->body);
            bad_count_ += judged.bad >= kBad ? 1 : 0;
            judged_.push_back(judged);
        }
    }
    // How often a bad line is usual, per request and per second, over all entities: what one
    // entity's short baseline cannot tell (empirical Bayes: Robbins, 1956).
    std::array<double, 2> bad_lines{0.5, 0.5}, bad_exposure{};
    for (const Judged& judged : judged_) {
        if (judged.bad < kBad) continue;
        const EntityLogs& entity = summary_.entities[judged.entity];
        const Exposure exposure = exposure_of(summary_, entity);
        const std::size_t unit = exposure.requests ? 1 : 0;
        // One chatty warning must not make all errors usual.
        bad_lines[unit] +=
            std::min(kChatty, static_cast<double>(entity.templates[judged.index].baseline));
        bad_exposure[unit] += exposure.before;
    }
    const std::vector<double> busier = more_routine_lines();
    for (Judged& judged : judged_) {
        const EntityLogs& entity = summary_.entities[judged.entity];
        const TemplateCount& count = entity.templates[judged.index];
        const Exposure exposure = exposure_of(summary_, entity);
        const std::size_t unit = exposure.requests ? 1 : 0;
        const auto old_lines = static_cast<double>(count.baseline);
        double before = exposure.before;
        double now = exposure.now;
        if (judged.bad >= kBad) {
            // More work brings more errors; only routine lines tell how much more.
            if (!exposure.requests) now *= std::max(1.0, busier[judged.entity]);
            if (old_lines <= kChatty) before += 0.5 * bad_exposure[unit] / bad_lines[unit];
        }
        judged.change =
            change_of(old_lines, static_cast<double>(count.window), now / std::max(before, 1.0),
                      clump_of(summary_, count.buckets, kUsualClump));
        judged.change.expected = old_lines * now / std::max(exposure.before, 1.0);
        if (judged.bad < kBad && count.baseline + count.window >= 10)
            sizes.push_back(std::abs(judged.change.z));
    }
    // Genomic control (Devlin and Roeder, 1999): where most templates changed a little, little
    // changes are nothing; the median of |z| is 0.6745 where nothing changed.
    if (sizes.size() >= 10) inflation_ = std::max(1.0, median(sizes) / 0.6745);
}

// Routine lines per second of every entity, window over baseline.
std::vector<double> Clues::more_routine_lines() const {
    std::vector<double> before(summary_.entities.size(), 0.5), now = before;
    for (const Judged& judged : judged_) {
        if (judged.bad >= kBad) continue;
        const TemplateCount& count = summary_.entities[judged.entity].templates[judged.index];
        before[judged.entity] += static_cast<double>(count.baseline);
        now[judged.entity] += static_cast<double>(count.window);
    }
    for (std::size_t i = 0; i < now.size(); ++i)
        now[i] = now[i] / summary_.window_seconds * summary_.baseline_seconds / before[i];
    return now;
}

const TemplateCount* Clues::count_of(std::size_t entity, std::uint32_t text) const {
    for (const TemplateCount& count : summary_.entities[entity].templates)
        if (count.text == text) return &count;
    return nullptr;
}

void Clues::add_mechanism(Finding& finding, const std::string& text,
                          const std::string& command) const {
    const auto trouble = trouble_of(text);
    if (!trouble || trouble->elsewhere || finding.counterpart) return;
    Mechanism mechanism;
    mechanism.cause_class = trouble->cause_class;
    mechanism.level = trouble->level;
    mechanism.statement = finding.clue.statement;
    // as far as it is no coincidence
    mechanism.directness = 0.6 * (1 - std::pow(10, -finding.surprise));
    mechanism.overturned_by = {
        "If the same line was as frequent before, or another service logged its cause earlier, "
        "this is a consequence.",
        command};
    finding.mechanism = std::move(mechanism);
}

Draft Clues::draft_of(const Judged& judged, bool up, double surprise) const {
    const EntityLogs& entity = summary_.entities[judged.entity];
    const TemplateCount& count = entity.templates[judged.index];
    std::vector<Line> lines = up ? count.window_lines : count.baseline_lines;
    if (lines.empty()) lines = count.window_lines;
    const Nanos onset = onset_of(summary_, count.buckets, up, up ? count.first_in_window : 0);
    const std::string quote = quoted(lines.front());
    const std::string clock = base::format_clock(onset);
    Draft draft;
    Finding& finding = draft.finding;
    finding.clue.entity = entity.entity;
    finding.clue.onset = onset;
    finding.surprise = surprise;
    finding.magnitude = judged.change.magnitude;
    finding.clue.strength = strength_of(surprise, judged.bad);
    finding.aspect = judged.bad >= kBad ? Aspect::Errors : Aspect::Other;
    finding.harm = up ? judged.bad * 0.8 : 0.2;
    finding.pod = count.pod;
    finding.clue.current = heard_lately(summary_, count.buckets) == up;
    const char* const who = judged.bad >= kError ? "error"
                            : judged.bad >= kBad ? "warning"
                                                 : "line";
    const std::string speaker =
        entity.entity.name.empty() ? "An unnamed source" : entity.entity.name;
    if (up && count.baseline == 0) {
        finding.clue.kind = "log_new";
        finding.clue.statement = fmt::format(
            "{} logs a new {} since {}: {}, {} and never in the {:.0f} s of the baseline.", speaker,
            who, clock, quote, share_text(summary_, count), summary_.baseline_seconds);
        finding.brief = fmt::format("{} logs a new {}: {}", speaker, who, quote);
    } else if (up) {
        finding.clue.kind = "log_surge";
        finding.clue.statement = fmt::format(
            "{} logs the {} {} more often since {}: {} instead of about {:.0f}.", speaker, who,
            quote, clock, share_text(summary_, count), std::round(judged.change.expected));
        finding.brief = fmt::format("{} logs more often: {}", speaker, quote);
    } else {
        finding.clue.kind = "log_vanished";
        finding.aspect = Aspect::Throughput;
        finding.clue.statement = fmt::format(
            "{} hardly logs {} any more since {}: {} instead of about {:.0f}.", speaker, quote,
            clock, share_text(summary_, count), std::round(judged.change.expected));
        finding.brief = fmt::format("{} hardly logs any more: {}", speaker, quote);
    }
    draft.evidence =
        lines_evidence(summary_, fmt::format("log lines of {}", speaker), lines, count,
                       facts_of(summary_, entity, count, onset, judged.change.expected));
    if (up && judged.bad >= kBad) {
        finding.counterpart = names_.blamed(entity.entity, lines.front().body);
        if (finding.counterpart) finding.view = View::Seen;
        if (judged.bad >= kError) add_mechanism(finding, lines.front().body, "");
    }
    return draft;
}

bool Clues::never_before(const Judged& judged) const {
    return summary_.entities[judged.entity].templates[judged.index].baseline == 0;
}

void Clues::templates() {
    std::map<std::pair<std::size_t, std::string>, std::size_t> kept;
    std::vector<Draft> found;
    for (const Judged& judged : judged_) {
        const bool up = judged.change.z > 0;
        double surprise = 0;
        if (judged.bad >= kBad) {
            // Errors are judged among errors, which are few.
            surprise = up ? corrected(judged.change.more, bad_count_) : 0;
            const double worth = judged.bad < kError    ? kWarningWorth
                                 : never_before(judged) ? kNewErrorWorth
                                                        : kErrorWorth;
            if (surprise < worth) continue;
        } else {
            const double z = std::abs(judged.change.z) / inflation_;
            const double normal = -std::log10(std::max(std::erfc(z / std::sqrt(2.0)), 1e-300));
            surprise = corrected(std::min(normal, up ? judged.change.more : judged.change.fewer),
                                 judged_.size());
            if (surprise < kRoutineWorth || judged.change.magnitude < kRoutineFactor) continue;
        }
        found.push_back(draft_of(judged, up, surprise));
    }
    std::stable_sort(found.begin(), found.end(), [](const Draft& a, const Draft& b) {
        return a.finding.surprise * (0.2 + a.finding.harm) >
               b.finding.surprise * (0.2 + b.finding.harm);
    });
    std::map<std::pair<model::Entity, std::string>, std::size_t> of_entity;
    for (Draft& draft : found)
        if (++of_entity[{draft.finding.clue.entity, draft.finding.clue.kind}] <= kMostOfEntity)
            drafts_.push_back(std::move(draft));
}

void Clues::flows() {
    std::vector<bool> routine(summary_.templates.size(), true);
    for (const Judged& judged : judged_)
        if (judged.bad >= kBad)
            routine[summary_.entities[judged.entity].templates[judged.index].text] = false;
    const BrokenFlows broken = find_broken_flows(summary_, routine);
    pairs_ = broken.compared;
    for (const BrokenFlow& flow : broken.flows) {
        const EntityLogs& entity = summary_.entities[flow.missing.entity];
        const std::string& caller = summary_.entities[flow.before.entity].entity.name;
        const TemplateCount* const before = count_of(flow.before.entity, flow.before.text);
        const TemplateCount* const missing = count_of(flow.missing.entity, flow.missing.text);
        if (before == nullptr || missing == nullptr || before->window_lines.empty() ||
            missing->baseline_lines.empty())
            continue;
        const Line& heard = before->window_lines.front();
        const Line& usual = missing->baseline_lines.front();
        Draft draft;
        Finding& finding = draft.finding;
        finding.clue.kind = "log_vanished";
        finding.clue.entity = entity.entity;
        finding.clue.onset = flow.first;
        finding.surprise = flow.surprise;
        finding.clue.strength = strength_of(flow.surprise, 0.7);
        finding.aspect = Aspect::Errors;
        finding.harm = 0.6;
        finding.pod = missing->pod;
        const double share = static_cast<double>(flow.misses) / static_cast<double>(flow.requests);
        const double old_share = (static_cast<double>(flow.old_misses) + 0.5) /
                                 (static_cast<double>(flow.old_requests) + 1);
        finding.magnitude = std::abs(std::log(share / old_share));
        finding.clue.current = !flow.over;
        // It only falls silent because somebody it waits for does.
        if (flow.silent_instead && flow.own_silence * 2 < flow.broken) {
            finding.counterpart = summary_.entities[*flow.silent_instead].entity;
            finding.view = View::Seen;
        }
        const bool own = flow.before.entity == flow.missing.entity;
        finding.clue.statement = fmt::format(
            "{} stops midway since {}: after {}{} its line {} is missing in {} of {}, before in "
            "{} of {}.",
            entity.entity.name, base::format_clock(flow.first), own ? "" : caller + " logs ",
            quoted(heard), quoted(usual), flow.misses, plural(flow.requests, "request"),
            flow.old_misses, flow.old_requests);
        finding.brief = fmt::format("{} stops midway", entity.entity.name);
        Json facts = facts_of(summary_, entity, *missing, flow.first, 0);
        facts["caller"] = caller;
        facts["requests"] = flow.requests;
        facts["requestsWithout"] = flow.misses;
        facts["baselineRequests"] = flow.old_requests;
        facts["baselineRequestsWithout"] = flow.old_misses;
        draft.evidence =
            lines_evidence(summary_, fmt::format("log lines of {}", entity.entity.name),
                           {usual, heard}, *missing, std::move(facts));
        drafts_.push_back(std::move(draft));
    }
}

// An entity that writes far less than it used to while the others go on.
void Clues::volumes() {
    std::vector<double> ratios;
    const double seconds = summary_.window_seconds / summary_.baseline_seconds;
    for (const EntityLogs& entity : summary_.entities)
        if (entity.baseline >= 30)
            ratios.push_back((static_cast<double>(entity.window) + 0.5) /
                             (static_cast<double>(entity.baseline) * seconds));
    // Less of everything is less traffic.
    const double common = ratios.size() < 3 ? 1 : std::min(1.0, median(ratios));
    for (const EntityLogs& entity : summary_.entities) {
        if (entity.baseline < 30) continue;
        std::vector<BucketCount> buckets;
        for (std::size_t i = 0; i < entity.buckets.size(); ++i)
            if (entity.buckets[i] > 0)
                buckets.push_back({static_cast<std::uint16_t>(i), entity.buckets[i]});
        const double clump = clump_of(summary_, buckets, 5) * inflation_ * inflation_;
        const CountChange change =
            change_of(static_cast<double>(entity.baseline), static_cast<double>(entity.window),
                      seconds * common, clump);
        const double surprise = corrected(change.fewer, ratios.size());
        if (surprise < kRoutineWorth || change.magnitude < kRoutineFactor) continue;
        TemplateCount all;
        all.buckets = buckets;
        all.window = entity.window;
        all.baseline = entity.baseline;
        const TemplateCount& most = entity.templates.front();
        const Nanos onset = onset_of(summary_, buckets, false, 0);
        Draft draft;
        Finding& finding = draft.finding;
        finding.clue.kind = "log_volume";
        finding.clue.entity = entity.entity;
        finding.clue.onset = onset;
        finding.clue.current = true;
        finding.surprise = surprise;
        finding.magnitude = change.magnitude;
        finding.clue.strength = strength_of(surprise, 0.5);
        finding.aspect = Aspect::Throughput;
        finding.harm = 0.4;
        finding.clue.statement = fmt::format(
            "{} logs far less since {}: {} in {:.0f} s instead of about {:.0f}.",
            entity.entity.name, base::format_clock(onset), plural(entity.window, "line"),
            summary_.window_seconds, std::round(change.expected));
        finding.brief = fmt::format("{} logs far less", entity.entity.name);
        Json facts = facts_of(summary_, entity, most, onset, change.expected);
        facts["windowLines"] = entity.window;
        facts["baselineLines"] = entity.baseline;
        draft.evidence = lines_evidence(
            summary_, fmt::format("log lines of {}", entity.entity.name),
            most.baseline_lines.empty() ? most.window_lines : most.baseline_lines, all, facts);
        drafts_.push_back(std::move(draft));
    }
}

void Clues::emit() {
    std::stable_sort(drafts_.begin(), drafts_.end(), [](const Draft& a, const Draft& b) {
        return a.finding.surprise * (0.2 + a.finding.harm) >
               b.finding.surprise * (0.2 + b.finding.harm);
    });
    if (drafts_.size() > kMost) drafts_.resize(kMost);
    for (Draft& draft : drafts_) {
        const std::string id = detection_.evidence.add(std::move(draft.evidence));
        draft.finding.clue.evidence = {id};
        detection_.findings.push_back(std::move(draft.finding));
    }
}

void Clues::find() {
    // Nothing to compare with: what is usual is not known.
    if (summary_.lines == 0 || summary_.baseline_seconds <= 0 || summary_.window_seconds <= 0)
        return;
    judge();
    templates();
    flows();
    volumes();
    emit();
    detection_.examined["logs"] = judged_.size() + pairs_;
}

}  // namespace

void find_log_clues(const Sight& sight, Detection& detection) {
    Clues(sight, detection).find();
}

}  // namespace insight::analysis::logs

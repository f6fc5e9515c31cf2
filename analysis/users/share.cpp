#include "analysis/users/share.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace insight::analysis::users {
namespace {

// Traces are often a sample: logs that name so many times more users know better.
constexpr std::int64_t kLogsKnowBetter = 2;

struct Counted {
    const Tally* tally = nullptr;
    std::size_t attribute = 0;
    std::string_view signal;  // "traces" or "logs"

    [[nodiscard]] const Part& now() const { return tally->part(Phase::Now, attribute); }
    [[nodiscard]] const Part& before() const { return tally->part(Phase::Before, attribute); }
    [[nodiscard]] std::string_view name() const { return kAttributes.at(attribute).name; }
    [[nodiscard]] std::string_view people() const { return kAttributes.at(attribute).people; }
};

std::optional<Counted> counted(const Tally& tally, std::string_view signal) {
    const auto best = tally.best();
    if (!best) return std::nullopt;
    return Counted{&tally, *best, signal};
}

// Lines that name somebody only to complain about it say nothing of those without complaint.
bool names_all(const Counted& logs) {
    const Part& usual = logs.before().requests > 0 ? logs.before() : logs.now();
    return usual.fine * 2 >= usual.requests;
}

double share(const Part& part) {
    const std::int64_t seen = part.seen.count();
    return seen == 0 ? 0
                     : std::min(1.0, static_cast<double>(part.affected.count()) /
                                         static_cast<double>(seen));
}

double percent(double value) {
    return std::round(value * 1000) / 10;
}

std::string add_evidence(const Counted& from, const Question& question, EvidenceBook& book) {
    model::Evidence evidence;
    evidence.title = fmt::format("{} told apart by {}", from.people(), from.name());
    evidence.source = from.signal;
    evidence.range = {question.window.baseline_start, question.window.end};
    evidence.content = {
        {"kind", "rows"},
        {"columns",
         {"attribute", "seen", "affected", "affectedPercent", "usualSeen", "usualAffectedPercent"}},
        {"rows", base::Json::array({{from.name(), from.now().seen.count(),
                                     from.now().affected.count(), percent(share(from.now())),
                                     from.before().seen.count(), percent(share(from.before()))}})}};
    return book.add(std::move(evidence));
}

std::string unknown(const model::Signals& signals, const Tally& logs) {
    const bool any = !signals.spans.empty() || logs.best() ||
                     std::any_of(signals.coverage.begin(), signals.coverage.end(),
                                 [](const model::CoverageRow& row) {
                                     return row.source.starts_with("logs") && row.count > 0;
                                 });
    return fmt::format(
        "What share of the users is affected cannot be told: {} (enduser.id, user.id, session.id, "
        "tenant.id or client.address would).",
        any ? "no collected trace or log tells them apart" : "neither traces nor logs were seen");
}

std::string statement_of(const Counted& from, const model::UserImpact& users) {
    const std::string_view about = users.estimated ? "about " : "";
    if (users.affected == 0)
        return fmt::format("None of the {}{} {} that {} name had a request that went wrong.", about,
                           users.seen, from.people(), from.signal);
    std::string out =
        fmt::format("{}{} of the {}{} {} that {} name ({:.1f} %) had a request that {}",
                    users.estimated ? "About " : "", users.affected, about, users.seen,
                    from.people(), from.signal, percent(share(from.now())),
                    from.signal == "traces" ? "failed or was far too slow" : "failed");
    if (from.before().seen.count() > 0)
        out += fmt::format(" (usual: {:.1f} %)", percent(users.usual));
    return out + fmt::format("; told apart by {}.", from.name());
}

}  // namespace

model::UserImpact share_of(const model::Signals& signals, const Tally& logs,
                           const Question& question, EvidenceBook& book) {
    model::UserImpact out;
    const Tally traced = count(signals.spans, question);
    const auto traces = counted(traced, "traces");
    const auto logged = counted(logs, "logs");
    const bool all_logged = logged && names_all(*logged);
    const std::int64_t in_traces = traces ? traces->now().seen.count() : 0;
    if (in_traces == 0 && !all_logged) {
        out.statement = unknown(signals, logs);
        if (logged && logged->now().affected.count() > 0) {
            out.statement = fmt::format(
                "At least {} {} had a request that failed; what share of all that is cannot be "
                "told, because logs name them only where something failed.",
                logged->now().affected.count(), logged->people());
            out.evidence = {add_evidence(*logged, question, book)};
        }
        return out;
    }
    const bool by_logs =
        all_logged && (in_traces == 0 || logged->now().seen.count() > kLogsKnowBetter * in_traces);
    const Counted& from = by_logs ? *logged : *traces;
    out.known = true;
    out.counted_by = from.name();
    out.seen = from.now().seen.count();
    out.affected = std::min(out.seen, from.now().affected.count());
    out.usual = share(from.before());
    out.estimated = from.now().seen.estimated();
    out.evidence = {add_evidence(from, question, book)};
    out.statement = statement_of(from, out);
    return out;
}

}  // namespace insight::analysis::users

#include "analysis/explain/way.h"

#include <fmt/format.h>

#include "analysis/command.h"
#include "core/base/text.h"

namespace insight::analysis::explain {
namespace {

using command::word;

constexpr model::Nanos kDay = 24 * base::kHour;
constexpr model::Nanos kAround = 15 * base::kMinute;

std::string in_space(const Workload& workload) {
    return workload.space.empty() ? "" : " -n " + word(workload.space);
}

// The product itself, over the window and its baseline.
std::string again(std::string_view asked, const Known& known, model::Nanos earlier = 0) {
    const model::Window& window = known.incident().window;
    const std::string& name = known.cause().entity.name;
    return fmt::format(
        "devops-insight analyze {}{} --since {} --until {}", word(fmt::format("{}?", asked)),
        name.empty() ? "" : " --service=" + word(name),
        base::format_rfc3339((window.start - earlier) / base::kSecond * base::kSecond),
        base::format_rfc3339((window.end - earlier) / base::kSecond * base::kSecond));
}

std::string series(const Known& known, const model::Interval& range) {
    const std::string expression = known.expression();
    if (expression.empty() || !known.has_source("prometheus")) return {};
    return command::promql(expression, range);
}

std::string lines(const Known& known) {
    const std::string text = known.line();
    if (text.empty()) return {};
    const std::string from = base::format_rfc3339(known.incident().window.baseline_start /
                                                  base::kSecond * base::kSecond);
    const auto place = known.place();
    if (place && place->kind != "node" && place->kind != "configmap")
        // -e: what is quoted may begin with a dash.
        return fmt::format("kubectl logs {}/{}{} --timestamps --since-time={} | grep -cF -e {}",
                           place->kind, word(place->name), in_space(*place), from, word(text));
    if (!known.has_source("elasticsearch")) return {};
    const std::string query =
        fmt::format(R"({{"size":5,"sort":["@timestamp"],"query":{{"bool":{{"filter":[)"
                    R"({{"match_phrase":{{"message":{}}}}},)"
                    R"({{"range":{{"@timestamp":{{"gte":"{}"}}}}}}]}}}}}})",
                    command::json_text(text), from);
    return command::elasticsearch("/_search", query);
}

std::string trace(const Known& known) {
    const std::string id = known.trace();
    if (id.empty()) return {};
    if (known.has_source("skywalking")) {
        const std::string query = fmt::format(
            "query{{queryTrace(traceId:{}){{spans{{serviceCode endpointName startTime endTime "
            "isError}}}}}}",
            command::json_text(id));
        return fmt::format(
            "curl -sS \"$SKYWALKING_URL\"/graphql -H 'content-type: application/json' -d {}",
            word(fmt::format(R"({{"query":{}}})", command::json_text(query))));
    }
    if (!known.has_source("elasticsearch")) return {};
    return command::elasticsearch(
        "/_search",
        fmt::format(
            R"({{"size":200,"query":{{"multi_match":{{"query":{},"fields":["trace.id","traceId"]}}}}}})",
            command::json_text(id)));
}

std::string sockets(const Known& known) {
    const auto place = known.place();
    if (!place || place->kind == "node" || place->kind == "configmap") return {};
    return fmt::format("kubectl exec{} {}/{} -- ss -tin", in_space(*place), place->kind,
                       word(place->name));
}

// git abbreviates to seven digits at least; SHA-256 has 64.
bool is_commit(std::string_view ref) {
    return ref.size() >= 7 && ref.size() <= 64 &&
           ref.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::string shown(std::string_view text) {
    return base::shorten(base::one_line(base::clean_utf8(text)), 80);
}

// What is in force of an object's template now.
std::string in_force(const Workload& workload, const std::string& kind) {
    if (kind == "scaling" || workload.kind == "node" || workload.kind == "configmap")
        return fmt::format("kubectl get {} {}{} -o yaml", workload.kind, word(workload.name),
                           in_space(workload));
    return fmt::format("kubectl get {} {}{} -o {}", workload.kind, word(workload.name),
                       in_space(workload),
                       word("jsonpath={.spec.template.spec.containers[*].image}"));
}

}  // namespace

std::string command_for(const Question& question, const Known& known) {
    const model::Window& window = known.incident().window;
    const auto or_again = [&](const std::string& found) {
        return found.empty() ? again(question.asked, known) : found;
    };
    switch (question.means) {
        case Means::DayBefore: {
            std::string found = series(known, {window.start - kDay, window.end - kDay});
            return found.empty() ? again(question.asked, known, kDay) : found;
        }
        case Means::AroundOnset:
            return or_again(series(known, {known.onset() - kAround, known.onset() + kAround}));
        case Means::Lines:
            return or_again(lines(known));
        case Means::Trace: {
            std::string found = trace(known);
            if (!found.empty()) return found;
            return or_again(series(known, {known.onset() - kAround, known.onset() + kAround}));
        }
        case Means::Sockets:
            return or_again(sockets(known));
        case Means::Again:
            break;
    }
    return again(question.asked, known);
}

model::Observation about_change(const base::Json& change, const Known& known) {
    const std::string kind = base::text_at(change, "changeKind");
    const std::string ref = base::text_at(change, "ref");
    const std::string before = shown(base::text_at(change, "before"));
    const std::string clock = base::format_clock(known.onset());
    // From what can be looked up to what can only be told from the order in time.
    if (kind == "commit" && is_commit(ref))
        return {fmt::format("If what ran at {} does not contain commit {}, it is not the cause.",
                            clock, ref.substr(0, 12)),
                fmt::format("git tag --contains {0}; git branch -a --contains {0}", ref)};
    std::string changed = base::text_at(change, "entity");
    if (changed.empty()) changed = known.cause().entity.name;
    const auto workload = known.workload(changed);
    if (workload && kind != "flag" && kind != "commit")
        return {before.empty()
                    ? "If the change is no longer in force while the symptom goes on, it is not "
                      "the cause."
                    : fmt::format("If what was there before (`{}`) is in force again while the "
                                  "symptom goes on, the change is not the cause.",
                                  before),
                in_force(*workload, kind)};
    const model::Interval range{known.onset() - kAround, known.onset() + kAround};
    const std::string found = series(known, range);
    return {fmt::format("If the symptom had begun before the change was live at {}, it is not the "
                        "cause.",
                        clock),
            found.empty() ? again(fmt::format("What went wrong before {}", clock), known) : found};
}

}  // namespace insight::analysis::explain

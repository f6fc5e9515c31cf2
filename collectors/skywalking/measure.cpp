#include "collectors/skywalking/measure.h"

#include "collectors/coverage.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;

constexpr const char* kResult =
    "fragment R on ExpressionResult {type error results {metric {labels {key value}} "
    "values {id value}}}";

Json condition_of(const Wanted& wanted, const Features& features) {
    Json entity = wanted.entity;
    entity["scope"] = name(wanted.scope);
    // "isNormal" until 8.1
    if (!features.has("Entity", "normal") && features.has("Entity", "isNormal"))
        for (const auto& [now, before] :
             {std::pair("normal", "isNormal"), std::pair("destNormal", "destIsNormal")})
            if (const auto it = entity.find(now); it != entity.end()) {
                entity[before] = *it;
                entity.erase(now);
            }
    return {{"name", wanted.metric}, {"entity", std::move(entity)}};
}

Question question_of(const Wanted& wanted, const Features& features, const Json& duration) {
    const Value time{"Duration!", duration};
    if (features.expressions())
        return {"execExpression(expression: @0, entity: @1, duration: @2) {...R}",
                {{"String!", wanted.metric}, {"Entity!", wanted.entity}, time}};
    const std::string values = "{" + std::string(wanted.kind->percentiles ? "label " : "") +
                               "values {values {" +
                               features.only("KVInt", "id value isEmptyValue") + "}}}";
    const Value condition{"MetricsCondition!", condition_of(wanted, features)};
    // The labels 0, 3 and 4 are p50, p95 and p99.
    if (wanted.kind->percentiles)
        return {
            "readLabeledMetricsValues(condition: @0, labels: [\"0\", \"3\", \"4\"], "
            "duration: @1) " +
                values,
            {condition, time}};
    return {"readMetricsValues(condition: @0, duration: @1) " + values, {condition, time}};
}

}  // namespace

Measured measure(Api& api, const Features& features, const std::vector<Wanted>& wanted,
                 const When& when, base::Deadline deadline) {
    Measured out;
    // of one wanted metric: a long window comes in parts
    std::vector<std::vector<model::Series>> series(wanted.size());
    Form form;
    if (features.expressions()) form.fragments = kResult;
    for (const model::Interval& part : parts_of(when.interval, when.step, when.zone)) {
        std::vector<Question> questions;
        questions.reserve(wanted.size());
        const Json time = duration(part, when.step, when.zone);
        for (const Wanted& one : wanted) questions.push_back(question_of(one, features, time));
        Replies replies = ask_all(api, form, questions, deadline);
        const Buckets buckets{length_of(when.step), when.complete,
                              begin_of(part.start, when.step, when.zone)};
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (!replies.values[i]) continue;
            add_points(wanted[i], *replies.values[i], buckets, series[i]);
            const std::string words = base::text_at(*replies.values[i], "error");
            // Such an error lies within an answer of its own: HTTP and GraphQL know nothing of it.
            if (words.empty()) continue;
            ++out.replies.refused;
            if (!out.replies.error)
                out.replies.error = {
                    base::ErrorKind::Invalid,
                    "SkyWalking " + api.instance() + " cannot evaluate " + wanted[i].metric,
                    shown(words)};
        }
        out.replies.answered += replies.answered;
        out.replies.refused += replies.refused;
        if (!out.replies.error) out.replies.error = std::move(replies.error);
        out.replies.over = replies.over;
        if (replies.over) break;
    }
    for (std::vector<model::Series>& some : series)
        for (model::Series& one : some) out.series.push_back(std::move(one));
    return out;
}

}  // namespace insight::collectors::skywalking

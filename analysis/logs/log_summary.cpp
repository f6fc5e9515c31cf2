// What a digest has counted, put together by entity and template.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analysis/logs/line_counts.h"

namespace insight::analysis::logs {

using model::Nanos;

void LogDigest::add_requests(LogSummary& out, const std::vector<std::uint32_t>& of_shape) const {
    std::map<model::Entity, std::uint32_t> index;
    for (std::uint32_t i = 0; i < out.entities.size(); ++i)
        index.emplace(out.entities[i].entity, i);
    std::vector<std::uint32_t> entity_of_source;
    for (const Source& source : sources_) {
        const auto it = index.find(source.entity);
        entity_of_source.push_back(it == index.end() ? 0 : it->second);
    }
    for (std::size_t part = 0; part < steps_.size(); ++part) {
        for (const TraceLines& trace : steps_[part].sample()) {
            Request request;
            for (const TraceStep& step : trace.steps) {
                if (step.source >= sources_.size()) continue;  // met the limit
                request.steps.push_back(
                    {step.time, entity_of_source[step.source], of_shape[step.shape]});
            }
            // Lines of one request come from hosts whose clocks differ and from threads that race:
            // the same line of the same service is one step, at its first time, however often and
            // in whatever order it was written.
            const auto by_what = [](const Step& a, const Step& b) {
                return std::tie(a.entity, a.text, a.time) < std::tie(b.entity, b.text, b.time);
            };
            std::sort(request.steps.begin(), request.steps.end(), by_what);
            std::size_t kept = 0;
            for (const Step& step : request.steps) {
                Step* const last = kept == 0 ? nullptr : &request.steps[kept - 1];
                if (last != nullptr && last->entity == step.entity && last->text == step.text)
                    ++last->lines;
                else
                    request.steps[kept++] = step;
            }
            request.steps.resize(kept);
            std::sort(request.steps.begin(), request.steps.end(),
                      [&](const Step& a, const Step& b) {
                          return a.time != b.time ? a.time < b.time : by_what(a, b);
                      });
            out.requests[part].push_back(std::move(request));
        }
    }
}

LogSummary LogDigest::summary() const {
    LogSummary out;
    out.window = window_;
    out.bucket = bucket_;
    out.lines = lines_;
    out.bytes = bytes_;
    out.frames = frames_;
    out.outside = outside_;
    out.dropped = dropped_;
    out.coarse = miner_.coarse_lines();
    out.covered.assign(buckets_, 0.0);
    std::vector<model::Interval> covered = covered_;
    // Where nobody says what was recorded, all of the time counts: a quiet minute was quiet.
    if (covered.empty())
        covered = {{window_.baseline_start, window_.baseline_end}, {window_.start, window_.end}};
    const auto overlap = [](Nanos a, Nanos b, Nanos c, Nanos d) {
        return std::max<Nanos>(0, std::min(b, d) - std::max(a, c));
    };
    out.intervals = covered;
    for (const model::Interval& interval : covered) {
        const auto part = [&](Nanos start, Nanos end) {
            return static_cast<double>(overlap(interval.start, interval.end, start, end)) / 1e9;
        };
        out.baseline_seconds += part(window_.baseline_start, window_.baseline_end);
        out.window_seconds += part(window_.start, window_.end);
        for (std::size_t i = 0; i < buckets_; ++i)
            out.covered[i] += part(out.start_of(i), out.start_of(i + 1));
    }
    Templates templates = group_shapes(miner_.shapes());
    out.templates = std::move(templates.all);

    std::map<model::Entity, std::map<std::uint32_t, TemplateCount>> by_entity;
    std::map<model::Entity, std::set<std::string>> pods;
    std::map<model::Entity, std::array<Distinct, 2>> traces;
    for (const Source& source : sources_) {
        pods[source.entity].insert(source.pod);
        for (std::size_t part = 0; part < 2; ++part) {
            if (source.traces[part].empty()) continue;
            traces[source.entity][part].merge(source.traces[part].front());
        }
    }
    // Lines were counted by shape as they came; which shapes are one template is known only now.
    for (const Cell& cell : cells_) {
        const Source& source = sources_[cell.source];
        const std::uint32_t text = templates.of_shape[cell.shape];
        const auto [it, fresh] = by_entity[source.entity].try_emplace(text);
        TemplateCount& count = it->second;
        if (fresh)
            count.pod = source.pod;
        else if (count.pod != source.pod)  // of one pod alone, or of none in particular
            count.pod.clear();
        count.text = text;
        merge_counts(count, TemplateCount(cell.count));
    }
    for (auto& [entity, counts] : by_entity) {
        EntityLogs logs;
        logs.entity = entity;
        logs.pods = pods[entity].size();
        logs.buckets.assign(buckets_, 0);
        if (const auto it = traces.find(entity); it != traces.end()) {
            logs.baseline_traces = it->second[0].count();
            logs.window_traces = it->second[1].count();
        }
        for (auto& [text, count] : counts) {
            logs.baseline += count.baseline;
            logs.window += count.window;
            for (const BucketCount& b : count.buckets) logs.buckets[b.bucket] += b.lines;
            logs.templates.push_back(std::move(count));
        }
        std::stable_sort(logs.templates.begin(), logs.templates.end(),
                         [](const TemplateCount& a, const TemplateCount& b) {
                             return a.baseline + a.window > b.baseline + b.window;
                         });
        out.entities.push_back(std::move(logs));
    }
    add_requests(out, templates.of_shape);
    return out;
}

}  // namespace insight::analysis::logs

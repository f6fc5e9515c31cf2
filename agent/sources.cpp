#include "agent/sources.h"
#include "core/base/side_by_side.h"

#include <fmt/format.h>

namespace insight::agent {
namespace {

// a thread each while a window is collected
constexpr std::size_t kMaxSources = 256;

model::CoverageRow busy(const OpenSource& open) {
    model::CoverageRow row;
    row.source = open.system + "/" + open.name;
    row.outcome = model::Outcome::TimedOut;
    row.note =
        "an earlier request to this source was still running when the deadline passed: ask doctor, "
        "or "
        "raise pipeline.collectTimeout";
    return row;
}

model::Signals collect_one(OpenSource& open, const collectors::Request& request) {
    // A source serves one request at a time; several incidents at once wait for each other here.
    const std::unique_lock lock(open.in_use, request.deadline.point());
    if (lock.owns_lock()) return open.source->collect(request);
    model::Signals signals;
    signals.coverage.push_back(busy(open));
    return signals;
}

std::function<std::vector<store::Sample>(base::Nanos, base::Nanos)> sample_reader(
    store::Store* store, std::string system, std::string name) {
    return [store, system = std::move(system), name = std::move(name)](base::Nanos from,
                                                                       base::Nanos to) {
        if (store == nullptr) return std::vector<store::Sample>{};
        return store->samples(system, name, from, to).value_or(std::vector<store::Sample>{});
    };
}

}  // namespace

base::Result<std::unique_ptr<Sources>> Sources::open(const config::Config& config,
                                                     net::Transport& transport,
                                                     const base::Clock& clock,
                                                     store::Store* store) {
    auto sources = std::make_unique<Sources>();
    for (const collectors::Descriptor* descriptor : collectors::all()) {
        const auto configured = config.collectors.find(std::string(descriptor->name));
        if (configured == config.collectors.end()) continue;
        for (const config::Instance& instance : configured->second) {
            auto open = std::make_unique<OpenSource>();
            open->system = descriptor->system;
            open->name = instance.name();
            auto source = descriptor->open(
                instance, {transport, clock, sample_reader(store, open->system, open->name)});
            if (!source)
                return base::fail(source.error().kind,
                                  fmt::format("collectors.{} '{}': {}", descriptor->name,
                                              instance.name(), source.error().message),
                                  source.error().cause);
            open->source = std::move(*source);
            sources->sources_.push_back(std::move(open));
        }
    }
    if (sources->sources_.size() > kMaxSources)
        return base::fail(
            base::ErrorKind::Invalid,
            fmt::format(
                "{} collector instances are configured; {} is the most one process asks at once",
                sources->sources_.size(), kMaxSources));
    return sources;
}

void Sources::add(std::string system, std::string name,
                  std::unique_ptr<collectors::Source> source) {
    auto open = std::make_unique<OpenSource>();
    open->system = std::move(system);
    open->name = std::move(name);
    open->source = std::move(source);
    sources_.push_back(std::move(open));
}

model::Signals Sources::collect(const model::Incident& incident, base::Deadline deadline) {
    const collectors::Request request{incident, incident.window, deadline};
    std::vector<model::Signals> parts(sources_.size());
    base::side_by_side(sources_.size(), sources_.size(),
                       [&](std::size_t i) { parts[i] = collect_one(*sources_[i], request); });
    model::Signals signals;
    for (model::Signals& part : parts) signals.append(std::move(part));
    if (sources_.empty()) {
        model::CoverageRow row;
        row.source = "collectors";
        row.asked = false;
        row.outcome = model::Outcome::Empty;
        row.note =
            "no collector is configured; add at least one below 'collectors' in the configuration";
        signals.coverage.push_back(std::move(row));
    }
    // Answers come in any order; the same window must give the same bytes.
    signals.normalise();
    return signals;
}

}  // namespace insight::agent

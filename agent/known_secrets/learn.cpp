#include "agent/known_secrets/learn.h"

namespace insight::agent {
namespace {

constexpr std::size_t kMost = 2U << 20;  // bytes of one kind of signal

// Each as JSON, so that keys and values stay together.
template <typename List, typename Make>
void read_list(const Learn& learn, const List& list, Make make) {
    std::size_t read = 0;
    for (const auto& one : list) {
        const base::Json json = make(one);
        read += base::dump_json(json).size();
        if (read > kMost) return;
        learn(json);
    }
}

}  // namespace

void learn_secrets(const Learn& learn, const store::Snapshot& snapshot) {
    const auto as_is = [](const base::Json& json) { return json; };
    const auto to_json = [](const auto& one) { return model::to_json(one); };
    const model::Signals& signals = snapshot.signals;
    learn(model::to_json(snapshot.incident));
    read_list(learn, signals.resources, as_is);
    read_list(learn, signals.events, as_is);
    read_list(learn, signals.changes, to_json);
    read_list(learn, signals.databases, to_json);
    read_list(learn, signals.spans, to_json);
    read_list(learn, signals.logs, to_json);
    read_list(learn, signals.coverage, to_json);
    read_list(learn, signals.topology, to_json);
    read_list(learn, signals.metrics,
              [](const model::Series& series) { return base::Json(series.labels); });
    read_list(learn, snapshot.runbooks, as_is);
}

void learn_secrets(base::Border& border, const store::Snapshot& snapshot) {
    learn_secrets([&](const base::Json& json) { (void)border.hide(json); }, snapshot);
}

}  // namespace insight::agent

#include "agent/known_secrets/learn.h"

namespace insight::agent {
namespace {

constexpr std::size_t kMost = 2U << 20;  // bytes of one kind of signal

// Each as JSON, so that keys and values stay together.
template <typename List, typename Make>
void learn(base::Border& border, const List& list, Make make) {
    std::size_t read = 0;
    for (const auto& one : list) {
        const base::Json json = make(one);
        read += base::dump_json(json).size();
        if (read > kMost) return;
        (void)border.hide(json);
    }
}

}  // namespace

void learn_secrets(base::Border& border, const store::Snapshot& snapshot) {
    const auto as_is = [](const base::Json& json) { return json; };
    const auto to_json = [](const auto& one) { return model::to_json(one); };
    const model::Signals& signals = snapshot.signals;
    (void)border.hide(model::to_json(snapshot.incident));
    learn(border, signals.resources, as_is);
    learn(border, signals.events, as_is);
    learn(border, signals.changes, to_json);
    learn(border, signals.databases, to_json);
    learn(border, signals.spans, to_json);
    learn(border, signals.logs, to_json);
    learn(border, signals.coverage, to_json);
    learn(border, signals.topology, to_json);
    learn(border, signals.metrics,
          [](const model::Series& series) { return base::Json(series.labels); });
    learn(border, snapshot.runbooks, as_is);
}

}  // namespace insight::agent

#include "agent/known_secrets/window_secrets.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace insight::agent {
namespace {

constexpr std::size_t kMostWindows = 256;

}  // namespace

void learn_secrets(const Learn& learn, store::Store& store, const std::string& incident) {
    if (incident.empty()) return;
    const auto bytes = store.stage(incident, "snapshot");
    if (!bytes) {
        // a ticket may be older than its window, or come from somewhere else
        if (bytes.error().kind != base::ErrorKind::NotFound)
            spdlog::warn("{}: its window teaches no secrets: {}", incident, bytes.error().text());
        return;
    }
    // One pass for both: the sink is told of the records while the rest is read.
    std::optional<base::Result<store::Snapshot>> snapshot;
    const auto read = learn_secrets(learn, [&](store::LogSink& sink) -> base::Status {
        snapshot = store::unpack_snapshot(*bytes, sink);
        return *snapshot ? base::Status{} : base::fail(snapshot->error());
    });
    if (read)
        learn_secrets(learn, **snapshot);
    else
        spdlog::warn("{}: its window teaches no secrets: {}", incident, read.error().text());
}

void WindowSecrets::learn(const std::string& incident, base::Border& border) {
    if (incident.empty()) return;
    // What live tools and models answered is recorded behind the first words about a window: once
    // it has a report it is read again.
    const auto row = store_->incident(incident);
    const std::string known = incident + " " + (row ? row->verdict : "") + " " +
                              store_->stage(incident, "window").value_or("");
    if (std::find(learned_.begin(), learned_.end(), known) != learned_.end()) return;
    learn_secrets([&](const base::Json& json) { (void)border.hide(json); }, *store_, incident);
    // before the window is recorded there is nothing to remember
    if (store_->stage(incident, "snapshot")) learned_.push_back(known);
    if (learned_.size() > kMostWindows) learned_.pop_front();
}

}  // namespace insight::agent

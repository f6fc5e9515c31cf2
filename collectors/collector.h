// A source of signals: its descriptor, and one opened instance of it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/field.h"
#include "core/base/time.h"
#include "core/model/incident.h"
#include "core/model/signals.h"
#include "core/net/transport.h"
#include "core/store/store.h"

namespace insight::collectors {

// What collect() is asked for. `incident.alerts` and `incident.question` say what it is about.
struct Request {
    const model::Incident& incident;
    model::Window window;
    base::Deadline deadline;
};

// One thing doctor looked at.
struct Probe {
    std::string what;  // "reach http://127.0.0.1:9090", "role pg_monitor"
    bool ok = false;
    std::string finding;  // version or state when ok; the failure in one sentence when not
    std::string fix;      // what to do; empty when ok
};

// One configured instance. Threads: the caller never runs two calls of one instance at the same
// time; different instances run side by side. Nothing throws; nothing outlives its deadline by over
// a second.
class Source {
  public:
    virtual ~Source() = default;

    // Signals of the window and the baseline. Every request made is a row of `coverage`, failures
    // too.
    virtual model::Signals collect(const Request& request) = 0;

    // Present state worth comparing with later; called every pipeline.sampleInterval while serving.
    // Nothing to sample: an empty content. Errors: as the source fails.
    virtual base::Result<base::Json> sample(base::Deadline deadline);

    // Reachability, access, version, what is missing: for doctor and start-up.
    virtual std::vector<Probe> probe(base::Deadline deadline) = 0;
};

// What a source may use of the process around it.
struct Surroundings {
    net::Transport& transport;
    const base::Clock& clock;
    // earlier samples of this instance, ascending; from <= time <= to
    // content as sample() gave it, perhaps of an older version of this program: read it with care
    std::function<std::vector<store::Sample>(base::Nanos from, base::Nanos to)> samples;
};

// One thing a source reads: a row of docs/sources.md.
struct ReadItem {
    std::string_view what;   // as its owner calls it: "pg_stat_activity", "GET /_cluster/health"
    std::string_view gives;  // what it becomes: "views `activity`, `saturation`", "logs"
    std::string_view cost;   // for one incident, at most: requests, rows, bytes, what it strains
};

struct Descriptor {
    std::string_view name;     // the key below `collectors:`
    std::string_view system;   // what coverage sources start with; db.system for data stores
    std::string_view purpose;  // one line
    std::span<const config::Field> fields;
    base::Result<std::unique_ptr<Source>> (*open)(const config::Instance&, const Surroundings&);
    std::span<const ReadItem> reads{};
    // The Role, ACL line or GRANTs that allow all that this instance reads and nothing else, ready
    // to apply; doctor prints it. Asked with every field at its default for the documentation.
    std::string (*rights)(const config::Instance&) = nullptr;
    // Which real servers the tests run it against, and what is only imitated or was never met: how
    // far to trust it with another version.
    std::string_view proven{};
};

// All collectors, in the order of the documentation: the explicit list.
std::span<const Descriptor* const> all();

// nullptr when there is none of that name
const Descriptor* find(std::string_view name);

}  // namespace insight::collectors

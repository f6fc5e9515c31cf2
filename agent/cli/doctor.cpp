// doctor: reachability, access and what is missing, with the fix for each failure.
#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/doctor_parties.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "core/base/side_by_side.h"

namespace insight::cli {
namespace {

// of all probes of one source together
constexpr std::chrono::seconds kProbeTimeout{10};

struct Examined {
    std::string source;
    std::vector<collectors::Probe> probes;
};

// What the instance may at least be allowed, printed with everything else, so that a right that is
// missing tomorrow is found here too. Kubernetes says it itself, for the kinds it found.
void add_rights(const config::Config& config, Examined& examined, const agent::OpenSource& open) {
    for (const collectors::Probe& probe : examined.probes)
        if (probe.what == "least role") return;
    for (const collectors::Descriptor* one : collectors::all()) {
        const auto configured = config.collectors.find(std::string(one->name));
        if (one->system != open.system || one->rights == nullptr ||
            configured == config.collectors.end())
            continue;
        for (const config::Instance& instance : configured->second)
            if (instance.name() == open.name)
                examined.probes.push_back(
                    {"least rights", true, "all that is ever used:\n" + one->rights(instance), ""});
    }
}

std::vector<Examined> examine(const config::Config& config, agent::Sources& sources) {
    std::vector<Examined> examined(sources.all().size());
    // A thread a source: they only wait, and one that hangs must not hold up the others.
    base::side_by_side(examined.size(), examined.size(), [&](std::size_t i) {
        agent::OpenSource& open = *sources.all()[i];
        examined[i].source = open.system + "/" + open.name;
        examined[i].probes = open.source->probe(base::Deadline::after(kProbeTimeout));
    });
    for (std::size_t i = 0; i < examined.size(); ++i)
        add_rights(config, examined[i], *sources.all()[i]);
    return examined;
}

// The store.
Examined examine_rest(const config::Config& config) {
    Examined out{"service", {}};
    const auto store = store::open_store(config.store, config.store_password);
    const auto healthy = store ? (*store)->healthy() : base::Status(base::fail(store.error()));
    out.probes.push_back({"store " + config.store, healthy.has_value(),
                          healthy ? "writable" : healthy.error().text(),
                          healthy ? ""
                          : config.store.starts_with("sqlite")
                              ? "make the path writable or name another one below "
                                "'store'"
                              : "docs/store.md tells the rights and what to check"});
    return out;
}

base::Json examined_as_json(const std::vector<Examined>& all) {
    base::Json list = base::Json::array();
    for (const Examined& examined : all)
        for (const collectors::Probe& probe : examined.probes)
            list.push_back({{"source", examined.source},
                            {"what", probe.what},
                            {"ok", probe.ok},
                            {"finding", probe.finding},
                            {"fix", probe.fix}});
    return list;
}

std::string examined_as_text(const std::vector<Examined>& all) {
    std::string out;
    for (const Examined& examined : all) {
        out += examined.source + "\n";
        for (const collectors::Probe& probe : examined.probes) {
            out += fmt::format("  {}  {}: {}\n", probe.ok ? "ok  " : "FAIL", probe.what,
                               probe.finding);
            if (!probe.fix.empty()) out += fmt::format("        fix: {}\n", probe.fix);
        }
    }
    return out;
}

}  // namespace

Exit doctor(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return complain(config.error());
    // Not required: a store that cannot be opened is a finding of doctor, not its end.
    auto parts = wire(*config, false);
    if (!parts) return complain(parts.error());
    progress(fmt::format("asking {} sources…", (*parts)->sources->all().size()));
    std::vector<Examined> all = examine(*config, *(*parts)->sources);
    for (auto& [name, checks] : examine_parties(*config, **parts)) {
        all.push_back({name, {}});
        for (outreach::Check& one : checks)
            all.back().probes.push_back(
                {std::move(one.what), one.ok, std::move(one.finding), std::move(one.fix)});
    }
    all.push_back(examine_rest(*config));
    bool failed = false;
    for (const Examined& examined : all)
        for (const collectors::Probe& probe : examined.probes) failed = failed || !probe.ok;
    if (options.format == Format::Json)
        print(base::dump_json(examined_as_json(all), 2));
    else
        print(examined_as_text(all));
    return failed ? Exit::Failed : Exit::Done;
}

}  // namespace insight::cli

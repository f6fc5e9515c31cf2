// demo: the bundled incident, end to end, no servers needed.
#include "agent/cli/demo.h"

#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wait.h"
#include "agent/http/server.h"
#include "agent/pipeline.h"
#include "agent/version.h"
#include "core/base/log.h"

namespace insight::cli {
namespace {

// Puts the report into a store of its own, the way a worker does, and serves its page.
Exit serve_page(const store::Snapshot& snapshot, const model::Report& report) {
    const Interruption interruption;  // before any thread starts
    if (auto log = base::set_up_log("warn"); !log) return complain(log.error());
    const base::SystemClock clock;
    auto store = store::open_store("sqlite:");
    if (!store) return complain(store.error());
    // The store takes reports from the holder of a job only, so the way is a worker's: open, claim,
    // put, finish. A lease of a minute is plenty, for nothing is computed under it.
    if (auto opened = (*store)->open(snapshot.incident, true); !opened)
        return complain(opened.error());
    const auto job = (*store)->claim(clock.now(), base::kMinute);
    if (!job) return complain(job.error());
    if (!*job)
        return complain(
            {base::ErrorKind::Internal, "the demonstration's job is missing from its own store"});
    if (auto kept = (*store)->put_stage(**job, "snapshot", std::string(demo_snapshot())); !kept)
        return complain(kept.error());
    const auto kept =
        (*store)->put_report(**job, base::dump_json(model::to_json(report)),
                             std::string(name(report.verdict)), report.confidence, report.summary);
    if (!kept) return complain(kept.error());
    if (auto done = (*store)->finish(**job); !done) return complain(done.error());

    config::Server settings;
    // any free one: a demonstration must not fail on a port that is taken
    settings.port = 0;
    auto server = http::Server::start(
        settings, {.store = **store, .clock = clock, .version = std::string(agent::kVersion)});
    if (!server) return complain(server.error());
    print(fmt::format("\nThe page: http://{}:{}/incidents/{}   (Ctrl-C ends)", settings.address,
                      (*server)->port(), snapshot.incident.id));
    std::fflush(stdout);
    interruption.wait();
    (*server)->stop();
    return Exit::Done;
}

}  // namespace

Exit demo(const Options& options) {
    const auto snapshot = store::unpack_snapshot(demo_snapshot());
    if (!snapshot) return complain(snapshot.error());
    const model::Report report = agent::analyse(*snapshot);
    const Exit printed = print_report(model::to_json(report), options.format, "");
    return printed == Exit::Done && options.serve ? serve_page(*snapshot, report) : printed;
}

}  // namespace insight::cli

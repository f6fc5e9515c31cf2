// runbooks: what there is, and what it did not say.
#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/known_secrets/window_secrets.h"
#include "agent/outreach/kept_key.h"
#include "agent/runbooks/fitting.h"
#include "agent/runbooks/folder.h"
#include "agent/runbooks/update.h"
#include "core/base/redaction.h"

namespace insight::cli {
namespace {

base::Result<agent::runbooks::Reading> configured_runbooks(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return base::fail(config.error());
    const std::string folder = config->block("runbooks").own.text("folder");
    if (folder.empty())
        return base::fail(
            base::ErrorKind::Invalid,
            "no folder of runbooks is configured: set runbooks.folder, see docs/runbooks.md");
    return agent::runbooks::read_runbooks(folder);
}

}  // namespace

Exit list_runbooks(const Options& options) {
    const auto reading = configured_runbooks(options);
    if (!reading) return complain(reading.error());
    if (options.format == Format::Json) {
        base::Json list = base::Json::array();
        for (const auto& one : reading->runbooks)
            list.push_back({{"file", one.file}, {"title", one.title}, {"rules", one.rules.size()}});
        print(base::dump_json({{"runbooks", std::move(list)}, {"remarks", reading->remarks}}, 2));
    } else {
        std::string out;
        for (const auto& one : reading->runbooks)
            out += fmt::format("{:40}  {}{}\n", one.file, one.title,
                               one.rules.empty() ? "  (matches nothing: it has no rules)" : "");
        print(out.empty() ? "no runbooks" : out);
    }
    for (const std::string& remark : reading->remarks)
        std::fprintf(stderr, "warning: %s\n", remark.c_str());
    // A runbook that cannot be read is one that nobody gets in an incident: a pipeline that keeps
    // the folder must see it fail.
    return reading->remarks.empty() ? Exit::Done : Exit::Failed;
}

Exit suggest_runbook(const Options& options) {
    const auto reading = configured_runbooks(options);
    if (!reading) return complain(reading.error());
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const auto text = (*store)->report(options.id);
    if (!text) return complain(text.error());
    const auto report = base::parse_json(*text, "the stored report");
    if (!report) return complain(report.error());
    // Runbooks are read by many: what is secret stays here, also what only the window knows. With
    // the store's own key a token is the same every time, and a file that has it says it.
    const auto key = outreach::kept_key(**store, "border");
    if (!key) return complain(key.error());
    base::Border border({}, *key);
    agent::learn_secrets([&](const base::Json& json) { (void)border.hide(json); }, **store,
                         options.id);
    const agent::runbooks::Subject subject = agent::runbooks::subject_of(border.hide(*report));
    const auto fits = agent::runbooks::runbooks_for(reading->runbooks, subject);
    const auto update = fits.empty() ? agent::runbooks::propose_runbook(subject)
                                     : agent::runbooks::propose_update(*fits[0].runbook, subject);
    if (!update) {
        // also where nobody watches: an empty diff alone could be anything
        std::fprintf(stderr, "%s\n",
                     fits.empty() ? "nothing to propose: no cause was found"
                                  : (fits[0].runbook->file + " says all of it").c_str());
        return Exit::Done;
    }
    for (const std::string& one : update->missing)
        progress(fmt::format("{} does not say {}", update->file, one));
    print(update->diff);
    return Exit::Done;
}

}  // namespace insight::cli

// approvals: what waits for a yes, shown and decided; fix: a pull request is asked for. Also while
// the service runs, which does what was approved.
#include "agent/fixes/approvals.h"

#include <fmt/format.h>

#include "agent/cli/actor.h"
#include "agent/cli/commands.h"
#include "agent/cli/files.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/fixes/desk.h"
#include "core/base/text.h"
#include "github/repository.h"

namespace insight::cli {
namespace {

using fixes::Approval;

// 48 bits, and as many as the list shows: two plans that agree in them do not meet
constexpr std::size_t kLeastDigest = 12;

std::string whole_approval(const Approval& one) {
    const base::Json& plan = one.body;
    std::string out = fmt::format(
        "{}  {}\n\nstate       {}\nincident    {}\nrepository  {}\nbranch      {} → {}\n"
        "digest      {}\n",
        one.id, one.title, one.state, one.incident, base::text_at(plan, "repository"),
        base::text_at(plan, "branch"), base::text_at(plan, "base"), one.digest);
    if (!one.note.empty()) out += "note        " + one.note + "\n";
    if (const std::string url = base::text_at(one.answer, "url"); !url.empty())
        out += "see         " + url + "\n";
    for (const base::Json& risk : base::array_at(plan, "risks"))
        if (risk.is_string()) out += "risk        " + risk.get<std::string>() + "\n";
    out += "\n" + base::text_at(plan, "diff");
    return base::clean_utf8(out);
}

Exit decided(const Options& options, bool approved) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    // The digest is asked for, not looked up: who approves must have seen the plan that this digest
    // binds, and a plan that was made anew in between has another one.
    const auto one = fixes::approval(**store, options.id);
    if (!one) return complain(one.error());
    // The first digits are enough for people; they must be those that were shown.
    if (options.digest.size() < kLeastDigest || !one->digest.starts_with(options.digest))
        return complain({base::ErrorKind::Conflict,
                         "the digest is not that of what would be done: look at 'approvals show' "
                         "and give its first 12 digits or more with --digest"});
    const base::SystemClock clock;
    const auto done = fixes::decide(**store, options.id, one->digest, approved, actor(), clock);
    if (!done) return complain(done.error());
    if (options.format == Format::Json)
        print(base::dump_json(to_json(*done, false), 2));
    else
        print(approved ? "approved: the running service does it now" : "refused: nothing is done");
    return Exit::Done;
}

}  // namespace

Exit list_approvals(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const auto list = fixes::approvals(**store, options.everything, options.limit);
    if (!list) return complain(list.error());
    if (options.format == Format::Json) {
        base::Json out = base::Json::array();
        for (const Approval& one : *list) out.push_back(to_json(one, false));
        print(base::dump_json(out, 2));
        return Exit::Done;
    }
    std::string out;
    for (const Approval& one : *list)
        out += fmt::format("{:44}  {:8}  {:12}  {}\n", one.id, one.state, one.digest.substr(0, 12),
                           base::shorten(base::clean_utf8(one.title), 80));
    print(out.empty() ? "nothing waits for an approval" : out);
    return Exit::Done;
}

Exit show_approval(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const auto one = fixes::approval(**store, options.id);
    if (!one) return complain(one.error());
    print(options.format == Format::Json ? base::dump_json(to_json(*one, true), 2)
                                         : whole_approval(*one));
    return Exit::Done;
}

Exit approve(const Options& options) {
    return decided(options, true);
}

Exit refuse(const Options& options) {
    return decided(options, false);
}

Exit ask_for_fix(const Options& options) {
    const auto text = read_text(options.path, 2U << 20);
    if (!text) return complain(text.error());
    const auto json = base::parse_json(*text, options.path, {.bytes = 2U << 20, .depth = 16});
    if (!json) return complain(json.error());
    // Checked here as well, for the service plans later and could only tell a log.
    if (const auto fix = fixes::fix_from_json(*json); !fix) return complain(fix.error());
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    if (const auto report = (*store)->report(options.id); !report) return complain(report.error());
    const base::SystemClock clock;
    if (const auto asked =
            fixes::ask_for_fix(**store, options.id, base::dump_json(*json), clock, *json);
        !asked)
        return complain(asked.error());
    print("asked: the running service plans it; see 'approvals'");
    return Exit::Done;
}

}  // namespace insight::cli

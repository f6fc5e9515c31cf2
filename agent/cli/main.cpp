#include <array>
#include <csignal>
#include <cstdio>

#include "agent/cli/commands.h"
#include "agent/cli/parse.h"
#include "core/base/log.h"

namespace insight::cli {
namespace {

struct Command {
    std::string_view name;
    Exit (*run)(const Options&);
};

constexpr std::array kCommands{Command{"serve", serve},
                               Command{"analyze", analyze},
                               Command{"replay", replay},
                               Command{"demo", demo},
                               Command{"eval", eval},
                               Command{"incidents", list_incidents},
                               Command{"report", show_report},
                               Command{"runbooks", list_runbooks},
                               Command{"runbooks suggest", suggest_runbook},
                               Command{"snapshot capture", capture_snapshot},
                               Command{"snapshot show", show_snapshot},
                               Command{"snapshot verify", verify_snapshot},
                               Command{"snapshot import", import_snapshot},
                               Command{"config check", check_config},
                               Command{"config schema", print_schema},
                               Command{"config blocks", print_blocks},
                               Command{"config sources", print_sources},
                               Command{"doctor", doctor},
                               Command{"scan", scan},
                               Command{"scan suppress", suppress},
                               Command{"scan unsuppress", unsuppress},
                               Command{"scan suppressions", list_suppressions},
                               Command{"review", review_pull_request},
                               Command{"approvals", list_approvals},
                               Command{"approvals show", show_approval},
                               Command{"approvals approve", approve},
                               Command{"approvals refuse", refuse},
                               Command{"fix", ask_for_fix},
                               Command{"tickets", list_tickets},
                               Command{"tickets show", show_ticket},
                               Command{"tickets comment", comment_ticket},
                               Command{"tickets assign", assign_ticket},
                               Command{"tickets move", move_ticket},
                               Command{"audit verify", verify_audit},
                               Command{"audit export", export_audit},
                               Command{"token create", create_token},
                               Command{"token list", list_tokens},
                               Command{"token revoke", revoke_token},
                               Command{"evomap hash", evomap_hash},
                               Command{"evomap hello", evomap_hello},
                               Command{"evomap status", evomap_status},
                               Command{"evomap search", evomap_search},
                               Command{"evomap fetch", evomap_fetch},
                               Command{"evomap validate", evomap_validate},
                               Command{"evomap publish", evomap_publish},
                               Command{"evomap outbox", evomap_outbox},
                               Command{"evomap follow", evomap_follow}};

Exit run(const Options& options) {
    std::string name;
    for (const std::string& word : options.command) name += (name.empty() ? "" : " ") + word;
    for (const Command& command : kCommands)
        if (command.name == name) return command.run(options);
    std::fprintf(stderr, "error: '%s' is not a command; see devops-insight --help\n", name.c_str());
    return Exit::Usage;
}

}  // namespace
}  // namespace insight::cli

int main(int argc, char** argv) {
    // A reader that goes away (| head) is not an error of ours.
    std::signal(SIGPIPE, SIG_IGN);
    const insight::cli::Parsed parsed = insight::cli::parse(argc, argv);
    // Standard output is for what was asked for; `serve` sets its own level later.
    // Cannot fail for a level that is known.
    (void)insight::base::set_up_log("warn");
    return static_cast<int>(parsed.run ? insight::cli::run(parsed.options) : parsed.exit);
}

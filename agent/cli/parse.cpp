#include "agent/cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "agent/version.h"
#include "core/base/text.h"

namespace insight::cli {
namespace {

// A word that is no command makes the library complain that there is none.
std::string complaint(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
    std::vector<std::string> commands;
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; }))
        commands.push_back(one->get_name());
    const std::string word = argc > 1 ? argv[1] : "";
    if (word.empty() || word.starts_with('-') ||
        std::find(commands.begin(), commands.end(), word) != commands.end())
        return error.what();
    const std::string meant = base::nearest(word, commands);
    return fmt::format("there is no command '{}'{}", base::shorten(base::clean_utf8(word), 80),
                       meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant));
}

void add_config(CLI::App& app, Options& options) {
    app.add_option("-c,--config", options.config, "configuration file (YAML or JSON)")
        ->type_name("FILE");
}

void add_format(CLI::App& app, Options& options) {
    static const std::map<std::string, Format> kFormats{{"text", Format::Text},
                                                        {"json", Format::Json},
                                                        {"markdown", Format::Markdown},
                                                        {"html", Format::Html},
                                                        {"postmortem", Format::Postmortem}};
    app.add_option("-f,--format", options.format,
                   "text, json, markdown, html or (of a report) postmortem")
        ->transform(CLI::Validator(
            [](std::string& word) {
                const auto found = kFormats.find(base::lower(word));
                if (found == kFormats.end())
                    return word + " is none of text, json, markdown, html, postmortem";
                word = std::to_string(static_cast<int>(found->second));
                return std::string();
            },
            ""))
        ->type_name("FORMAT");
}

void add_interval(CLI::App& app, Options& options) {
    app.add_option("--service", options.service, "what it is about")->type_name("NAME");
    app.add_option("--since", options.since, "how far back (1h) or a time (RFC 3339)")
        ->type_name("TIME");
    app.add_option("--until", options.until, "end of the interval (RFC 3339)")->type_name("TIME");
}

CLI::App* command(CLI::App& parent, Options& options, const std::string& name,
                  const std::string& help) {
    CLI::App* app = parent.add_subcommand(name, help);
    // CLI11 calls back the innermost command first, so each outer one goes to the front.
    app->callback([&options, name] { options.command.insert(options.command.begin(), name); });
    return app;
}

void add_investigation(CLI::App& app, Options& options) {
    CLI::App* analyze = command(app, options, "analyze",
                                "investigate now: a question, an alert or a recorded window");
    analyze->add_option("question", options.question, "what should be looked into");
    analyze->add_option("--alert", options.alert_file, "an Alertmanager webhook body or one alert")
        ->type_name("FILE");
    analyze->add_option("--snapshot", options.snapshot, "a recorded window instead of the sources")
        ->type_name("PATH");
    analyze->add_option("--fail-on", options.fail_on, "exit 3 when the severity is at least this")
        ->check(CLI::IsMember({"info", "warning", "critical"}))
        ->type_name("SEVERITY");
    analyze->add_option("-o,--output", options.output, "write the report to a file")
        ->type_name("FILE");
    analyze
        ->add_option("--keep", options.keep,
                     "write the window with the model's answers, for replay (.tar.zst or folder)")
        ->type_name("PATH");
    analyze->add_flag("-i,--interactive", options.interactive,
                      "answer questions about it, one a line, until an empty one");
    add_config(*analyze, options);
    add_format(*analyze, options);
    add_interval(*analyze, options);

    CLI::App* replay =
        command(app, options, "replay", "run the analysis on a recorded window again");
    replay->add_option("snapshot", options.snapshot, "a folder or .tar.zst")->required();
    replay->add_option("-o,--output", options.output, "write the report to a file")
        ->type_name("FILE");
    add_format(*replay, options);

    CLI::App* demo =
        command(app, options, "demo", "the bundled recorded incident, no servers needed");
    demo->add_flag("--serve", options.serve, "show it as a page and stay until interrupted");
    add_format(*demo, options);
}

void add_evaluation(CLI::App& app, Options& options) {
    CLI::App* eval = command(app, options, "eval",
                             "rank recorded incidents with known causes and score the answers");
    eval->add_option("folder", options.path, "holds the snapshots")->required();
    eval->add_option("--labels", options.labels, "what is known about them (JSON)")
        ->required()
        ->type_name("FILE");
    eval->add_option("--onset", options.onset, "what the engine is told of the labelled onset")
        ->check(CLI::IsMember({"detected", "given", "given+60"}))
        ->type_name("MODE");
    eval->add_option("--features", options.features, "write what was weighed, one case a line")
        ->type_name("FILE");
    eval->add_flag("--disguised", options.disguised,
                   "with other names and at another time, which must not change a rank");
    eval->add_option("-j,--jobs", options.jobs, "how many at once")->check(CLI::Range(1, 64));
    eval->add_option("-o,--output", options.output, "write the scores to a file")
        ->type_name("FILE");
    add_format(*eval, options);
}

void add_scan(CLI::App& app, Options& options) {
    CLI::App* scan = command(app, options, "scan", "one health scan now: what grows, when it ends");
    scan->require_subcommand(0, 1);
    scan->add_option("--snapshot", options.snapshot, "a recorded window instead of the sources")
        ->type_name("PATH");
    scan->add_option("--fail-on", options.fail_on, "exit 3 when the severity is at least this")
        ->check(CLI::IsMember({"info", "warning", "critical"}))
        ->type_name("SEVERITY");
    scan->add_option("-o,--output", options.output, "write the report to a file")
        ->type_name("FILE");
    add_config(*scan, options);
    add_format(*scan, options);
    add_interval(*scan, options);

    CLI::App* suppress =
        command(*scan, options, "suppress", "do not speak of a finding until a time");
    suppress->add_option("finding", options.id, "its id (hf-…); or use the matchers");
    suppress->add_option("--area", options.area, "memory, disk, connections, …");
    suppress->add_option("--entity", options.entity, "a name; * stands for any characters");
    suppress->add_option("--subject", options.subject, "what of it; * for any characters");
    suppress->add_option("--owner", options.owner, "who decided it")->required();
    suppress->add_option("--reason", options.reason, "why")->required();
    suppress->add_option("--expires", options.expires, "until when: 30d or RFC 3339")->required();
    add_config(*suppress, options);
    CLI::App* unsuppress = command(*scan, options, "unsuppress", "speak of it again");
    unsuppress->add_option("id", options.id, "of the suppression (sup-…)")->required();
    add_config(*unsuppress, options);
    CLI::App* list = command(*scan, options, "suppressions", "what is not spoken of, and why");
    add_config(*list, options);
    add_format(*list, options);
}

void add_changes(CLI::App& app, Options& options) {
    CLI::App* review = command(app, options, "review", "what a pull request may do to production");
    review->add_option("pull-request", options.id, "OWNER/REPO#NUMBER, or its address")->required();
    review->add_flag("--post", options.post, "also as one comment, updated in place");
    review->add_option("--fail-on", options.fail_on, "exit 3 when the risk is at least this")
        ->check(CLI::IsMember({"low", "medium", "high"}))
        ->type_name("RISK");
    add_config(*review, options);
    add_format(*review, options);

    CLI::App* approvals =
        command(app, options, "approvals", "what waits for somebody's yes: pull requests");
    approvals->require_subcommand(0, 1);
    approvals->add_flag("--all", options.everything, "also what was decided");
    approvals->add_option("-n,--limit", options.limit, "how many")->check(CLI::Range(1, 1000));
    add_config(*approvals, options);
    add_format(*approvals, options);
    const auto of_approval = [&](const char* name, const char* help) {
        CLI::App* one = command(*approvals, options, name, help);
        one->add_option("id", options.id, "as the list shows it")->required();
        add_config(*one, options);
        add_format(*one, options);
        return one;
    };
    of_approval("show", "exactly what would be done, with its diff");
    for (const char* name : {"approve", "refuse"})
        of_approval(name, name == std::string_view("approve") ? "have it done" : "have it dropped")
            ->add_option("--digest", options.digest, "its first digits, as they were shown")
            ->required();

    CLI::App* fix = command(app, options, "fix", "ask for a pull request of a given fix");
    fix->add_option("id", options.id, "the incident")->required();
    fix->add_option("file", options.path, "a typed fix (JSON, docs/fixes.md)")->required();
    add_config(*fix, options);
}

void add_runbooks(CLI::App& app, Options& options) {
    CLI::App* list =
        command(app, options, "runbooks", "the runbooks there are, and which are wrong");
    add_config(*list, options);
    add_format(*list, options);
    CLI::App* suggest = command(*list, options, "suggest",
                                "what the runbooks did not say about an incident, as a diff");
    suggest->add_option("id", options.id, "the incident")->required();
    add_config(*suggest, options);
}

void add_knowledge(CLI::App& app, Options& options) {
    CLI::App* incidents =
        command(app, options, "incidents", "list the incidents in the store, newest first");
    incidents->add_option("-n,--limit", options.limit, "how many")->check(CLI::Range(1, 1000));
    add_config(*incidents, options);
    add_format(*incidents, options);

    CLI::App* tickets = command(app, options, "tickets", "what is done about incidents");
    tickets->require_subcommand(0, 1);
    tickets->add_option("--state", options.name, "only those: a state, or undone");
    tickets->add_option("-n,--limit", options.limit, "how many")->check(CLI::Range(1, 1000));
    add_config(*tickets, options);
    add_format(*tickets, options);
    const auto of_ticket = [&](const char* name, const char* help) {
        CLI::App* one = command(*tickets, options, name, help);
        one->add_option("id", options.id, "the ticket (tkt-…)")->required();
        add_config(*one, options);
        add_format(*one, options);
        return one;
    };
    of_ticket("show", "one with its history");
    of_ticket("comment", "add a comment")
        ->add_option("text", options.reason, "what to say")
        ->required();
    of_ticket("assign", "give it to somebody")
        ->add_option("assignee", options.owner, "a name; \"\" for nobody")
        ->required();
    CLI::App* move = of_ticket("move", "bring it into another state");
    move->add_option("state", options.name, "open, investigating, mitigated, resolved or closed")
        ->required();
    move->add_option("--why", options.reason, "one sentence");

    CLI::App* report = command(app, options, "report", "print the report of an incident");
    report->add_option("id", options.id, "the incident")->required();
    report->add_flag("--open-tickets", options.open_tickets,
                     "with --format postmortem: a ticket for every item of prevention");
    report->add_option("-o,--output", options.output, "write the report to a file")
        ->type_name("FILE");
    add_config(*report, options);
    add_format(*report, options);

    CLI::App* snapshot = command(app, options, "snapshot", "record, show and check windows");
    snapshot->require_subcommand(1);
    CLI::App* capture = command(*snapshot, options, "capture", "record a window from the sources");
    capture->add_option("path", options.path, "a folder or .tar.zst to write")->required();
    capture->add_option("--question", options.question, "what it is about");
    capture->add_option("--alert", options.alert_file, "an Alertmanager webhook body or one alert")
        ->type_name("FILE");
    add_config(*capture, options);
    add_interval(*capture, options);
    CLI::App* show = command(*snapshot, options, "show", "what a recorded window holds");
    show->add_option("path", options.path, "a folder or .tar.zst")->required();
    add_format(*show, options);
    CLI::App* verify = command(*snapshot, options, "verify", "check every digest and shape");
    verify->add_option("path", options.path, "a folder or .tar.zst")->required();
    CLI::App* import =
        command(*snapshot, options, "import", "make a window of telemetry recorded by others");
    import->add_option("--otlp", options.otlp, "a folder of OTLP/JSON files")
        ->required()
        ->type_name("DIR");
    import->add_option("-o,--output", options.output, "a folder or .tar.zst to write")
        ->required()
        ->type_name("PATH");
    import->add_option("--alert", options.alert_file, "an Alertmanager webhook body or one alert")
        ->type_name("FILE");
    import->add_option("--service", options.service, "what it is about")->type_name("NAME");
    import->add_option("--start", options.start, "of the incident (RFC 3339)")->type_name("TIME");
    import->add_option("--end", options.end, "of the incident (RFC 3339)")->type_name("TIME");
}

void add_operation(CLI::App& app, Options& options) {
    CLI::App* serve = command(app, options, "serve", "the service: webhook, API, workers, pages");
    add_config(*serve, options);

    CLI::App* config = command(app, options, "config", "the configuration file");
    config->require_subcommand(1);
    CLI::App* check = command(*config, options, "check", "check a file without starting anything");
    check->add_option("file", options.config, "the file")->required();
    command(*config, options, "schema", "print its JSON Schema");
    command(*config, options, "blocks", "print the keys of every block (docs/blocks.md)");
    command(*config, options, "sources", "print what is read, with which rights (docs/sources.md)");

    CLI::App* doctor =
        command(app, options, "doctor", "reachability, access and what is missing, with the fix");
    add_config(*doctor, options);
    add_format(*doctor, options);

    CLI::App* audit = command(app, options, "audit", "who did what, in one chain of hashes");
    audit->require_subcommand(1);
    CLI::App* chain = command(*audit, options, "verify", "check that no entry was changed or lost");
    add_config(*chain, options);
    add_format(*chain, options);
    CLI::App* entries = command(*audit, options, "export", "every entry as a line of JSON");
    entries->add_option("-o,--output", options.output, "write them to a file")->type_name("FILE");
    add_config(*entries, options);

    CLI::App* token = command(app, options, "token", "access tokens");
    token->require_subcommand(1);
    CLI::App* create = command(*token, options, "create", "make a token; it is shown once");
    create->add_option("name", options.name, "whose it is")->required();
    create->add_option("--role", options.role, "viewer, operator, approver or admin")
        ->check(CLI::IsMember({"viewer", "operator", "approver", "admin"}));
    add_config(*create, options);
    CLI::App* list = command(*token, options, "list", "names, roles and ages");
    add_config(*list, options);
    CLI::App* revoke = command(*token, options, "revoke", "delete a token");
    revoke->add_option("name", options.name, "whose it was")->required();
    add_config(*revoke, options);
}

void add_evomap(CLI::App& app, Options& options) {
    CLI::App* evomap = command(app, options, "evomap", "the network of shared lessons");
    evomap->require_subcommand(1);
    const auto add = [&](const std::string& name, const std::string& help) {
        CLI::App* one = command(*evomap, options, name, help);
        add_config(*one, options);
        add_format(*one, options);
        return one;
    };
    CLI::App* hash = add("hash", "print the id of an asset");
    hash->add_option("file", options.path, "JSON; - for standard input")->required();
    hash->add_flag("--lines", options.lines, "one asset a line, one id a line");
    add("hello", "greet the hub now and keep the secret it gives");
    add("status", "the node, its standing, the assets and the Genes");
    add("search", "ask what others have seen; free")
        ->add_option("signals", options.words, "what was observed: lock_contention postgresql")
        ->required();
    add("fetch", "one asset of the network, whole")
        ->add_option("id", options.id, "sha256:…")
        ->required();
    add("validate", "check a bundle here and at the hub; nothing is published")
        ->add_option("file", options.path, "an incident's id, or a JSON list of assets")
        ->required();
    CLI::App* publish = add("publish", "publish what was learned from an incident");
    publish->add_option("id", options.id, "the incident")->required();
    publish->add_flag("--dry-run", options.dry_run, "show all that would leave, send nothing");
    CLI::App* follow = add("follow", "say that you follow an asset's advice; its outcome is told");
    follow->add_option("id", options.id, "the incident")->required();
    follow->add_option("asset", options.path, "sha256:…")->required();
    CLI::App* outbox = add("outbox", "what waits, was sent or was refused");
    outbox->add_option("--approve", options.approve, "let a held one go")->type_name("KEY");
    outbox->add_option("--reject", options.reject, "never send a held one")->type_name("KEY");
    outbox->add_flag("--send", options.send, "try what is due now");
    outbox->add_option("-n,--limit", options.limit, "how many")->check(CLI::Range(1, 1000));
}

}  // namespace

Parsed parse(int argc, char** argv) {
    Parsed parsed;
    Options& options = parsed.options;
    CLI::App app(
        "DevOps Insight: an alert becomes an impact report whose every statement can be checked.");
    app.name("devops-insight");
    app.set_version_flag("--version", std::string(agent::kVersion));
    app.require_subcommand(1);
    // An option belongs to the command it is declared at: a misplaced one is an error, not a guess.
    app.fallthrough(false);
    add_investigation(app, options);
    add_evaluation(app, options);
    add_scan(app, options);
    add_knowledge(app, options);
    add_runbooks(app, options);
    add_changes(app, options);
    add_operation(app, options);
    add_evomap(app, options);
    try {
        app.parse(argc, argv);
        parsed.run = true;
    } catch (const CLI::ParseError& error) {
        const bool asked = error.get_exit_code() == 0;  // --help, --version
        if (asked)
            app.exit(error);
        else
            std::cerr << "error: " << complaint(app, error, argc, argv)
                      << "; see devops-insight --help\n";
        parsed.exit = asked ? Exit::Done : Exit::Usage;
    }
    return parsed;
}

}  // namespace insight::cli

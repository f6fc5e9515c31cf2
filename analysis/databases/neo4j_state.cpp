// Databases that are not online although they should be (SHOW DATABASES), and indexes that failed
// or are still being built: no query uses such an index (SHOW INDEXES).
#include <fmt/format.h>

#include <map>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "analysis/databases/neo4j_present.h"
#include "analysis/databases/rules.h"
#include "analysis/databases/users.h"
#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

using base::Json;

// When a sample first showed it; empty when no change was seen.
const model::Change* change_about(const Context& context, const std::string& start,
                                  const std::string& end) {
    const model::Change* found = nullptr;
    for (const model::Change& change : context.changes)
        if (change.entity == context.instance.name() && change.summary.starts_with(start) &&
            change.summary.ends_with(end))
            found = &change;
    return found;
}

// The state is as old as the sample before the one that showed it first.
void set_onset(const model::Change* change, Context& context, Finding& finding) {
    if (change == nullptr) return;
    finding.clue.onset = change->earliest();
    finding.clue.evidence.push_back(context.evidence.add_change(*change));
}

// The rows of one database: one in a single server, one a copy in a cluster.
void add_down(Context& context, const std::string& database, const RowList& copies,
              const RowList& down) {
    const Row& worst = *down.front();
    const std::string state = text(worst, "current_status");
    const std::string message = text(worst, "status_message");
    const bool all = down.size() == copies.size();
    Finding finding;
    finding.clue.kind = "database_down";
    finding.clue.entity = entity_of(worst);
    finding.clue.evidence = {context.evidence.add_rows(
        fmt::format("state of database {} of {}", database, context.instance.name()), copies,
        {"database", "address", "role", "requested_status", "current_status", "status_message"},
        {{"copies", copies.size()}, {"notOnline", down.size()}})};
    finding.clue.statement = fmt::format(
        "Database {} of {} is {}{} although it should be online", database, context.instance.name(),
        state,
        copies.size() == 1 ? "" : fmt::format(" on {} of {} servers", down.size(), copies.size()));
    if (!message.empty()) finding.clue.statement += fmt::format(": `{}`", message);
    finding.clue.statement += ".";
    finding.clue.strength = all ? 1 : 0.7;
    set_onset(
        change_about(context, fmt::format("database {} went from ", database), " to " + state),
        context, finding);
    finding.brief = fmt::format("Database {} is {}.", database, state);
    finding.aspect = Aspect::Availability;
    finding.harm = all ? 1 : 0.6;
    Mechanism mechanism;
    mechanism.cause_class = "database_down";
    mechanism.level = model::Level::Infrastructure;
    mechanism.statement = finding.clue.statement;
    mechanism.directness = all ? 1 : 0.7;
    mechanism.overturned_by = {
        fmt::format("If clients of {} are served all the same, they use another database.",
                    context.instance.name()),
        "cypher-shell -d system \"SHOW DATABASES\""};
    mechanism.recommendations.push_back(
        {fmt::format("Read why {} did not start: the server's debug.log has the whole error.",
                     database),
         fmt::format("grep -nF {} debug.log", command::word(database)), false,
         finding.clue.evidence});
    add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

// The list of databases did not come, but one of them turned our own statement away.
void add_unavailable(Context& context, const Row& refused) {
    const std::string database = text(refused, "database");
    Fault fault;
    fault.kind = fault.cause_class = "database_down";
    fault.statement =
        fmt::format("Database {} of {} serves no statements: `{}`.", database,
                    context.instance.name(), base::shorten(text(refused, "message"), 200));
    fault.brief = fmt::format("Database {} is not available.", database);
    fault.evidence = {context.evidence.add_rows(
        fmt::format("refusal by database {} of {}", database, context.instance.name()), {&refused},
        {"database", "reason", "message"})};
    fault.aspect = Aspect::Availability;
    // less than the server's own word that it should be online and is not
    fault.harm = 0.8;
    fault.overturned_by = {
        fmt::format("If somebody stopped {} on purpose, it should not be online.", database),
        "cypher-shell -d system \"SHOW DATABASES\""};
    fault.recommendations.push_back(
        {fmt::format("Ask for the state of {}: the server's debug.log says why it is not online.",
                     database),
         fmt::format("grep -nF {} debug.log", command::word(database)), false, fault.evidence});
    add_fault(context, refused, std::move(fault));
}

void add_failed(Context& context, const Row& index) {
    const std::string name = text(index, "index");
    const std::string target = text(index, "on");
    const std::string failure = text(index, "failure");
    // It was so before the window: no news, but still true.
    bool old = false;
    for (const Row* row : where(context.instance.all("indexes"), "index", name))
        old = old || (row->time < context.window.start && text(*row, "state") == "FAILED");
    Finding finding;
    finding.clue.kind = "index_failed";
    finding.clue.entity = entity_of(index);
    finding.clue.evidence = {context.evidence.add_rows(
        fmt::format("index {} of {}", name, context.instance.name()), {&index},
        {"database", "index", "on", "type", "state", "population_percent", "failure",
         "definition"})};
    finding.clue.statement =
        fmt::format("Index {} on {} of database {} failed, so no query uses it", name, target,
                    text(index, "database"));
    if (!failure.empty())
        finding.clue.statement += fmt::format(": `{}`", base::shorten(failure, 200));
    finding.clue.statement += ".";
    finding.clue.strength = old ? 0.3 : 0.8;
    if (!old)
        set_onset(change_about(context, fmt::format("index {} on ", name), ""), context, finding);
    finding.brief = fmt::format("Index {} fails.", name);
    finding.aspect = Aspect::Latency;
    finding.harm = old ? 0.1 : 0.5;
    Mechanism mechanism;
    mechanism.cause_class = "index_failed";
    mechanism.level = model::Level::Config;
    mechanism.statement = finding.clue.statement;
    mechanism.directness = old ? 0.2 : 0.6;
    mechanism.overturned_by = {
        "If no slow query reads by this label and property, the index is not missed.",
        command::cypher(
            "SHOW INDEXES YIELD name, state, readCount, lastRead, failureMessage WHERE name = " +
                command::cypher_text(name),
            text(index, "database"))};
    mechanism.recommendations.push_back(
        {"Drop the index, repair the data that it could not take, and create it again.",
         command::cypher("DROP INDEX " + command::cypher_name(name), text(index, "database")), true,
         finding.clue.evidence});
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

void add_populating(Context& context, const Row& index) {
    const double percent = number(index, "population_percent");
    Finding finding;
    finding.clue.kind = "index_populating";
    finding.clue.entity = entity_of(index);
    finding.clue.evidence = {context.evidence.add_rows(
        fmt::format("index {} of {}", text(index, "index"), context.instance.name()), {&index},
        {"database", "index", "on", "type", "state", "population_percent"},
        {{"percent", base::format_number(percent)}})};
    finding.clue.statement =
        fmt::format("Index {} on {} of database {} is still being built ({} %): no query uses it.",
                    text(index, "index"), text(index, "on"), text(index, "database"),
                    base::format_number(percent));
    finding.clue.strength = 0.4;
    finding.brief = finding.clue.statement;
    finding.aspect = Aspect::Latency;
    finding.harm = 0.2;
    Mechanism mechanism;
    mechanism.cause_class = "index_populating";
    mechanism.level = model::Level::Config;
    mechanism.statement = finding.clue.statement;
    mechanism.directness = 0.3;
    mechanism.overturned_by = {
        "If queries by this label and property stay slow once it is online, it was not the cause.",
        command::cypher("SHOW INDEXES YIELD name, state, populationPercent WHERE name = " +
                            command::cypher_text(text(index, "index")),
                        text(index, "database"))};
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace

void neo4j_databases(Context& context) {
    std::map<std::string, RowList> copies;
    for (const Row* row : present_with(context.instance, "databases"))
        copies[text(*row, "database")].push_back(row);
    for (const auto& [database, rows] : copies) {
        RowList down;
        for (const Row* row : rows)
            // What somebody stopped is asked to be offline.
            if (text(*row, "requested_status") == "online" &&
                !text(*row, "current_status").empty() && text(*row, "current_status") != "online")
                down.push_back(row);
        if (!down.empty()) add_down(context, database, rows, down);
    }
    for (const Row* row : present_with(context.instance, "refused"))
        if (text(*row, "reason") == "database_unavailable" &&
            !copies.contains(text(*row, "database")))
            add_unavailable(context, *row);
}

void neo4j_indexes(Context& context) {
    for (const Row* index : present_with(context.instance, "indexes")) {
        if (text(*index, "state") == "FAILED") add_failed(context, *index);
        if (text(*index, "state") == "POPULATING") add_populating(context, *index);
    }
}

}  // namespace insight::analysis::databases

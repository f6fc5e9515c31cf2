// Connections are a fixed pool: at max_connections less the reserved ones, newcomers are refused
// (documentation of max_connections and superuser_reserved_connections). Nine tenths of the usable
// ones is where a pool that grows by a few connections at a time is about to fail.
#include <fmt/format.h>

#include <map>

#include "analysis/command.h"
#include "analysis/databases/rules.h"
#include "analysis/entity.h"

namespace insight::analysis::databases {
namespace {

constexpr double kConnectionsNearlyUsed = 0.9;  // common alert rules warn from 80 to 90 %
constexpr double kUsualShare = 1.15;  // a server that is always this full is not in a new state

using base::Json;

struct Client {
    std::string name;
    std::int64_t now = 0;
    std::int64_t before = 0;  // at its most in the baseline
    std::map<std::string, std::int64_t> states;
    model::Nanos grew = 0;  // first moment above the baseline's most
};

std::string client_name(const Row& row) {
    const std::string application = text(row, "application_name");
    return application.empty() ? text(row, "user") : application;
}

std::map<std::string, Client> clients_of(const Instance& instance, const model::Window& window) {
    std::map<std::string, Client> clients;
    std::map<std::pair<model::Nanos, std::string>, std::int64_t> counts;
    for (const Row* row : instance.all("connections"))
        counts[{row->time, client_name(*row)}] += base::integer_at(row->row, "count");
    for (const auto& [key, count] : counts)
        if (key.first <= window.baseline_end) {
            Client& client = clients[key.second];
            client.before = std::max(client.before, count);
        }
    for (const auto& [key, count] : counts) {
        Client& client = clients[key.second];
        if (client.grew == 0 && key.first > window.baseline_end &&
            count > client.before + client.before / 5)
            client.grew = key.first;
    }
    for (const Row* row : instance.present("connections")) {
        Client& client = clients[client_name(*row)];
        const std::int64_t count = base::integer_at(row->row, "count");
        client.now += count;
        client.states[text(*row, "state")] += count;
    }
    for (auto& [name, client] : clients) client.name = name;
    return clients;
}

// Who took most of what was taken since the baseline.
const Client* culprit_of(const std::map<std::string, Client>& clients) {
    const Client* culprit = nullptr;
    for (const auto& [name, client] : clients) {
        const auto growth = [](const Client& c) { return c.now - c.before; };
        if (culprit == nullptr || growth(client) > growth(*culprit)) culprit = &client;
    }
    return culprit;
}

std::string main_state(const Client& client) {
    const auto most =
        std::max_element(client.states.begin(), client.states.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == client.states.end() ? "" : most->first;
}

double usual_ratio(const Instance& instance, const model::Window& window) {
    double usual = 0;
    for (const Row* row : instance.all("saturation"))
        if (row->time <= window.baseline_end) usual = std::max(usual, number(*row, "used_ratio"));
    return usual;
}

}  // namespace

void connection_saturation(Context& context) {
    const RowList saturation = context.instance.present("saturation");
    // Where even our own connection was refused, there may be no row of saturation: the refusal is
    // all the proof.
    const RowList refused = refused_since(context.instance, context.window.baseline_end);
    // The server, a role (rolconnlimit) and a database (datconnlimit) each have a limit.
    const bool full = !refused.empty() && text(*refused.front(), "reason").starts_with("too_many");
    if (saturation.empty() && !full) return;

    const Row& now = saturation.empty() ? *refused.front() : *saturation.front();
    const double used = number(now, "used_ratio");
    const double usual = usual_ratio(context.instance, context.window);
    if (!full && (used < kConnectionsNearlyUsed || used < usual * kUsualShare)) return;

    const std::map<std::string, Client> clients = clients_of(context.instance, context.window);
    const Client* culprit = culprit_of(clients);
    const auto client_connections = base::integer_at(now.row, "client_connections");
    const auto usable = base::integer_at(now.row, "usable");

    std::vector<std::string> evidence;
    if (!saturation.empty())
        evidence.push_back(context.evidence.add_rows(
            "connections of " + context.instance.name(), context.instance.all("saturation"),
            {"client_connections", "active", "idle", "idle_in_transaction", "max_connections",
             "reserved", "usable"}));
    if (full)
        evidence.push_back(context.evidence.add_rows("refusal by " + context.instance.name(),
                                                     refused, {"reason", "message"}));
    if (culprit != nullptr) {
        RowList rows;
        for (const Row* row : context.instance.present("connections")) rows.push_back(row);
        std::stable_sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) {
            return number(*a, "count") > number(*b, "count");
        });
        Json by_client = Json::object();
        for (const auto& [name, client] : clients)
            by_client[name] = {{"now", client.now}, {"before", client.before}};
        evidence.push_back(context.evidence.add_rows(
            "who holds the connections of " + context.instance.name(), rows,
            {"application_name", "user", "client_addr", "database", "state", "count",
             "oldest_state_age_s"},
            {{"connectionsByClient", by_client}}));
    }

    std::string statement =
        usable > 0 ? fmt::format("{} of {} usable connections of {} are taken", client_connections,
                                 usable, context.instance.name())
                   : fmt::format("{} refuses new connections", context.instance.name());
    if (culprit != nullptr && culprit->now > 0) {
        statement += fmt::format("; client {} holds {} of them", culprit->name, culprit->now);
        const std::string state = main_state(*culprit);
        if (!state.empty()) statement += ", mostly " + state;
        statement += fmt::format(" (before: {})", culprit->before);
    }
    statement += ".";

    Finding finding;
    finding.clue.kind = "saturation";
    finding.clue.entity = entity_of(now);
    finding.clue.statement = statement;
    finding.clue.strength = full ? 1 : std::min(1.0, 0.5 + 5 * (used - kConnectionsNearlyUsed));
    finding.clue.evidence = evidence;
    if (culprit != nullptr && culprit->grew != 0) finding.clue.onset = culprit->grew;
    finding.brief = culprit != nullptr
                        ? fmt::format("Client {} begins to take connections.", culprit->name)
                        : finding.clue.statement;
    finding.aspect = Aspect::Saturation;
    finding.harm = 1;
    Mechanism mechanism;
    mechanism.cause_class = "connection_exhaustion";
    // One client that grows without bound leaks; many that grew together outgrew the setting.
    const bool leak =
        culprit != nullptr && culprit->now - culprit->before > (client_connections - culprit->now);
    mechanism.level = leak ? model::Level::Code : model::Level::Config;
    mechanism.statement = statement;
    mechanism.directness = culprit != nullptr ? 1 : 0.7;
    const std::string name = culprit != nullptr ? culprit->name : "the largest client";
    mechanism.overturned_by = {fmt::format("If {} gives its connections back and newcomers are "
                                           "still refused, something else takes them.",
                                           name),
                               "psql -c \"SELECT application_name, state, count(*) FROM "
                               "pg_stat_activity WHERE backend_type = 'client backend' "
                               "GROUP BY 1, 2 ORDER BY 3 DESC\""};
    mechanism.recommendations.push_back(
        {fmt::format("Find out why {} opens connections and does not close them; cap its pool.",
                     name),
         "", false, evidence});
    if (culprit != nullptr)
        mechanism.recommendations.push_back(
            {fmt::format("Close the idle connections of {} to let others in again.", name),
             command::psql(
                 fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                             "application_name = {} AND state = 'idle'",
                             command::sql_text(name))),
             true, evidence});
    for (const auto& [other, client] : clients)
        if (&client != culprit && client.before > 0)
            mechanism.hurts.push_back(
                {{"service", other}, "may be refused a connection", evidence});
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace insight::analysis::databases

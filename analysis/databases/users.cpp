#include "analysis/databases/users.h"

#include <fmt/format.h>

#include <map>

namespace insight::analysis::databases {
namespace {

struct Shape {
    const char* view;
    const char* name;  // the key that names the client
};

Shape shape_of(const Instance& instance) {
    if (instance.system() == "redis") return {"clients", "name"};
    if (instance.system() == "neo4j") return {"connections", "application"};
    return {"connections", "application_name"};
}

}  // namespace

std::vector<model::AffectedService> users_of(const Instance& instance, EvidenceBook& evidence) {
    std::vector<model::AffectedService> out;
    const auto [view, name] = shape_of(instance);
    const RowList server = instance.present("server");
    // Whoever logs in as our role watches as we do.
    const std::string watcher = server.empty() ? "" : text(*server.front(), "user");
    std::map<std::string, std::int64_t> connections;
    RowList rows;
    for (const Row* row : instance.present(view)) {
        const std::string client = text(*row, name);
        // a driver without a name of its own: Neo4j's collector gives the user instead
        if (instance.system() == "neo4j" && client == text(*row, "user")) continue;
        if (client.empty() || client.starts_with("devops-insight") ||
            (!watcher.empty() && text(*row, "user") == watcher))
            continue;
        connections[client] += base::integer_at(row->row, "count");
        rows.push_back(row);
    }
    if (rows.empty()) return out;
    base::Json facts = base::Json::object();
    for (const auto& [client, count] : connections) facts[client] = count;
    const std::string id = evidence.add_rows("clients of " + instance.name(), rows,
                                             {name, "user", "count"}, {{"connections", facts}});
    for (const auto& [client, count] : connections)
        out.push_back({{"service", client},
                       fmt::format("uses {} with {} connection{}", instance.name(), count,
                                   count == 1 ? "" : "s"),
                       {id}});
    return out;
}

void add_users(Context& context, Mechanism& mechanism) {
    for (model::AffectedService& user : users_of(context.instance, context.evidence))
        mechanism.hurts.push_back(std::move(user));
}

}  // namespace insight::analysis::databases

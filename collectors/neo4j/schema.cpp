#include "collectors/neo4j/schema.h"

#include <fmt/format.h>

#include "collectors/coverage.h"
#include "core/base/text.h"

namespace insight::collectors::neo4j {
namespace {

using base::text_at;

// "Order,Invoice" of ["Order", "Invoice"]
std::string joined(const Json& list) {
    std::string out;
    if (!list.is_array()) return out;
    for (const Json& item : list) {
        if (!item.is_string()) continue;
        if (!out.empty()) out += ',';
        out += item.get_ref<const std::string&>();
    }
    return base::shorten(base::one_line(base::clean_utf8(out)), 200);
}

// ":Order(id)", "-[:BOUGHT(at)]-", as Cypher writes them
std::string target_of(const Json& row) {
    const std::string labels = joined(at(row, "labelsOrTypes"));
    const std::string properties = joined(at(row, "properties"));
    const std::string inner = fmt::format("{}{}{}", labels.empty() ? "" : ":", labels,
                                          properties.empty() ? "" : "(" + properties + ")");
    if (text_at(row, "entityType") == "RELATIONSHIP") return "-[" + inner + "]-";
    // A token lookup index, which has neither label nor property.
    return inner.empty() ? "all labels" : inner;
}

// The first line of what may be a Java stack trace.
std::string first_line(const std::string& text) {
    return shown(text.substr(0, text.find('\n')), 400);
}

}  // namespace

// 4.x calls statusMessage "error" and tells no type.
Rows database_rows(const Rows& raw) {
    Rows out;
    for (const Json& one : raw) {
        const std::string type =
            text_at(one, "type", text_at(one, "name") == "system" ? "system" : "standard");
        out.push_back(
            {{"database", shown(text_at(one, "name"), 100)},
             {"type", type},
             {"address", text_or_null(one, "address")},
             {"role", text_or_null(one, "role")},
             {"writer", at(one, "writer").is_boolean() ? at(one, "writer") : Json()},
             {"access", text_or_null(one, "access")},
             {"requested_status", text_or_null(one, "requestedStatus")},
             {"current_status", text_or_null(one, "currentStatus")},
             {"status_message",
              text_or_null(one, one.contains("statusMessage") ? "statusMessage" : "error", 400)},
             {"default", base::flag_at(one, "default")},
             {"home", base::flag_at(one, "home")},
             {"store_format", text_or_null(one, "store")},
             {"last_start_at", moment_or_null(one, "lastStartTime")},
             {"last_committed_transaction", number_or_null(one, "lastCommittedTxn")},
             {"replication_lag", number_or_null(one, "replicationLag")}});
    }
    return out;
}

Rows index_rows(const Rows& raw, const std::string& database) {
    Rows out;
    for (const Json& one : raw) {
        out.push_back({{"database", database},
                       {"index", shown(text_at(one, "name"), 200)},
                       {"state", shown(text_at(one, "state"), 20)},
                       {"population_percent", number_or_null(one, "populationPercent")},
                       {"type", text_or_null(one, "type")},
                       {"on", target_of(one)},
                       {"constraint", text_or_null(one, "owningConstraint")},
                       {"last_read_at", moment_or_null(one, "lastRead")},
                       {"read_count", number_or_null(one, "readCount")},
                       {"failure", first_line(text_at(one, "failureMessage"))},
                       {"definition", text_or_null(one, "createStatement", 400)}});
        if (out.back()["failure"] == "") out.back()["failure"] = nullptr;
    }
    return out;
}

Rows constraint_rows(const Rows& raw, const std::string& database) {
    Rows out;
    for (const Json& one : raw)
        out.push_back(
            {{"database", database},
             {"constraint", shown(text_at(one, "name"), 200)},
             {"type", text_or_null(one, "type")},
             {"on", target_of(one)},
             {"definition",
              text_or_null(one, one.contains("createStatement") ? "createStatement" : "description",
                           400)}});
    return out;
}

Rows server_rows(const Rows& raw) {
    Rows out;
    for (const Json& one : raw)
        out.push_back({{"server", shown(text_at(one, one.contains("name") ? "name" : "id"), 100)},
                       {"address", text_or_null(one, "address")},
                       {"state", text_or_null(one, "state")},
                       {"health", text_or_null(one, "health")},
                       {"hosting", joined(at(one, "hosting"))}});
    return out;
}

// The server masks secrets itself; numbers and lists come typed from some versions.
Rows setting_rows(const Rows& raw) {
    Rows rows;
    for (const Json& one : raw) {
        const std::string name = shown(base::text_at(one, "name"), 200);
        Json value = one.value("value", Json());
        if (!value.is_string()) value = value.is_null() ? Json("") : Json(base::dump_json(value));
        rows.push_back({{"name", name},
                        {"value", shown(value.get_ref<const std::string&>())},
                        {"dynamic", base::flag_at(one, "isDynamic")},
                        {"explicit", base::flag_at(one, "isExplicitlySet")}});
    }
    return rows;
}

}  // namespace insight::collectors::neo4j

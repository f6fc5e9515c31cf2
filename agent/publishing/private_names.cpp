#include "agent/publishing/private_names.h"

#include <set>

namespace insight::agent {
namespace {

using base::Json;

// Columns whose cells are words of the database itself.
bool telling_column(const std::string& column) {
    static const std::set<std::string> kColumns{
        "state",  "wait_event", "wait_event_type", "type", "kind", "mode",  "phase",
        "reason", "status",     "severity",        "unit", "view", "level", "command",
        "cmd",    "time"};
    return kColumns.contains(column);
}

void add_names(evomap::Names& names, const Json& value, const std::string& kind);

// Cells of a database are somebody's until shown otherwise; sentences are left to other rules.
void add_rows(evomap::Names& names, const Json& content) {
    const Json& columns = base::array_at(content, "columns");
    for (const Json& row : base::array_at(content, "rows")) {
        if (!row.is_array()) continue;
        for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i)
            if (row[i].is_string() && columns[i].is_string() &&
                !telling_column(columns[i].get<std::string>()) &&
                row[i].get<std::string>().size() <= 128 &&
                row[i].get<std::string>().find(' ') == std::string::npos)
                names.add("name", row[i].get<std::string>());
    }
}

// Objects {kind, name} anywhere, and every value of labels.
void add_names(evomap::Names& names, const Json& value, const std::string& kind) {
    if (value.is_array())
        for (const Json& one : value) add_names(names, one, kind);
    if (!value.is_object()) return;
    if (value.contains("kind") && value.contains("name") && !value.contains("labels"))
        names.add(base::text_at(value, "kind"), base::text_at(value, "name"));
    for (const auto& [key, of] : value.items()) {
        if (key == "labels" && of.is_object())
            for (const auto& [label, text] : of.items())
                // Both are needed to recognise the case elsewhere; the words of an alert's name are
                // sifted apart (signals.cpp).
                if (text.is_string() && label != "severity" && label != "alertname")
                    names.add(label, text.get<std::string>());
        if ((key == "cluster" || key == "namespace" || key == "entity" || key == "author" ||
             key == "service") &&
            of.is_string())
            names.add(key, of.get<std::string>());
        if (key == "source" && of.is_string())
            if (const auto slash = of.get<std::string>().find('/'); slash != std::string::npos)
                names.add("instance", of.get<std::string>().substr(slash + 1));
        if (key == "connections" && of.is_object())
            for (const auto& [client, count] : of.items()) names.add("service", client);
        add_names(names, of, key);
    }
    add_rows(names, value);
}

}  // namespace

evomap::Names names_in(const Json& report) {
    evomap::Names names;
    add_names(names, report, "name");
    return names;
}

}  // namespace insight::agent

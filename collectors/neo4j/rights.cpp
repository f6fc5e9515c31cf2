// SHOW USER PRIVILEGES AS COMMANDS tells what our user may: "GRANT ACCESS ON DATABASE * TO
// `reader`".
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "collectors/neo4j/reader.h"

namespace insight::collectors::neo4j {

Rights rights_of(const Rows& commands) {
    static const re2::RE2 kRole(R"(.* TO `?(.+?)`?)");
    Rights out;
    std::string role;
    for (const Json& row : commands)
        if (re2::RE2::FullMatch(base::text_at(row, "command"), kRole, &role) && role != "PUBLIC")
            out.role = cypher_name(role);
    for (const Right& right : kRights) {
        const bool held = std::any_of(commands.begin(), commands.end(), [&](const Json& row) {
            const std::string command = base::text_at(row, "command");
            // access to the home database alone, which everybody has, is not enough
            if (!command.starts_with("GRANT") || command.find("HOME DATABASE") != std::string::npos)
                return false;
            return std::any_of(right.shown_by.begin(), right.shown_by.end(), [&](auto words) {
                return !words.empty() && command.find(words) != std::string::npos;
            });
        });
        if (!held) out.missing.push_back(fmt::format(fmt::runtime(right.grant), out.role));
    }
    return out;
}

}  // namespace insight::collectors::neo4j

// Neo4j's refusals told apart by who has to act (Neo4j status codes,
// https://neo4j.com/docs/status-codes/current).
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::collectors::neo4j {

// What was asked, as far as messages name it.
struct Asked {
    std::string_view instance;
    std::string_view user;
    std::string_view database;
    std::string_view grant;  // what would allow it on Enterprise; may be empty
};

// `cause` begins with the code. `status` decides where there is no code (a proxy's own answer).
base::Error explain(const Asked& asked, int status, std::string_view code,
                    std::string_view message);

// The server does not know the statement, the procedure or a column: an older form may do.
bool unknown_to_server(const base::Error& error);

// Nothing else will be answered either: our log-in is refused, and asking on would lock it.
bool log_in_refused(const base::Error& error);

// Why a living server would not serve a statement ("database_unavailable", "out_of_memory"): that
// is a finding. Empty for every other failure.
std::string_view refusal(const base::Error& error);

}  // namespace insight::collectors::neo4j

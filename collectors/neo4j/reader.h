// The views of one Neo4j server, read one after another.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/coverage.h"
#include "collectors/neo4j/queries.h"
#include "collectors/neo4j/session.h"
#include "collectors/neo4j/values.h"

namespace insight::collectors::neo4j {

// What one round of reading found.
struct Reading {
    std::map<std::string, Rows, std::less<>> views;  // absent: not read
    std::vector<std::string> partial;                // views that were cut, or read in part

    // In the shape compare.h describes.
    [[nodiscard]] Json sample() const;
};

enum class Depth {
    Sample,  // what is worth comparing later
    Full     // and what only the present can tell
};

// Which databases are looked into.
struct Choice {
    std::vector<std::string> named;  // empty: every one that is online here
    std::size_t most = 10;
};

// `coverage` gets one row a statement. Whatever fails is left out; a refused log-in ends the round.
Reading read(Session& session, const Choice& choice, Depth depth, const base::Clock& clock,
             base::Deadline deadline, Coverage& coverage);

// The role that our grants should go to: one our user has already, else "collector"; and, on
// Enterprise, the rights that are missing, as commands. Community has no rights to miss.
struct Rights {
    std::string role = "collector";
    std::vector<std::string> missing;
};
Rights rights_of(const Rows& commands);

}  // namespace insight::collectors::neo4j

// evomap_hub [PORT_FILE]: a hub until standard input ends; what it was asked and what it then held
// goes to standard output as one JSON document.
#include <cstdio>
#include <fstream>
#include <iostream>

#include "tests/evomap_hub/server.h"

int main(int argc, char** argv) {
    using insight::base::Json;
    insight::test::HubServer server;
    std::printf("%d\n", server.port());
    std::fflush(stdout);
    if (argc > 1) std::ofstream(argv[1]) << server.port();
    // A line "instead PATH STATUS JSON" plans an answer, "asset JSON" is one of another node.
    for (std::string line; std::getline(std::cin, line);) {
        if (line.starts_with("asset ")) {
            server.hub().add_asset(insight::base::parse_json(line.substr(6), "it").value_or(Json()),
                                   "node_ffffffffffff", "promoted");
            continue;
        }
        const std::size_t path = line.find(' ') + 1;
        const std::size_t status = line.find(' ', path) + 1;
        const std::size_t body = line.find(' ', status) + 1;
        insight::test::HubReply reply;
        reply.status = std::stoi(line.substr(status));
        reply.body = insight::base::parse_json(line.substr(body), "the plan").value_or(Json());
        server.hub().instead(line.substr(path, status - path - 1), std::move(reply));
    }
    Json calls = Json::array();
    for (const auto& call : server.hub().calls())
        calls.push_back({{"method", call.method},
                         {"path", call.path},
                         {"authorised", !call.authorization.empty()},
                         {"version", call.version},
                         {"body", call.body}});
    const Json all{{"calls", calls},
                   {"assets", server.hub().assets()},
                   {"publications", server.hub().publications()}};
    std::puts(insight::base::dump_json(all).c_str());
}

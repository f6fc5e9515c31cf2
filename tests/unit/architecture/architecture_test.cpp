// Reads the #include lines of the product: an include points to its own folder or to a lower floor.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "tests/unit/architecture/sources.h"

namespace insight::architecture {
namespace {

namespace fs = std::filesystem;

// Each room and what it may include besides itself; longest prefix decides which room a file is in.
const std::map<std::string, std::set<std::string>> kRooms{
    {"core/base", {}},
    {"core/net", {"core/base"}},
    {"core/model", {"core/base"}},
    {"config", {"core/base"}},
    // kubeconfig is YAML, and config has the only bounded reader of it
    {"core/kubernetes", {"core/base", "core/net", "config"}},
    // references to secrets are expanded the same way everywhere
    {"core/mcp", {"core/base", "core/net", "config"}},
    {"core/llm", {"core/base", "core/net", "config"}},
    {"core/store", {"core/base", "core/model"}},
    {"collectors",
     {"core/base", "core/net", "core/model", "core/store", "core/kubernetes", "core/mcp",
      "config"}},
    {"analysis", {"core/base", "core/model"}},
    {"github", {"core/base", "core/net", "core/model", "config"}},
    {"evomap", {"core/base", "core/net", "core/model", "core/store", "config"}},
    {"github/edits", {"core/base"}},
    {"agent/reasoning",
     {"core/base", "core/net", "core/model", "core/store", "core/mcp", "core/llm", "config",
      "analysis"}},
    {"agent",
     {"core/base", "core/mcp", "core/llm", "core/net", "core/model", "core/store", "config",
      "collectors", "github", "analysis", "agent/reasoning"}},
    {"agent/outreach", {"core/base", "core/net", "core/model", "core/store", "config", "agent"}},
    {"agent/tickets",
     {"core/base", "core/net", "core/model", "core/store", "config", "agent", "agent/outreach"}},
    {"agent/notifications",
     {"core/base", "core/net", "core/model", "core/store", "config", "agent", "agent/outreach",
      "agent/tickets"}},
    {"agent/follow_up",
     {"core/base", "core/net", "core/model", "core/store", "config", "agent", "agent/outreach",
      "agent/tickets", "agent/notifications"}},
    {"agent/outcomes",
     {"core/base", "core/model", "core/store", "config", "collectors", "agent", "agent/tickets"}},
    {"agent/fixes",
     {"core/base", "core/net", "core/model", "core/store", "core/llm", "config", "github",
      "github/edits", "analysis", "agent", "agent/reasoning"}},
    {"agent/publishing",
     {"core/base", "core/net", "core/model", "core/store", "config", "evomap", "agent"}},
    {"agent/review",
     {"core/base", "core/model", "core/store", "github", "github/edits", "analysis", "agent",
      "agent/fixes"}},
    {"agent/evaluation", {"core/base", "core/model", "core/store", "analysis", "agent"}},
    {"agent/otlp", {"core/base", "core/model"}},
    {"agent/report", {"core/base", "core/model", "core/store"}},
    {"agent/chat",
     {"core/base", "core/model", "core/store", "core/llm", "config", "agent", "agent/reasoning",
      "agent/report"}},
    {"agent/http",
     {"core/base", "core/model", "core/store", "config", "agent", "agent/report", "agent/chat",
      "agent/outreach", "agent/tickets", "agent/notifications", "agent/fixes"}},
    {"agent/cli",
     {"core/base",
      "core/net",
      "core/model",
      "core/llm",
      "core/store",
      "config",
      "collectors",
      "github",
      "analysis",
      "agent",
      "agent/reasoning",
      "agent/evaluation",
      "agent/otlp",
      "agent/report",
      "agent/http",
      "agent/chat",
      "agent/outreach",
      "agent/tickets",
      "agent/notifications",
      "agent/follow_up",
      "agent/publishing",
      "agent/outcomes",
      "evomap",
      "agent/fixes",
      "agent/review"}},
};

// Heavy or dangerous libraries and the only rooms that may see them.
const std::map<std::string, std::set<std::string>> kLibraries{
    {"cpprest/", {"core/net"}},
    {"curl/", {"core/net"}},
    {"boost/beast", {"agent/http"}},
    {"boost/asio", {"agent/http", "core/net"}},
    {"libpq-fe.h", {"collectors", "core/store"}},
    {"pqxx/", {"core/store"}},
    {"hiredis", {"collectors"}},
    {"sqlite3.h", {"core/store"}},
    {"openssl/", {"core/base", "core/net", "agent/http"}},
    {"CLI/", {"agent/cli"}},
    {"yaml-cpp/", {"config", "github/edits"}},
    {"prometheus/", {"agent/http"}},
    {"archive.h", {"core/store"}},
    {"simdjson.h", {"core/store", "evomap"}},
    {"regex", {}},
};

std::string room_of(const std::string& path) {
    std::string best;
    for (const auto& [room, allowed] : kRooms)
        if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
    return best;
}

struct Include {
    std::string file, target;
    int line;
    bool own;
};

std::vector<Include> includes() {
    static const std::regex kLine(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
    std::vector<Include> found;
    for (const fs::path& path : sources()) {
        std::ifstream file(path);
        std::string text;
        for (int line = 1; std::getline(file, text); ++line) {
            if (text.find('#') == std::string::npos)
                continue;  // most lines; the expression is slow
            std::smatch match;
            if (std::regex_search(text, match, kLine))
                found.push_back({fs::relative(path, kRoot), match[2], line, match[1] == "\""});
        }
    }
    return found;
}

TEST(Architecture, includes_point_to_the_own_room_or_a_lower_floor) {
    const auto all = includes();
    ASSERT_GT(all.size(), 200U) << "the sources were not found";
    for (const Include& include : all) {
        if (!include.own) continue;
        const std::string from = room_of(include.file);
        const std::string to = room_of(include.target);
        ASSERT_FALSE(from.empty()) << include.file << " is in no room";
        EXPECT_FALSE(to.empty()) << include.file << ":" << include.line
                                 << ": write includes from the top: " << include.target;
        EXPECT_TRUE(from == to || kRooms.at(from).contains(to))
            << include.file << ":" << include.line << ": " << from << " may not include " << to;
    }
}

TEST(Architecture, libraries_stay_behind_their_rooms) {
    for (const Include& include : includes()) {
        if (include.own) continue;
        for (const auto& [library, rooms] : kLibraries) {
            const bool match = library == "regex" ? include.target == library
                                                  : include.target.starts_with(library);
            if (!match) continue;
            EXPECT_TRUE(rooms.contains(room_of(include.file)))
                << include.file << ":" << include.line << ": <" << include.target
                << "> may not be seen here";
        }
    }
}

TEST(Architecture, every_room_introduces_itself) {
    for (const auto& [room, allowed] : kRooms)
        EXPECT_TRUE(fs::exists(kRoot / room / "README.md")) << room;
}

}  // namespace
}  // namespace insight::architecture

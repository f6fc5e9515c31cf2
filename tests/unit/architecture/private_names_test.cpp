// Reads what the sources of a folder keep to themselves. A unity build compiles them together: a
// function of one source could then be called by another one that has an overload of its own.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "tests/unit/architecture/sources.h"

namespace insight::architecture {
namespace {

namespace fs = std::filesystem;

using Place = std::tuple<fs::path, std::string, std::string>;  // folder, namespace, name

// Functions and types at the margin of an anonymous namespace.
std::map<Place, std::set<fs::path>> private_names() {
    static const std::regex kFunction(R"re(^(?!using |return )[\w:<>,&* ]*[ &*>](\w+)\()re");
    static const std::regex kType(R"re(^(?:struct|class|enum class|enum) (\w+))re");
    std::map<Place, std::set<fs::path>> found;
    for (const fs::path& path : sources()) {
        if (path.extension() != ".cpp") continue;
        std::ifstream file(path);
        std::string line, around;
        bool inside = false;
        while (std::getline(file, line)) {
            if (line == "namespace {") inside = true;
            if (line == "}  // namespace") inside = false;
            if (line.starts_with("namespace insight")) around = line;
            if (!inside || line.empty() || std::isalpha(line[0]) == 0) continue;
            std::smatch match;
            if (std::regex_search(line, match, kFunction) || std::regex_search(line, match, kType))
                found[{path.parent_path(), around, match[1]}].insert(path);
        }
    }
    return found;
}

TEST(PrivateNames, stand_in_one_source_of_a_folder) {
    const auto all = private_names();
    ASSERT_GT(all.size(), 1000U) << "the sources were not found";
    for (const auto& [place, files] : all)
        EXPECT_EQ(files.size(), 1U) << std::get<2>(place) << " of " << std::get<0>(place)
                                    << " is also in " << files.rbegin()->filename();
}

}  // namespace
}  // namespace insight::architecture

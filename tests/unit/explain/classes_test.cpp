// Every cause class there is, taken from the sources of the detectors, gets an observation that
// would overturn it and a command that only looks.
#include <gmock/gmock.h>
#include <re2/re2.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "analysis/explain/explain.h"
#include "analysis/logs/log_digest.h"
#include "tests/tree.h"

namespace insight::analysis {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHostile = "it's $(touch /tmp/owned) `id`; rm -rf / \"x\" -A\nnext";

std::string read(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

// Assignments, rules that name their class when they add a note, rows of tables.
std::set<std::string> classes() {
    static const re2::RE2 kAssigned(R"re(cause_class\s*=[^;]*?"([a-z_]+)")re");
    static const re2::RE2 kAdded(R"re((?:look\.add|broken)\([^;"]*?"([a-z_]+)")re");
    static const re2::RE2 kOfCandidates(R"re(Kind \w+\{\s*Feature::\w+,\s*"([a-z_]+)")re");
    static const re2::RE2 kRow(R"re(Kind\{\s*Feature::\w+,\s*"([a-z_]+)")re");
    static const re2::RE2 kTrouble(R"re(Trouble\{"[^"]*", \{"([a-z_]+)")re");
    std::set<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(test::tree() / "analysis")) {
        if (entry.path().extension() != ".cpp") continue;
        const std::string text = read(entry.path());
        for (const re2::RE2* pattern : {&kAssigned, &kAdded, &kOfCandidates, &kRow, &kTrouble}) {
            re2::StringPiece rest(text);
            std::string found;
            while (re2::RE2::FindAndConsume(&rest, *pattern, &found)) out.insert(found);
        }
    }
    // Tables of the Kubernetes rules: whatever looks like a class there counts as one.
    static const re2::RE2 kSnake(R"re("([a-z]+(?:_[a-z]+)+)")re");
    for (const auto& entry : fs::directory_iterator(test::tree() / "analysis/kubernetes/rules")) {
        const std::string text = read(entry.path());
        re2::StringPiece rest(text);
        std::string found;
        while (re2::RE2::FindAndConsume(&rest, kSnake, &found)) out.insert(found);
    }
    for (const char* kind : {"deploy", "image", "config", "flag", "scaling", "node", "commit"})
        out.insert(std::string("change_") + kind);
    return out;
}

// Commands that look; `$(…)` of names would show as a command of its own.
bool only_looks(const std::string& command) {
    static const re2::RE2 kLooks(
        R"(^(kubectl (get|describe|logs|exec|top|rollout (status|history))|promtool query|devops-insight analyze|git (tag|branch|log|show)|curl -sS "\$|psql -c .?(SELECT|SHOW)|cypher-shell|redis-cli))");
    return re2::RE2::PartialMatch(command, kLooks);
}

struct Asked {
    model::Incident incident;
    model::Signals signals;
    Detection detection{model::Scope{}};
    Ranking ranking;
};

model::Observation observation(const std::string& cause_class, bool sources) {
    Asked asked;
    asked.incident.window = {2'000'000'000'000, 3'000'000'000'000, 1'000'000'000'000,
                             2'000'000'000'000};
    const auto cite = [&](base::Json content) {
        model::Evidence evidence;
        evidence.content = std::move(content);
        return asked.detection.evidence.add(std::move(evidence));
    };
    model::Cause& cause = asked.ranking.causes.emplace_back();
    cause.cause_class = cause_class;
    cause.entity = {"service", kHostile};
    cause.evidence = {
        cite({{"kind", "change"},
              {"changeKind", cause_class.starts_with("change_") ? cause_class.substr(7) : ""},
              {"entity", kHostile},
              {"ref", kHostile},
              {"before", kHostile}}),
        cite({{"kind", "series"}, {"name", kHostile}, {"labels", {{"pod", kHostile}}}}),
        cite({{"kind", "logs"}, {"lines", {{{"body", kHostile}}}}}),
        cite({{"kind", "rows"}, {"facts", {{"exampleTraces", {kHostile}}}}})};
    Finding finding;
    if (sources) {
        finding.pod = kHostile;
        for (const char* name : {"prometheus/a", "skywalking/a", "elasticsearch/a"})
            asked.signals.coverage.emplace_back().source = name;
        asked.signals.resources.push_back(
            {{"kind", "Deployment"}, {"metadata", {{"name", kHostile}, {"namespace", kHostile}}}});
    }
    asked.ranking.candidates.emplace_back().finding = &finding;
    const logs::LogDigest digest(asked.incident.window);
    const Topology topology;
    explain_causes({asked.incident, asked.signals, digest, topology}, asked.detection,
                   asked.ranking);
    return asked.ranking.causes.front().overturned_by;
}

TEST(CauseClasses, are_all_found_in_the_sources) {
    const std::set<std::string> all = classes();
    EXPECT_GT(all.size(), 100U);
    for (const char* known : {"lock_contention", "out_of_memory", "resource_contention",
                              "unexplained", "network_delay", "memory_exhaustion", "quota_exceeded",
                              "unassigned_shard", "persistence_fails", "repeated_calls"})
        EXPECT_TRUE(all.contains(known)) << known;
}

TEST(CauseClasses, each_names_what_would_overturn_it_and_a_command_that_looks) {
    for (const std::string& cause_class : classes())
        for (const bool sources : {false, true}) {
            const model::Observation said = observation(cause_class, sources);
            EXPECT_THAT(said.statement, testing::MatchesRegex("If .*\\.")) << cause_class;
            EXPECT_TRUE(only_looks(said.command)) << cause_class << ": " << said.command;
            EXPECT_EQ(said.command.find('\n'), std::string::npos) << cause_class;
        }
}

// The command is given to a shell in which every program it may name only prints nothing.
TEST(CauseClasses, hostile_names_stay_names_for_a_shell) {
    const fs::path folder =
        fs::path(testing::TempDir()) / ("insight-explain-" + std::to_string(::getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder / "bin");
    for (const char* program :
         {"kubectl", "promtool", "devops-insight", "git", "curl", "psql", "grep"}) {
        std::ofstream(folder / "bin" / program) << "#!/bin/sh\nexit 0\n";
        fs::permissions(folder / "bin" / program, fs::perms::owner_all);
    }
    // Whatever else runs leaves a trace: no other program can be found but these two.
    for (const char* program : {"touch", "id", "rm", "next"}) {
        std::ofstream(folder / "bin" / program)
            << "#!/bin/sh\n: > " << (folder / "owned").string() << "\n";
        fs::permissions(folder / "bin" / program, fs::perms::owner_all);
    }
    std::size_t ran = 0;
    for (const std::string& cause_class : classes())
        for (const bool sources : {false, true}) {
            const std::string line = observation(cause_class, sources).command;
            std::ofstream(folder / "line.sh") << "PATH=" << (folder / "bin").string() << "\n"
                                              << line << "\n";
            const int status = std::system(
                ("/bin/sh " + (folder / "line.sh").string() + " >/dev/null 2>&1").c_str());
            EXPECT_EQ(status, 0) << line;
            ++ran;
        }
    EXPECT_GT(ran, 200U);
    EXPECT_FALSE(fs::exists(folder / "owned")) << "a name was run as a program";
    fs::remove_all(folder);
}

}  // namespace
}  // namespace insight::analysis

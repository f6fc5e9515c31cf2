#include "agent/runbooks/update.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/runbooks/subjects.h"

namespace insight::agent::runbooks {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    std::ifstream in(path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// What `patch` of the system makes of the folder.
std::string patched(const ProposedUpdate& update, const std::string& before) {
    const fs::path folder = fs::temp_directory_path() / ("update-" + std::to_string(::getpid()));
    fs::create_directories((folder / update.file).parent_path());
    if (!update.fresh) std::ofstream(folder / update.file) << before;
    std::ofstream(folder / "diff") << update.diff;
    const std::string command = "cd '" + folder.string() + "' && patch -s -p1 < diff >&2";
    EXPECT_EQ(std::system(command.c_str()), 0) << update.diff;
    std::string after = text_of(folder / update.file);
    fs::remove_all(folder);
    return after;
}

TEST(ProposedUpdate, what_the_runbook_does_not_say_is_appended_by_a_diff_that_applies) {
    const Runbook old =
        runbook("match: {causes: [cache_eviction]}\n", "# Evictions\n\nCall somebody.\n");
    const auto update = propose_update(old, subject_of(evictions()));
    ASSERT_TRUE(update);
    EXPECT_EQ(update->missing.size(), 2U);
    const std::string after = patched(*update, old.text);
    EXPECT_TRUE(after.starts_with(old.text));
    EXPECT_NE(after.find("redis-cli config set maxmemory 512mb"), std::string::npos);
    EXPECT_NE(after.find("maxmemory was never reached"), std::string::npos);
    EXPECT_NE(after.find("2025-11-20"), std::string::npos);
    EXPECT_NE(after.find("inc-0123456789abcdef"), std::string::npos);
}

TEST(ProposedUpdate, a_file_without_a_last_newline_and_an_empty_one_can_be_patched) {
    for (const std::string text : {"one line", "a\nb\nc\nd\ne", ""}) {
        const Runbook old = *parse_runbook("x.md", text);
        const auto update = propose_update(old, subject_of(evictions()));
        ASSERT_TRUE(update);
        const std::string after = patched(*update, text);
        EXPECT_TRUE(after.starts_with(text));
        EXPECT_NE(after.find("maxmemory 512mb"), std::string::npos) << text;
    }
}

TEST(ProposedUpdate, nothing_is_proposed_twice) {
    const Runbook old = runbook("match: {causes: [cache_eviction]}\n");
    const auto update = propose_update(old, subject_of(evictions()));
    ASSERT_TRUE(update);
    const auto next = parse_runbook(old.file, patched(*update, old.text));
    ASSERT_TRUE(next);
    EXPECT_FALSE(propose_update(*next, subject_of(evictions())));
}

TEST(ProposedUpdate, without_a_found_cause_nothing_was_learned) {
    model::Report report = evictions();
    report.verdict = model::Verdict::NotEnoughEvidence;
    EXPECT_FALSE(propose_update(runbook("match: {}\n"), subject_of(report)));
    EXPECT_FALSE(propose_runbook(subject_of(report)));
}

TEST(ProposedUpdate, a_first_draft_matches_the_incident_it_came_from) {
    const auto draft = propose_runbook(subject_of(evictions()));
    ASSERT_TRUE(draft);
    EXPECT_TRUE(draft->fresh);
    EXPECT_EQ(draft->file, "cache-eviction.md");
    const auto made = parse_runbook(draft->file, patched(*draft, ""));
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(runbooks_for({*made}, evictions()).size(), 1U);
    EXPECT_EQ(made->title, "cache eviction");
}

TEST(ProposedUpdate, collected_text_cannot_leave_its_block_or_its_line) {
    model::Report report = evictions();
    report.recommendations[0].command = "echo ```\n# heading\n~~~~~~";
    report.recommendations[0].statement = "a\n# heading\n--- b";
    const auto draft = propose_runbook(subject_of(report));
    ASSERT_TRUE(draft);
    const std::string after = patched(*draft, "");
    EXPECT_NE(after.find("a # heading --- b"), std::string::npos);
    EXPECT_NE(after.find("````sh\necho ```\n# heading\n~~~~~~\n````"), std::string::npos) << after;
}

}  // namespace
}  // namespace insight::agent::runbooks

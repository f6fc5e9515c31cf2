#include "agent/runbooks/folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace insight::agent::runbooks {
namespace {

namespace fs = std::filesystem;

class RunbookFolder : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("runbooks-" + std::to_string(::getpid()) + "-" +
                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::create_directories(folder_ / "redis");
    }
    void TearDown() override { fs::remove_all(folder_); }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name) << text;
    }
    fs::path folder_;
};

TEST_F(RunbookFolder, markdown_below_it_is_read_and_mistakes_are_remarks) {
    write("redis/a.md", "# A\n");
    write("b.md", "---\nmatch: {causes: [x]}\n---\n# B\n");
    write("bad.md", "---\nmatch: {causses: [x]}\n---\n");
    write("README.md", "# not one\n");
    write("notes.txt", "no\n");
    const Reading reading = read_runbooks(folder_);
    ASSERT_EQ(reading.runbooks.size(), 2U);
    EXPECT_EQ(reading.runbooks[0].file, "b.md");
    EXPECT_EQ(reading.runbooks[1].file, "redis/a.md");
    ASSERT_EQ(reading.remarks.size(), 1U);
    EXPECT_NE(reading.remarks[0].find("bad.md line 2"), std::string::npos) << reading.remarks[0];
}

TEST_F(RunbookFolder, links_lead_nowhere) {
    write("secret", "---\n---\n# outside\n");
    fs::create_symlink(folder_ / "secret", folder_ / "redis" / "link.md");
    fs::create_directory_symlink("/etc", folder_ / "etc");
    EXPECT_TRUE(read_runbooks(folder_).runbooks.empty());
}

TEST_F(RunbookFolder, a_changed_folder_is_read_again) {
    Folder folder(folder_.string());
    EXPECT_TRUE(folder.current().runbooks.empty());
    write("a.md", "# A\n");
    ASSERT_EQ(folder.current().runbooks.size(), 1U);
    write("a.md", "# Another\n");
    EXPECT_EQ(folder.current().runbooks[0].title, "Another");
    fs::remove(folder_ / "a.md");
    EXPECT_TRUE(folder.current().runbooks.empty());
    EXPECT_TRUE(folder.recorded().empty());
}

TEST_F(RunbookFolder, a_folder_that_is_not_there_is_a_remark_and_none_is_no_fault) {
    const Reading reading = read_runbooks((folder_ / "missing").string());
    ASSERT_EQ(reading.remarks.size(), 1U);
    EXPECT_NE(reading.remarks[0].find("runbooks.folder"), std::string::npos);
    EXPECT_TRUE(Folder("").current().remarks.empty());
}

TEST_F(RunbookFolder, what_is_too_large_is_left_out_and_said) {
    write("large.md", std::string(kLargestRunbook + 1, 'x'));
    const Reading reading = read_runbooks(folder_);
    EXPECT_TRUE(reading.runbooks.empty());
    EXPECT_EQ(reading.remarks.size(), 1U);
}

}  // namespace
}  // namespace insight::agent::runbooks

#include "github/changes.h"

#include <gmock/gmock.h>

#include "tests/unit/github/scripted.h"

namespace insight::github {
namespace {

using testing::HasSubstr;

FileDiff file(std::string path, std::string patch) {
    FileDiff out;
    out.path = std::move(path);
    out.patch = std::move(patch);
    return out;
}

TEST(Changes, a_unified_diff_names_both_sides) {
    FileDiff added = file("new", "@@ -0,0 +1 @@\n+x");
    added.status = FileStatus::Added;
    FileDiff moved = file("to", "@@ -1 +1 @@\n-a\n+b");
    moved.status = FileStatus::Renamed;
    moved.previous_path = "from";
    FileDiff picture = file("pic", "");
    picture.binary = true;
    EXPECT_EQ(unified({added, moved, picture}, 1000),
              "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n"
              "--- a/from\n+++ b/to\n@@ -1 +1 @@\n-a\n+b\n"
              "--- a/pic\n+++ b/pic\nBinary files differ\n");
}

TEST(Changes, a_diff_never_exceeds_its_bound_and_ends_at_a_line) {
    std::vector<FileDiff> files;
    for (int i = 0; i < 40; ++i) {
        std::string patch = "@@ -1 +1 @@\n";
        for (int line = 0; line < 10 * i; ++line) patch += "+a line of text\n";
        files.push_back(file("f" + std::to_string(i), patch));
    }
    for (const std::size_t bytes : {0, 1, 100, 5000, 40'000}) {
        const std::string diff = unified(files, bytes);
        EXPECT_LE(diff.size(), bytes);
        EXPECT_TRUE(diff.empty() || diff.back() == '\n');
    }
    EXPECT_THAT(unified(files, 5000), HasSubstr("b/f0\n"));
}

TEST(Changes, the_longest_matching_path_names_the_service) {
    const Watched watched{{"octo", "shop"},
                          "",
                          "shop",
                          {{"services", "platform"}, {"services/cart", "cart"}, {"**/*.sql", "db"}},
                          {}};
    EXPECT_EQ(service_of(watched, "services/cart/main.go"), "cart");
    EXPECT_EQ(service_of(watched, "services/mail/main.go"), "platform");
    EXPECT_EQ(service_of(watched, "migrations/1.sql"), "db");
    EXPECT_EQ(service_of(watched, "README.md"), "shop");
}

TEST(Changes, a_server_that_does_not_answer_is_not_asked_for_every_diff) {
    int details = 0;
    test::Github github([&](const net::Request& request, int) {
        if (request.url.find("/commits?") != std::string::npos) {
            base::Json list = base::Json::array();
            for (int i = 10; i > 0; --i)
                list.push_back({{"sha", std::string(39, 'a') + "0123456789"[i % 10]},
                                {"parents", base::Json::array()},
                                {"commit", {{"message", "m"}}}});
            return test::json(200, list.dump());
        }
        if (request.url.find("/commits/") == std::string::npos) return test::json(200, "[]");
        ++details;
        return test::json(503, "{}");
    });
    const model::Window window{2, 3, 1, 2};
    const Changes found =
        changes_of(*github.repository, Watched{{"octo", "shop"}, "", "", {}, {}},
                   github.client->settings(), window, base::Deadline::after(std::chrono::hours(1)));
    EXPECT_EQ(found.changes.size(), 10U) << "they are changes without their diffs, too";
    EXPECT_LE(details, 4) << "one commit, as often as reading is tried";
}

TEST(Changes, a_revert_keeps_what_its_body_says_it_takes_back) {
    const std::string taken_back(40, 'b');
    test::Github github([&](const net::Request& request, int) {
        if (request.url.find("/commits?") == std::string::npos) return test::json(200, "[]");
        const std::string message =
            "Smaller pool, no more\n\nThis reverts commit " + taken_back + ".\n\nIt hurt.";
        return test::json(200, base::Json::array({{{"sha", std::string(40, 'a')},
                                                   {"parents", base::Json::array()},
                                                   {"commit", {{"message", message}}}}})
                                   .dump());
    });
    const model::Window window{2, 3, 1, 2};
    const Changes found =
        changes_of(*github.repository, Watched{{"octo", "shop"}, "", "", {}, {}},
                   github.client->settings(), window, base::Deadline::after(std::chrono::hours(1)));
    ASSERT_EQ(found.changes.size(), 1U);
    EXPECT_EQ(found.changes[0].summary,
              "Smaller pool, no more; This reverts commit " + taken_back + ".");
}

}  // namespace
}  // namespace insight::github

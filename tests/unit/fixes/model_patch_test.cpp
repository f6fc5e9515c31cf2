#include "agent/fixes/model_patch.h"

#include <gmock/gmock.h>

#include "agent/fixes/patch_record.h"
#include "core/base/redaction.h"
#include "core/store/store.h"

namespace insight::fixes {
namespace {

using agent::reasoning::Ended;
using agent::reasoning::Exchange;
using base::ErrorKind;
using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;

const std::map<std::string, std::string> kShown{{"a.go", "one\ntwo\npassword = hunter2hunter2\n"},
                                                {"b.go", "three\n"}};
constexpr const char* kGood = "--- a/a.go\n+++ b/a.go\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";

base::Status check(const std::string& diff) {
    base::Border border({}, base::Secret("k"));
    return check_model_patch(diff, kShown,
                             [&](std::string_view text) { return border.hide(text); });
}

TEST(ModelPatch, lines_of_shown_files_may_change) {
    EXPECT_TRUE(check(kGood));
}

TEST(ModelPatch, other_new_moved_and_deleted_files_may_not) {
    for (const char* diff :
         {"--- a/c.go\n+++ b/c.go\n@@ -1 +1 @@\n-x\n+y\n",
          "--- /dev/null\n+++ b/d.go\n@@ -0,0 +1 @@\n+y\n",
          "--- a/b.go\n+++ /dev/null\n@@ -1 +0,0 @@\n-three\n",
          "diff --git a/b.go b/e.go\nrename from b.go\nrename to e.go\n--- a/b.go"
          "\n+++ b/e.go\n@@ -1 +1 @@\n-three\n+four\n"}) {
        const auto done = check(diff);
        ASSERT_FALSE(done) << diff;
        EXPECT_EQ(done.error().kind, ErrorKind::Invalid) << done.error().text();
    }
}

TEST(ModelPatch, is_small_or_refused) {
    std::string diff = "--- a/a.go\n+++ b/a.go\n@@ -1,1 +1,140 @@\n one\n";
    for (int i = 0; i < 139; ++i) diff += "+more\n";
    const auto done = check(diff);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::TooLarge);
}

TEST(ModelPatch, a_secret_stays_in_the_file_where_it_stands) {
    EXPECT_TRUE(
        check("--- a/a.go\n+++ b/a.go\n@@ -1,1 +1,2 @@\n one\n"
              "+password = hunter2hunter2\n"));
    const auto carried = check(
        "--- a/b.go\n+++ b/b.go\n@@ -1,1 +1,2 @@\n three\n"
        "+password = hunter2hunter2\n");
    ASSERT_FALSE(carried);
    EXPECT_EQ(carried.error().kind, ErrorKind::Denied);
    EXPECT_THAT(carried.error().text(), testing::Not(HasSubstr("hunter2")));
}

TEST(ModelPatch, what_is_no_diff_is_refused) {
    for (const char* text : {"", "restart it", "--- a/a.go\n+++ b/a.go\n", "\xff\xfe"})
        EXPECT_FALSE(check(text)) << text;
}

TEST(ModelPatch, files_are_found_in_evidence_and_in_reviewed_changes) {
    const Json report{
        {"causes", {{{"statement", "pool.go:42 waits"}, {"evidence", {"E1"}}}}},
        {"evidence", {{"E1", {{"content", {{"lines", {{{"body", "at pool.go:42"}}}}}}}}}},
        {"changes", {{{"lines", {{{"file", "web/render.go"}}}}}}}};
    const auto entry = [](const char* path) {
        github::TreeEntry out;
        out.path = path;
        out.kind = github::EntryKind::File;
        return out;
    };
    EXPECT_THAT(files_named_in(report, {entry("db/pool.go"), entry("db/carpool.go"),
                                        entry("web/render.go"), entry("README.md")}),
                ElementsAre("db/pool.go", "web/render.go"));
    EXPECT_TRUE(files_named_in(Json::object(), {entry("db/pool.go")}).empty());
}

class Counting final : public agent::reasoning::Partner {
  public:
    Exchange ask(const llm::Prompt&) override {
        ++asked;
        Exchange out;
        out.ended = answers ? Ended::Answered : Ended::ProviderDown;
        if (answers) {
            out.answer.emplace();
            out.answer->turn.text = "text";
            out.answer->model = "m";
        }
        return out;
    }
    [[nodiscard]] std::int64_t context_tokens() const override { return 1000; }
    [[nodiscard]] std::vector<std::string> models() const override { return {"m"}; }
    bool out_of_time(const base::Deadline&) override { return false; }

    int asked = 0;
    bool answers = true;
};

TEST(PatchRecord, what_was_answered_is_not_asked_twice_and_failures_are) {
    const auto store = std::move(*store::open_store("sqlite:"));
    const base::SystemClock clock;
    Counting model;
    PatchRecord record(store->documents(), clock, "inc-1");
    RememberingPartner partner(model, record);
    llm::Prompt prompt;
    prompt.system = "a";
    model.answers = false;
    EXPECT_FALSE(partner.ask(prompt).answer);
    EXPECT_FALSE(partner.ask(prompt).answer);
    EXPECT_EQ(model.asked, 2);
    model.answers = true;
    EXPECT_TRUE(partner.ask(prompt).answer);
    EXPECT_EQ(partner.ask(prompt).answer->turn.text, "text");
    EXPECT_EQ(model.asked, 3) << "an answer that is kept costs nothing";
    prompt.system = "b";
    EXPECT_TRUE(partner.ask(prompt).answer);
    EXPECT_EQ(model.asked, 4);
    PatchRecord other(store->documents(), clock, "inc-2");
    RememberingPartner another(model, other);
    EXPECT_TRUE(another.ask(prompt).answer);
    EXPECT_EQ(model.asked, 5) << "of another incident";
}

}  // namespace
}  // namespace insight::fixes

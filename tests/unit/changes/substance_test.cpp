#include "analysis/changes/substance.h"

#include <gtest/gtest.h>

#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

double trivial(const std::string& diff, std::vector<std::string> files = {}) {
    const model::Change change = test::change("commit", 1, "", "r1", diff, std::move(files));
    return substance_of(read_of(change)).trivial;
}

TEST(Substance, documents_tests_and_lint_settings_do_not_run) {
    EXPECT_EQ(trivial("", {"docs/seats.md", "README.md"}), 1);
    EXPECT_EQ(trivial("-a\n+b", {"pkg/seat/seat_test.go"}), 1);
    EXPECT_EQ(trivial("", {".golangci.yml"}), 1);
    EXPECT_EQ(trivial("", {"web/theme.css"}), 1);
    EXPECT_LT(trivial("-a = 1\n+b = 2", {"pkg/seat/seat.go", "pkg/seat/seat_test.go"}), 0.5)
        << "one file that runs is enough";
}

TEST(Substance, layout_comments_and_order_do_nothing) {
    EXPECT_EQ(trivial("@@ a.yaml @@\n-url: http://x:80\n+# by domain\n+url:   http://x:80"), 1);
    EXPECT_EQ(trivial("-a()\n-b()\n+b()\n+a()"), 1);
}

TEST(Substance, the_same_steps_written_differently_keep_behaviour) {
    EXPECT_GE(trivial("-\ts := &Seat{row: 4}\n-\ts.strict = yes\n-\treturn s\n"
                      "+\treturn &Seat{\n+\t\trow: 4,\n+\t\tstrict: yes,\n+\t}"),
              0.7);
}

TEST(Substance, measuring_and_logging_is_nearly_nothing) {
    EXPECT_GE(trivial("-log.Printf(\"%s\", seat)\n+logger.Info(\"seat\", \"id\", seat)"), 0.7);
}

TEST(Substance, patch_versions_are_less_than_major_ones) {
    EXPECT_GE(trivial("@@ go.mod @@\n-\texample.org/ink v1.4.0\n+\texample.org/ink v1.4.1"), 0.6);
    EXPECT_LT(trivial("@@ go.mod @@\n-\texample.org/ink v1.4.0\n+\texample.org/ink v3.0.0"), 0.6);
}

TEST(Substance, one_number_is_substance_however_small_the_diff) {
    EXPECT_EQ(trivial("-const maxSeats = 50\n+const maxSeats = 5"), 0);
}

TEST(Substance, a_setting_acts_as_soon_as_it_is_set_and_new_code_once_it_is_called) {
    EXPECT_GT(trivial("+func seat() {}"), 0.3);
    model::Change set = test::change("config", 1, "", "r1");
    set.summary = "setting synchronous_standby_names was set to backup9";
    set.after = "backup9";
    EXPECT_LE(substance_of(read_of(set)).trivial, 0.1);
}

TEST(Substance, what_an_author_calls_it_does_not_make_it_trivial) {
    model::Change change = test::change("commit", 1, "", "r1", "-\tmu.Lock()\n \tcount++");
    change.summary = "docs: tidy";
    EXPECT_EQ(substance_of(read_of(change)).trivial, 0);
}

}  // namespace
}  // namespace insight::analysis::changes

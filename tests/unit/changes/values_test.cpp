#include "analysis/changes/values.h"

#include <gtest/gtest.h>

#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

Values values(const std::string& diff) {
    return values_of(hunks_of(test::change("commit", 1, "", "r1", diff)));
}

struct Case {
    const char* diff;
    double before, after;
    Dimension dimension;
};

TEST(Values, are_read_in_the_notations_people_use) {
    for (const Case& c : {
             Case{"-\tTTL: 10 * time.Minute,\n+\tTTL: 10 * time.Second,", 600, 10,
                  Dimension::Seconds},
             Case{"-  timeout: 30s\n+  timeout: 500ms", 30, 0.5, Dimension::Seconds},
             Case{"-  memory: 1Gi\n+  memory: 256Mi", 1073741824, 268435456, Dimension::Bytes},
             Case{"-    cpu: 2\n+    cpu: 250m", 2, 0.25, Dimension::Plain},
             Case{"-const maxOpen = 1_000\n+const maxOpen = 20", 1000, 20, Dimension::Plain},
             Case{"-DB_POOL=40\n+DB_POOL=4", 40, 4, Dimension::Plain},
             Case{"-spring.datasource.hikari.maximum-pool-size=30\n"
                  "+spring.datasource.hikari.maximum-pool-size=3",
                  30, 3, Dimension::Plain},
             Case{"-  \"retries\": 2,\n+  \"retries\": 9,", 2, 9, Dimension::Plain},
             Case{"-\tDuration.ofSeconds(5)\n+\tDuration.ofSeconds(1)", 5, 1, Dimension::Plain},
         }) {
        const Values read = values(c.diff);
        ASSERT_EQ(read.turned.size(), 1U) << c.diff;
        EXPECT_DOUBLE_EQ(read.turned[0].before, c.before) << c.diff;
        EXPECT_DOUBLE_EQ(read.turned[0].after, c.after) << c.diff;
        EXPECT_EQ(read.turned[0].dimension, c.dimension) << c.diff;
    }
}

TEST(Values, carry_the_heading_they_stand_under) {
    const Values read = values(" resources:\n   limits:\n-    memory: 1Gi\n+    memory: 1Mi");
    ASSERT_EQ(read.turned.size(), 1U);
    EXPECT_NE(read.turned[0].key.find("limits"), std::string::npos) << read.turned[0].key;
}

TEST(Values, names_with_digits_and_unchanged_numbers_are_no_values) {
    EXPECT_TRUE(values("-use(sha256, x1)\n+use(sha512, x2)").turned.empty());
    EXPECT_TRUE(values("-a: 5 # was\n+a: 5 # is").turned.empty());
}

TEST(Values, versions_of_dependencies_have_a_size) {
    const Values read = values(
        "@@ go.mod @@\n-\texample.org/wire v1.4.0\n+\texample.org/wire v2.0.1\n"
        "-\texample.org/ink v1.4.0\n+\texample.org/ink v1.4.1\n");
    ASSERT_EQ(read.bumps.size(), 2U);
    EXPECT_EQ(read.bumps[0].name, "example.org/wire");
    EXPECT_EQ(read.bumps[0].before, "v1.4.0");
    EXPECT_EQ(read.bumps[0].after, "v2.0.1");
    EXPECT_GT(read.bumps[0].size, 0.9);
    EXPECT_LT(read.bumps[1].size, 0.3);
}

}  // namespace
}  // namespace insight::analysis::changes

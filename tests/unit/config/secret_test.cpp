#include <gmock/gmock.h>

#include "config/config.h"
#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string thing(const std::string& dsn) {
    return "collectors:\n  thing:\n  - name: a\n    url: http://h\n    dsn: " + dsn + "\n";
}

TEST(Secret, comes_from_the_environment) {
    const Variable variable("INSIGHT_TEST_DSN", "postgresql://x");
    for (const std::string dsn : {"{env: INSIGHT_TEST_DSN}", "${INSIGHT_TEST_DSN}"}) {
        const auto config = parse_text(thing(dsn));
        ASSERT_TRUE(config) << config.error().text();
        EXPECT_EQ(config->collectors.at("thing")[0].secret("dsn").reveal(), "postgresql://x");
    }
}

TEST(Secret, names_the_variable_that_is_not_set) {
    const Variable variable("INSIGHT_TEST_DSN", "");
    EXPECT_EQ(error_of(thing("{env: INSIGHT_TEST_DSN}")),
              "config.yaml line 5: 'collectors.thing[0].dsn': the environment variable "
              "INSIGHT_TEST_DSN is not set; set it before the start");
}

TEST(Secret, comes_from_a_file_without_its_last_line_break) {
    const TemporaryFile file("dsn", "pass word\r\n");
    const auto config = parse_text(thing("{file: " + file.path() + "}"));
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->collectors.at("thing")[0].secret("dsn").reveal(), "pass word");
    EXPECT_TRUE(config->warnings.empty());
}

TEST(Secret, file_is_looked_for_beside_the_configuration) {
    const TemporaryFile secret("dsn", "beside\n");
    const std::string folder = std::filesystem::path(secret.path()).parent_path().string();
    std::ofstream(folder + "/insight.yaml") << thing("{file: dsn}");
    const auto config = load(folder + "/insight.yaml", kinds());
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->collectors.at("thing")[0].secret("dsn").reveal(), "beside");
}

TEST(Secret, file_open_to_everybody_gives_a_warning) {
    const TemporaryFile file("open", "value\n");
    std::filesystem::permissions(file.path(), std::filesystem::perms(0644));
    const auto config = parse_text(thing("{file: " + file.path() + "}"));
    ASSERT_TRUE(config);
    ASSERT_EQ(config->warnings.size(), 1U);
    EXPECT_THAT(config->warnings[0], HasSubstr("can be read by every user; chmod 600 it"));
    EXPECT_THAT(config->warnings[0], Not(HasSubstr("value")));
}

TEST(Secret, written_inline_is_refused_and_not_repeated) {
    for (const std::string dsn : {"hunter2", "'pre${HOME}hunter2'", "[hunter2]", "{value: hunter2}",
                                  "{env: A, file: hunter2}"}) {
        const std::string error = error_of(thing(dsn));
        EXPECT_THAT(error, HasSubstr("'collectors.thing[0].dsn' is a secret and is not written "
                                     "here; write {env: NAME} or {file: PATH} instead"));
        EXPECT_THAT(error, Not(HasSubstr("hunter2")));
    }
}

TEST(Secret, file_must_be_a_small_regular_file_with_something_in_it) {
    const TemporaryFile empty("empty", "\n");
    const TemporaryFile large("large", std::string(70'000, 'x'));
    EXPECT_THAT(error_of(thing("{file: " + empty.path() + "}")), HasSubstr("is empty"));
    EXPECT_THAT(error_of(thing("{file: " + large.path() + "}")), HasSubstr("is larger than"));
    EXPECT_THAT(error_of(thing("{file: /}")), HasSubstr("is not a regular file"));
    EXPECT_THAT(error_of(thing("{file: /nowhere/x}")), HasSubstr("cannot be read"));
}

TEST(Secret, in_an_address_is_refused) {
    EXPECT_THAT(
        error_of("collectors:\n  thing: [{name: a, url: 'http://u:hunter2@h'}]"),
        testing::AllOf(HasSubstr("must not carry a user or password"), Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace insight::config

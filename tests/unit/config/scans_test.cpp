#include <gmock/gmock.h>

#include "config/config.h"
#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

using testing::HasSubstr;

base::Result<Config> read_scans(const std::string& scans) {
    return parse("scans:\n" + scans, "config.yaml", kinds());
}

TEST(Scans, are_read_with_their_defaults) {
    const auto config = read_scans(
        "  schedules:\n"
        "    - {name: morning, cron: \"0 7 * * *\", timeZone: Europe/Berlin, window: 6h}\n"
        "    - {name: hourly, cron: \"@hourly\", namespace: shop}\n"
        "  suppressions:\n"
        "    - {area: disk, owner: ana, reason: known, expires: 2030-01-01T00:00:00Z}\n");
    ASSERT_TRUE(config) << config.error().text();
    ASSERT_EQ(config->schedules.size(), 2U);
    EXPECT_EQ(config->schedules[0].time_zone, "Europe/Berlin");
    EXPECT_EQ(config->schedules[0].window, 6 * base::kHour);
    EXPECT_EQ(config->schedules[1].time_zone, "Etc/UTC");
    EXPECT_EQ(config->schedules[1].space, "shop");
    ASSERT_EQ(config->suppressions.size(), 1U);
    EXPECT_EQ(config->suppressions[0]["owner"], "ana");
    EXPECT_EQ(config->suppressions[0].size(), 4U);
}

TEST(Scans, name_what_is_wrong) {
    for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
             {"  schedule: []\n", "did you mean 'schedules'"},
             {"  schedules: {}\n", "must be a list"},
             {"  schedules: [{name: a}]\n", "cron"},
             {"  schedules: [{cron: \"@daily\"}]\n", "name"},
             {"  schedules: [{name: a, cron: x, timezone: y}]\n", "timeZone"},
             {"  schedules: [{name: a, cron: x}, {name: a, cron: y}]\n", "another one has"},
             {"  schedules: [{name: a, cron: x, window: 90d}]\n", "must be from"},
             {"  suppressions: [{area: disk, owner: ana, reason: x}]\n", "expires"}}) {
        const auto config = read_scans(text);
        ASSERT_FALSE(config) << text;
        EXPECT_THAT(config.error().message, HasSubstr(words)) << text;
    }
}

}  // namespace
}  // namespace insight::config

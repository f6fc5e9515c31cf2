#include "github/settings.h"

#include <gmock/gmock.h>

#include "config/config.h"

namespace insight::github {
namespace {

using testing::HasSubstr;

base::Result<Settings> read(std::string_view text) {
    const auto config = config::parse(text, "test", config::Known({}, {&kBlock}));
    if (!config) return base::fail(config.error());
    return settings_from(config->block("github"));
}

TEST(GithubBlock, reads_repositories_with_their_services) {
    const auto settings = read(
        "github:\n"
        "  lookback: 2h\n"
        "  repositories:\n"
        "    - {name: octo/shop, service: shop, branch: live, paths: {services/cart: cart}}\n"
        "    - name: octo/pay\n"
        "      environments: [production]\n");
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_EQ(settings->url, "https://api.github.com");
    EXPECT_EQ(settings->lookback, 2 * base::kHour);
    EXPECT_EQ(settings->write_gap, base::kSecond);
    ASSERT_EQ(settings->repositories.size(), 2U);
    EXPECT_EQ(settings->repositories[0].name.text(), "octo/shop");
    EXPECT_EQ(settings->repositories[0].branch, "live");
    EXPECT_EQ(settings->repositories[0].paths.at("services/cart"), "cart");
    EXPECT_EQ(settings->repositories[1].environments, std::vector<std::string>{"production"});
}

TEST(GithubBlock, says_in_one_sentence_what_is_wrong) {
    const std::vector<std::pair<const char*, const char*>> wrong{
        {"github: {repositories: [{name: shop}]}", "write owner/repo"},
        {"github: {repositories: [{name: 'octo/shop?x'}]}", "write owner/repo"},
        {"github: {appId: '12'}", "both appId and privateKey"},
        {"github: {installation: 'x1'}", "must be a number"},
        {"github: {repositories: [{name: a/b}, {name: a/b}]}", "which another one has"},
        {"github: {repositories: [{service: x}]}", "lacks the required key 'name'"},
        {"github: {maxCommits: 5000}", "must be from 1 to 1000"}};
    for (const auto& [text, words] : wrong) {
        const auto settings = read(text);
        ASSERT_FALSE(settings) << text;
        EXPECT_THAT(settings.error().text(), HasSubstr(words));
    }
}

}  // namespace
}  // namespace insight::github

#include "agent/privacy.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

std::string hidden(std::string_view file, std::string_view text) {
    const auto config = config::parse(file, "config.yaml", {{}, {&kPrivacyBlock}});
    EXPECT_TRUE(config) << config.error().text();
    base::Border border(privacy_rules(*config), {});
    return border.hide(text);
}

constexpr std::string_view kText = "10.1.2.3 acme /srv/data/orders db.shop.example.org";

TEST(Privacy, hides_nothing_but_secrets_where_nothing_is_asked_for) {
    EXPECT_EQ(hidden("", kText), kText);
    EXPECT_EQ(hidden("", "password=hunter2hunter2").find("hunter2"), std::string::npos);
}

TEST(Privacy, hides_what_the_block_asks_for) {
    EXPECT_EQ(hidden("privacy: {privateAddresses: true}", kText).find("10.1.2.3"),
              std::string::npos);
    EXPECT_EQ(hidden("privacy: {words: [acme]}", kText).find("acme"), std::string::npos);
    EXPECT_EQ(hidden("privacy: {paths: true}", kText).find("/srv/data"), std::string::npos);
    EXPECT_EQ(hidden("privacy: {hostNames: true}", kText).find("db.shop"), std::string::npos);
}

}  // namespace
}  // namespace insight::agent

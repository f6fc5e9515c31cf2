#include "agent/outreach/kept_key.h"

#include <gtest/gtest.h>

namespace insight::outreach {
namespace {

TEST(KeptKey, is_made_once_and_stays) {
    const auto store = std::move(*store::open_store("sqlite:"));
    const auto first = kept_key(*store, "approval");
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(first->reveal().size(), 64U);
    EXPECT_EQ(kept_key(*store, "approval")->reveal(), first->reveal());
    EXPECT_NE(kept_key(*store, "border")->reveal(), first->reveal());
}

}  // namespace
}  // namespace insight::outreach

#include "agent/spelling.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

TEST(Spelling, is_that_of_the_signals_where_a_person_wrote_other_letters) {
    model::Signals signals;
    signals.metrics.push_back({"up", {{"service", "checkout"}}, "", {}, {}});
    signals.topology.push_back({"Checkout-API", "Orders", "calls"});
    EXPECT_EQ(spelled_as_known("Checkout", signals), "checkout");
    EXPECT_EQ(spelled_as_known("checkout-api", signals), "Checkout-API");
    EXPECT_EQ(spelled_as_known("ORDERS", signals), "Orders");
    EXPECT_EQ(spelled_as_known("Payment", signals), "Payment") << "nobody knows it";
    EXPECT_EQ(spelled_as_known("", signals), "");
}

TEST(Spelling, of_two_that_differ_in_letters_only_the_one_that_was_written_is_meant) {
    model::Signals signals;
    signals.topology.push_back({"cart", "Cart", "calls"});
    EXPECT_EQ(spelled_as_known("Cart", signals), "Cart");
    EXPECT_EQ(spelled_as_known("cart", signals), "cart");
}

}  // namespace
}  // namespace insight::agent

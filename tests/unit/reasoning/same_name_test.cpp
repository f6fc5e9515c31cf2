#include "agent/reasoning/same_name.h"

#include <gtest/gtest.h>

namespace insight::agent::reasoning {
namespace {

TEST(SameName, replicas_addresses_and_images_of_a_workload_are_its_own) {
    for (const char* text : {"cart", "the cart failed", "cart-7d9f8b4c5-x2k4p", "cart-0", "cart-12",
                             "cart-x2k4p", "cart.shop.svc.cluster.local", "registry/shop/cart:1.4",
                             "cart:8080", "service=cart,", "cart_errors_total", "(cart)", "cart-"})
        EXPECT_TRUE(speaks_of(text, "cart")) << text;
    EXPECT_TRUE(speaks_of("cart-db and cart", "cart")) << "the second one is";
}

TEST(SameName, others_whose_names_hold_it_are_others) {
    for (const char* text : {"cart-db", "my-cart", "carts", "cartridge", "kart", "cart-service",
                             "cart-db-7d9f8b4c5-x2k4p", "cart-worker-0", ""})
        EXPECT_FALSE(speaks_of(text, "cart")) << text;
    EXPECT_FALSE(speaks_of("node-10", "node-1"));
    EXPECT_FALSE(speaks_of("10.0.0.11", "10.0.0.1"));
    EXPECT_FALSE(speaks_of("release 1.2.3", "1.2"));
    EXPECT_FALSE(speaks_of("cart", ""));
}

TEST(SameName, a_name_that_was_cut_is_known_by_its_beginning) {
    EXPECT_TRUE(speaks_of("checkout-service", "checkout-ser\u2026"));
    EXPECT_TRUE(speaks_of("checkout-service", "checkout-ser..."));
    EXPECT_FALSE(speaks_of("my-checkout-service", "checkout-ser..."));
}

}  // namespace
}  // namespace insight::agent::reasoning

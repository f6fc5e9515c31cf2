#include "core/base/crypto.h"

#include <gtest/gtest.h>

namespace insight::base {
namespace {

TEST(Sha256, the_vectors_of_the_standard) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 pieces;
    pieces.update("a");
    pieces.update("bc");
    EXPECT_EQ(pieces.hex(), sha256_hex("abc"));
}

TEST(UuidV7, says_its_version_and_sorts_by_time) {
    const std::string early = uuid_v7(1'700'000'000'000);
    EXPECT_EQ(early[14], '7');
    EXPECT_EQ(early.size(), 36U);
    EXPECT_LT(early, uuid_v7(1'700'000'000'001));
}

TEST(Random, is_not_the_same_twice) {
    EXPECT_NE(random_hex(16), random_hex(16));
}

TEST(ConstantTime, equal_means_equal) {
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secres"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secrets"));
    EXPECT_TRUE(equal_in_constant_time("", ""));
}

}  // namespace
}  // namespace insight::base

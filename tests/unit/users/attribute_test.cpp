#include "analysis/users/attribute.h"

#include <gtest/gtest.h>

namespace insight::analysis::users {
namespace {

TEST(UserAttribute, knows_the_names_of_the_conventions_and_nothing_that_is_near_them) {
    for (std::size_t i = 0; i < kAttributes.size(); ++i)
        EXPECT_EQ(attribute_of(kAttributes[i].name), i) << kAttributes[i].name;
    for (const char* other :
         {"", "service", "user.ix", "enduser.role", "client.port", "app.user.ids"})
        EXPECT_FALSE(attribute_of(other)) << other;
    EXPECT_FALSE(attribute_of(std::string(100'000, 'x')));
}

TEST(UserAttribute, a_placeholder_is_nobody) {
    const Attribute& id = kAttributes[*attribute_of("enduser.id")];
    for (const char* nobody : {"", "-", "anonymous", "null"}) EXPECT_FALSE(tells(id, nobody));
    EXPECT_FALSE(tells(id, std::string(10'000, 'a')));
    EXPECT_TRUE(tells(id, "u-17"));
    EXPECT_TRUE(tells(id, "10.0.0.1")) << "only addresses are judged as such";
}

TEST(UserAttribute, an_address_inside_the_cluster_is_no_user) {
    const Attribute& address = kAttributes[*attribute_of("client.address")];
    for (const char* inside : {"10.1.2.3", "127.0.0.1", "192.168.0.9", "172.16.0.1", "172.31.255.1",
                               "100.64.0.1", "169.254.1.1", "10.1.2.3:51234", "::1", "fd12::1",
                               "FE80::1", "[fe80::1]:80", "::ffff:10.0.0.1"})
        EXPECT_FALSE(tells(address, inside)) << inside;
    for (const char* outside :
         {"203.0.113.9", "172.32.0.1", "172.15.0.1", "100.128.0.1", "11.0.0.1", "2001:db8::1",
          "::ffff:203.0.113.9", "10", "fdic.example"})
        EXPECT_TRUE(tells(address, outside)) << outside;
}

}  // namespace
}  // namespace insight::analysis::users

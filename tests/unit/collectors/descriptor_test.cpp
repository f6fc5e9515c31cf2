#include <gtest/gtest.h>

#include <set>

#include "collectors/collector.h"

namespace insight::collectors {
namespace {

TEST(Descriptors, each_is_found_by_its_name_and_explains_itself) {
    std::set<std::string_view> names;
    for (const Descriptor* one : all()) {
        EXPECT_TRUE(names.insert(one->name).second) << one->name;
        EXPECT_EQ(find(one->name), one);
        EXPECT_FALSE(one->purpose.empty());
        EXPECT_NE(one->open, nullptr);
        EXPECT_TRUE(one->proven.ends_with('.')) << one->name << ": what was it run against?";
        std::set<std::string_view> keys;
        for (const config::Field& field : one->fields) {
            EXPECT_TRUE(keys.insert(field.key).second) << one->name << "." << field.key;
            EXPECT_FALSE(field.help.empty()) << one->name << "." << field.key;
        }
        for (const char* common : {"cluster", "namespace", "timeout"})
            EXPECT_TRUE(keys.contains(common)) << one->name << " lacks " << common;
    }
    EXPECT_TRUE(names.contains("prometheus") && names.contains("postgres") &&
                names.contains("redis"));
    EXPECT_EQ(find("oracle"), nullptr);
}

TEST(Descriptors, what_can_hold_a_secret_is_of_type_secret) {
    for (const Descriptor* one : all())
        for (const config::Field& field : one->fields)
            for (const char* word : {"dsn", "token", "password"})
                EXPECT_TRUE(field.key != word || field.type == config::FieldType::Secret)
                    << one->name << "." << field.key;
}

}  // namespace
}  // namespace insight::collectors

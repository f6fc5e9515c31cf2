#include <gmock/gmock.h>

#include <regex>

#include "config/config.h"
#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

using base::Json;

TEST(Schema, describes_every_key_with_default_and_help) {
    const Json schema = config::schema(kinds());
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema["additionalProperties"], false);
    const Json& server = schema["properties"]["server"]["properties"];
    EXPECT_EQ(server["listen"]["default"], "127.0.0.1:8080");
    EXPECT_EQ(server["maxConnections"]["default"], 1024);
    EXPECT_EQ(server["maxConnections"]["anyOf"][0]["maximum"], 65'536);
    EXPECT_EQ(server["webhookSecret"]["$ref"], "#/$defs/secret");
    EXPECT_EQ(schema["properties"]["transport"]["anyOf"][0]["enum"], Json({"cpprest", "curl"}));
}

TEST(Schema, carries_the_fields_of_each_collector_kind) {
    const Json schema = config::schema(kinds());
    const Json& thing = schema["properties"]["collectors"]["properties"]["thing"]["items"];
    EXPECT_EQ(thing["required"], Json({"url", "name"}));
    EXPECT_EQ(thing["properties"]["verify"]["default"], true);
    EXPECT_EQ(thing["properties"]["timeout"]["description"], "how long to wait");
    EXPECT_EQ(thing["additionalProperties"], false);
}

TEST(Schema, refuses_credentials_in_addresses_and_no_path) {
    const Json schema = config::schema(kinds());
    const Json& thing = schema["properties"]["collectors"]["properties"]["thing"]["items"];
    const std::regex pattern(thing["properties"]["url"]["anyOf"][0]["pattern"].get<std::string>());
    for (const char* url : {"http://host:9090", "https://h/team@work?a=b@c", "http://[::1]:1/"})
        EXPECT_TRUE(std::regex_match(url, pattern)) << url;
    for (const char* url : {"http://u:p@host", "ftp://host", "http://", "https:///a@b"})
        EXPECT_FALSE(std::regex_match(url, pattern)) << url;
}

TEST(Schema, resolves_all_its_references) {
    const Json schema = config::schema(kinds());
    const Json flat = schema.flatten();
    int references = 0;
    for (const auto& [path, value] : flat.items()) {
        if (!path.ends_with("/$ref")) continue;
        const Json::json_pointer target(value.get<std::string>().substr(1));
        EXPECT_TRUE(schema.contains(target)) << path;
        ++references;
    }
    EXPECT_GT(references, 5);
}

}  // namespace
}  // namespace insight::config

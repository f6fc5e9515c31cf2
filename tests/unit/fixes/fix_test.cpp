#include "agent/fixes/fix.h"

#include <gtest/gtest.h>

namespace insight::fixes {
namespace {

using base::Json;

TEST(Fix, comes_back_from_its_json) {
    for (
        const char* text :
        {R"({"commit":"4f3d632a10","kind":"revert","reason":"why","repository":"a/b"})",
         R"({"diff":"--- a/x","kind":"patch","repository":"a/b"})",
         R"({"files":[{"content":"x","path":"y"}],"kind":"files","repository":"a/b"})",
         R"({"base":"prod","folder":"apps","kind":"value","repository":"a/b","values":[)"
         R"({"expected":"2","mayAdd":true,"object":{"kind":"Deployment","name":"w","namespace":"s"},)"
         R"("path":"a.b","value":3}]})"}) {
        const auto fix = fix_from_json(*base::parse_json(text, "a fix"));
        ASSERT_TRUE(fix) << fix.error().text();
        EXPECT_EQ(base::dump_json(to_json(*fix)), text);
    }
}

TEST(Fix, what_is_none_is_refused_with_the_key) {
    const auto refused = [](const Json& json) {
        const auto fix = fix_from_json(json);
        return fix ? "accepted" : fix.error().message;
    };
    EXPECT_NE(refused("x").find("object"), std::string::npos);
    EXPECT_NE(refused({{"kind", "delete"}, {"repository", "a/b"}}).find("kind:"),
              std::string::npos);
    EXPECT_NE(refused({{"kind", "revert"}, {"repository", "../b"}, {"commit", "4f3d632"}}),
              "accepted");
    EXPECT_NE(refused({{"kind", "revert"}, {"repository", "a/b"}, {"commit", "main; rm"}})
                  .find("commit:"),
              std::string::npos);
    EXPECT_NE(refused({{"kind", "value"}, {"repository", "a/b"}}).find("values:"),
              std::string::npos);
    EXPECT_NE(
        refused({{"kind", "value"},
                 {"repository", "a/b"},
                 {"values", {{{"file", "x.yaml"}, {"path", "a"}, {"value", Json::array()}}}}}),
        "accepted");
    EXPECT_NE(refused({{"kind", "files"},
                       {"repository", "a/b"},
                       {"files", Json(std::vector<Json>(60, Json::object()))}})
                  .find("at most"),
              std::string::npos);
}

}  // namespace
}  // namespace insight::fixes

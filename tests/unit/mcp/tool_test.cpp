#include "core/mcp/tool.h"
#include "tests/tree.h"

#include <gmock/gmock.h>

#include <fstream>

namespace insight::mcp {
namespace {

using base::Json;
using testing::HasSubstr;

Json item(const Json& annotations = {{"readOnlyHint", true}}) {
    return {{"name", "query"},
            {"description", "Runs SQL."},
            {"inputSchema",
             {{"type", "object"},
              {"required", {"sql"}},
              {"additionalProperties", false},
              {"properties",
               {{"sql", {{"type", "string"}}},
                {"limit", {{"type", "integer"}}},
                {"tags", {{"type", {"array", "null"}}}}}}}},
            {"annotations", annotations}};
}

// Tools as real servers list them.
std::vector<Tool> captured(const std::string& server, const Endpoint& endpoint) {
    std::ifstream file(test::data() / "mcp" / (server + ".tools.json"));
    std::vector<Tool> out;
    for (const Json& one : Json::parse(file)) out.push_back(*read_tool(one, endpoint));
    return out;
}

std::vector<std::string> usable(const std::vector<Tool>& tools) {
    std::vector<std::string> out;
    for (const Tool& tool : tools)
        if (tool.usable()) out.push_back(tool.name);
    return out;
}

TEST(Tool, only_what_its_server_calls_read_only_is_used) {
    EXPECT_THAT(usable(captured("filesystem", {})),
                testing::ElementsAre("read_file", "read_text_file", "read_media_file",
                                     "read_multiple_files", "list_directory",
                                     "list_directory_with_sizes", "directory_tree", "search_files",
                                     "get_file_info", "list_allowed_directories"));
    EXPECT_TRUE(usable(captured("redis", {})).empty()) << "a server without annotations";
    EXPECT_THAT(usable(captured("redis", {.allow = {{"get", ""}}})), testing::ElementsAre("get"));
}

TEST(Tool, hints_are_a_strangers_word) {
    const auto refused = [](const Json& annotations, const Endpoint& endpoint = {}) {
        return read_tool(item(annotations), endpoint)->refused;
    };
    EXPECT_EQ(refused({{"readOnlyHint", true}}), "");
    EXPECT_EQ(refused({{"readOnlyHint", true}, {"destructiveHint", false}}), "");
    EXPECT_THAT(refused({{"readOnlyHint", true}, {"destructiveHint", true}}),
                HasSubstr("at the same time"));
    for (const Json& hint : {Json("true"), Json(1), Json(), Json(false)})
        EXPECT_THAT(refused({{"readOnlyHint", hint}}), HasSubstr("not marked")) << hint;
    EXPECT_THAT(refused("yes"), HasSubstr("not marked"));
    EXPECT_THAT(refused({{"readOnlyHint", true}}, {.deny = {"query"}}), HasSubstr("denies"));
    EXPECT_THAT(refused({}, {.allow = {{"query", ""}}, .deny = {"query"}}), HasSubstr("denies"));
}

TEST(Tool, an_approval_holds_for_what_was_approved) {
    const std::string digest = read_tool(item(), {})->digest;
    const Endpoint pinned{.allow = {{"query", digest}}};
    EXPECT_TRUE(read_tool(item(), pinned)->usable());
    for (const char* key : {"description", "title", "inputSchema", "outputSchema", "annotations"}) {
        Json other = item();
        other[key] = {{"readOnlyHint", true}, {"more", 1}};
        EXPECT_THAT(read_tool(other, pinned)->refused, HasSubstr("approved as " + digest)) << key;
    }
    Json elsewhere = item();
    elsewhere["_meta"] = {{"hits", 7}};
    EXPECT_TRUE(read_tool(elsewhere, pinned)->usable()) << "what describes nothing";
}

TEST(Tool, without_a_usable_name_is_none) {
    for (const Json& name : {Json(""), Json("a b"), Json("x\n"), Json(7),
                             Json(std::string(200, 'x')), Json("look\u202e")}) {
        Json one = item();
        one["name"] = name;
        EXPECT_FALSE(read_tool(one, {})) << name;
    }
    EXPECT_FALSE(read_tool(7, {}));
}

TEST(Tool, arguments_that_cannot_be_meant_are_told_before_the_call) {
    const Tool tool = *read_tool(item(), {});
    EXPECT_EQ(misfit(tool, {{"sql", "x"}, {"limit", 3}, {"tags", nullptr}}), "");
    EXPECT_EQ(misfit(tool, {{"sql", "x"}, {"limit", 3.0}}), "");
    EXPECT_THAT(misfit(tool, {{"limit", 3}}), HasSubstr("lacks 'sql'"));
    EXPECT_THAT(misfit(tool, {{"sql", "x"}, {"limits", 3}}), HasSubstr("did you mean 'limit'"));
    EXPECT_THAT(misfit(tool, {{"sql", 7}}), HasSubstr("as integer"));
    EXPECT_THAT(misfit(tool, {{"sql", "x"}, {"limit", 2.5}}), HasSubstr("as number"));
}

TEST(Tool, header_fields_carry_any_text) {
    EXPECT_EQ(header_value("plain text"), "plain text");
    EXPECT_EQ(header_value("b\u00e4r"), "=?base64?YsOkcg==?=");
    EXPECT_EQ(header_value(" x"), "=?base64?IHg=?=");
    EXPECT_EQ(header_value("a\r\nInjected: 1"), "=?base64?YQ0KSW5qZWN0ZWQ6IDE=?=");
    EXPECT_EQ(header_value("=?base64?literal?="), "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=");
}

}  // namespace
}  // namespace insight::mcp

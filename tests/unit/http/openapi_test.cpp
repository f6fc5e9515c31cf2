// The description of the API and the table of routes say the same.
#include <gtest/gtest.h>

#include "agent/http/routes/routes.h"

namespace insight::http {
namespace {

class Openapi : public ::testing::Test {
  protected:
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    base::SystemClock clock;
    config::Server server;
    Access access{server, *store, std::chrono::seconds(2)};
    Envelope envelope{clock, "9.9.9"};
    Metrics metrics{"9.9.9"};
    Followers followers{*store, std::chrono::seconds(1), 1};
    Parts parts{server, *store, clock, "9.9.9", access, envelope, metrics, followers, {}, {}, "/"};
    base::Json document = *base::parse_json(openapi_text(), "openapi.json");
};

TEST_F(Openapi, names_exactly_the_routes_there_are) {
    std::set<std::string> routed;
    for (const Route& route : all_routes(parts))
        routed.insert(lower_case(name(route.method)) + " " + route.pattern);
    std::set<std::string> described;
    for (const auto& [path, item] : document["paths"].items())
        for (const auto& [method, operation] : item.items())
            if (method != "parameters") described.insert(method + " " + path);
    EXPECT_EQ(described, routed);
}

TEST_F(Openapi, says_truly_who_needs_no_token) {
    for (const Route& route : all_routes(parts)) {
        const base::Json& operation =
            document["paths"][route.pattern][lower_case(name(route.method))];
        EXPECT_EQ(route.need == Need::Nothing, operation.contains("security")) << route.pattern;
        if (route.need == Need::Viewer) {
            EXPECT_EQ(operation["x-role"], "viewer") << route.pattern;
        }
        if (route.need == Need::Operator) {
            EXPECT_EQ(operation["x-role"], "operator") << route.pattern;
        }
    }
}

TEST_F(Openapi, refers_only_to_what_it_contains) {
    std::size_t references = 0;
    const std::function<void(const base::Json&)> walk = [&](const base::Json& value) {
        if (value.is_object() && value.contains("$ref")) {
            const std::string target = value["$ref"].get<std::string>();
            ASSERT_TRUE(target.starts_with("#/"));
            EXPECT_TRUE(document.contains(base::Json::json_pointer(target.substr(1)))) << target;
            ++references;
        }
        for (const base::Json& child : value)
            if (child.is_structured()) walk(child);
    };
    walk(document);
    EXPECT_GT(references, 20U);
}

TEST_F(Openapi, declares_each_parameter_of_a_path) {
    for (const auto& [path, item] : document["paths"].items()) {
        std::set<std::string> declared;
        if (item.contains("parameters"))
            for (const base::Json& one : item["parameters"]) declared.insert(one["name"]);
        std::set<std::string> used;
        for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at)
            used.insert(path.substr(at + 1, path.find('}', at) - at - 1));
        EXPECT_EQ(declared, used) << path;
    }
}

}  // namespace
}  // namespace insight::http

// Failures told apart by who has to act, products and versions told apart.
#include <gmock/gmock.h>

#include "collectors/elasticsearch/product.h"
#include "collectors/elasticsearch/rights.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::ErrorKind;
using base::Json;
using testing::HasSubstr;

HttpAccess access() {
    HttpAccess out;
    out.instance = "logs";
    out.url = "https://es.example:9200";
    return out;
}

std::string body(const std::string& type, const std::string& reason) {
    return Json{{"error", {{"type", type}, {"reason", reason}}}, {"status", 1}}.dump();
}

TEST(ElasticsearchFailure, says_who_has_to_act) {
    const auto kind = [](int status, const std::string& text) {
        return explain(access(), "/logs/_search?x=1", status, text).kind;
    };
    EXPECT_EQ(kind(401, body("security_exception", "x")), ErrorKind::Denied);
    EXPECT_EQ(kind(403, body("security_exception", "x")), ErrorKind::Denied);
    EXPECT_EQ(kind(404, body("index_not_found_exception", "x")), ErrorKind::NotFound);
    EXPECT_EQ(kind(400, body("parsing_exception", "x")), ErrorKind::Invalid);
    EXPECT_EQ(kind(429, body("circuit_breaking_exception", "x")), ErrorKind::Unavailable);
    EXPECT_EQ(kind(503, "<html>bad gateway</html>"), ErrorKind::Unavailable);
    EXPECT_EQ(kind(504, ""), ErrorKind::Timeout);
    EXPECT_EQ(kind(403, body("cluster_block_exception", "x")), ErrorKind::Unavailable);
    const auto denied = explain(access(), "/_cluster/health?timeout=5s", 403,
                                body("security_exception",
                                     "action [cluster:monitor/health] is unauthorized for user "
                                     "[eve]"));
    EXPECT_THAT(denied.message, HasSubstr("forbids /_cluster/health:"));
    EXPECT_THAT(denied.cause, HasSubstr("cluster:monitor/health"));
}

TEST(ElasticsearchFailure, the_first_root_cause_is_told_when_all_shards_failed) {
    const std::string text =
        R"({"error":{"type":"search_phase_execution_exception","reason":"all shards failed",
            "root_cause":[{"type":"es_rejected_execution_exception","reason":"queue full"}]}})";
    const auto error = explain(access(), "/_search", 429, text);
    EXPECT_THAT(error.cause, HasSubstr("es_rejected_execution_exception: queue full"));
    EXPECT_EQ(refusal(error), "rejected");
    EXPECT_EQ(refusal(explain(access(), "/", 503, body("master_not_discovered_exception", "x"))),
              "no_master");
    EXPECT_EQ(refusal(explain(access(), "/", 500, body("x", "y"))), "");
}

TEST(ElasticsearchProduct, is_told_from_its_page) {
    const auto of = [](const char* text) { return product_of(Json::parse(text), access()); };
    const auto es = of(
        R"({"cluster_name":"c","version":{"number":"8.19.0","build_flavor":"default"},
            "tagline":"You Know, for Search"})");
    ASSERT_TRUE(es);
    EXPECT_FALSE(es->opensearch);
    EXPECT_TRUE(es->at_least(8, 19) && !es->at_least(9, 0) && es->point_in_time());
    const auto old =
        of(R"({"cluster_name":"c","version":{"distribution":"opensearch","number":"1.3.20"}})");
    ASSERT_TRUE(old);
    EXPECT_TRUE(old->opensearch);
    EXPECT_FALSE(old->point_in_time());
    const auto disguised = of(
        R"({"cluster_name":"c","version":{"number":"7.10.2"},
            "tagline":"The OpenSearch Project: https://opensearch.org/"})");
    EXPECT_TRUE(disguised && disguised->opensearch);
    const auto serverless =
        of(R"({"cluster_name":"c","version":{"number":"8.11.0","build_flavor":"serverless"}})");
    EXPECT_TRUE(serverless && serverless->serverless);
    for (const char* text : {"{}", "[]", R"({"cluster_name":"c","version":{"number":"x"}})",
                             R"({"version":{"number":"8.1.0"}})"})
        EXPECT_FALSE(of(text)) << text;
}

TEST(ElasticsearchProduct, is_told_from_a_node_where_the_page_is_hidden) {
    const auto of = [](const char* text) { return product_of_node(Json::parse(text), access()); };
    const auto es = of(
        R"({"cluster_name":"c","nodes":{"n":{"version":"8.19.0","build_flavor":"default",
            "attributes":{"xpack.installed":"true"},
            "modules":[{"classname":"org.elasticsearch.transport.netty4.Netty4Plugin"}]}}})");
    EXPECT_TRUE(es && !es->opensearch && es->version == "8.19.0");
    const auto os = of(
        R"({"cluster_name":"c","nodes":{"n":{"version":"2.19.1",
            "modules":[{"classname":"org.opensearch.transport.Netty4ModulePlugin"}]}}})");
    EXPECT_TRUE(os && os->opensearch);
    EXPECT_FALSE(of(R"({"nodes":{}})"));
}

TEST(ElasticsearchRights, name_the_configured_indices_and_what_is_left_out_needs_none) {
    const std::string call = api_key_call("logs-*,-logs-secret,app-*");
    EXPECT_THAT(call, HasSubstr(R"("names":["logs-*","app-*"])"));
    EXPECT_THAT(call, HasSubstr(R"("cluster":["monitor"])"));
    EXPECT_THAT(opensearch_role_call("logs-*"), HasSubstr(R"("index_patterns":["logs-*"])"));
}

TEST(ElasticsearchPath, what_is_special_in_a_url_is_escaped) {
    EXPECT_EQ(path_part("*,-metrics-*,east:logs-*"), "*,-metrics-*,east:logs-*");
    EXPECT_EQ(path_part("<logs-{now/d}>"), "%3Clogs-%7Bnow%2Fd%7D%3E");
    EXPECT_EQ(path_part("a?b#c d"), "a%3Fb%23c%20d");
}

}  // namespace
}  // namespace insight::collectors::elasticsearch

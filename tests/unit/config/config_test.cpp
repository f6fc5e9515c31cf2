#include "config/config.h"

#include <gmock/gmock.h>

#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Config, reads_a_whole_file) {
    const auto config = parse_text(R"(
server:
  listen: "[::1]:0"
  maxConnections: 10
  externalUrl: https://insight.example.org/
store: sqlite:///tmp/x.db
pipeline: {workers: 4, collectTimeout: 10s, window: 1h30m, baseline: 2h, lead: 1m, sampleInterval: 10s}
transport: curl
logLevel: warn
collectors:
  thing:
    - {name: one, url: "http://127.0.0.1:1", labels: {a: b}, queries: [x, y], verify: false, limit: 7}
    - {name: two, url: "http://127.0.0.1:2"}
)");
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->server.address, "::1");
    EXPECT_EQ(config->server.port, 0);
    EXPECT_TRUE(config->server.loopback());
    EXPECT_EQ(config->server.max_connections, 10);
    EXPECT_EQ(config->server.external_url, "https://insight.example.org");
    EXPECT_EQ(config->store, "sqlite:///tmp/x.db");
    EXPECT_EQ(config->pipeline.workers, 4);
    EXPECT_EQ(config->pipeline.window, 90 * base::kMinute);
    EXPECT_EQ(config->pipeline.lead, base::kMinute);
    EXPECT_EQ(config->transport, "curl");
    EXPECT_EQ(config->log_level, "warn");
    const auto& things = config->collectors.at("thing");
    ASSERT_EQ(things.size(), 2U);
    EXPECT_EQ(things[0].name(), "one");
    EXPECT_EQ(things[0].text_map("labels").at("a"), "b");
    EXPECT_THAT(things[0].text_list("queries"), testing::ElementsAre("x", "y"));
    EXPECT_FALSE(things[0].flag("verify"));
    EXPECT_EQ(things[0].count("limit"), 7);
    EXPECT_TRUE(things[1].flag("verify")) << "the fallback";
    EXPECT_EQ(things[1].duration("timeout"), 5 * base::kSecond);
    EXPECT_TRUE(things[1].secret("dsn").empty());
}

TEST(Config, reads_json_as_well) {
    const auto config = parse_text(R"({
	"server": {"listen": ":9000", "maxConnections": 5},
	"share": {"note": "tab\there \ud83d\ude00", "minConfidence": 0.5, "peers": null}
})");
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->server.address, "0.0.0.0");
    EXPECT_FALSE(config->server.loopback());
    const BlockSettings& share = config->block("share");
    EXPECT_EQ(share.own.text("note"), "tab\there \U0001F600");
    EXPECT_EQ(share.own.number("minConfidence"), 0.5);
    EXPECT_TRUE(share.list("peers").empty());
}

TEST(Config, says_line_and_nearest_key_for_an_unknown_one) {
    EXPECT_EQ(
        error_of("logLevel: info\n\nsever: {}\n"),
        "config.yaml line 3: unknown key 'sever' below the top level; did you mean 'server'?");
    EXPECT_EQ(error_of("server:\n  listn: x\n"),
              "config.yaml line 2: unknown key 'listn' below 'server'; did you mean 'listen'?");
    EXPECT_EQ(error_of("collectors:\n  prometeus: []\n"),
              "config.yaml line 2: unknown key 'prometeus' below 'collectors'; did you mean "
              "'prometheus'?");
    EXPECT_THAT(
        error_of("collectors:\n  thing:\n  - name: a\n    url: http://h\n    tmeout: 5s\n"),
        EndsWith("unknown key 'tmeout' below 'collectors.thing[0]'; did you mean 'timeout'?"));
}

TEST(Config, lists_what_is_known_when_nothing_is_near) {
    EXPECT_EQ(error_of("pipeline: {zzzzzzzzz: 1}"),
              "config.yaml line 1: unknown key 'zzzzzzzzz' below 'pipeline'; known are: workers, "
              "collectTimeout, window, baseline, lead, sampleInterval");
}

TEST(Config, names_a_required_key_that_is_missing) {
    EXPECT_EQ(
        error_of("collectors:\n  thing:\n  - name: a\n"),
        "config.yaml line 3: 'collectors.thing[0]' lacks the required key 'url' (where it is)");
    EXPECT_THAT(error_of("collectors:\n  thing:\n  - url: http://h\n"),
                HasSubstr("lacks the required key 'name'"));
}

TEST(Config, refuses_two_instances_of_one_name) {
    EXPECT_THAT(error_of("collectors:\n  thing:\n  - {name: a, url: http://h}\n  - {name: a, url: "
                         "http://i}\n"),
                HasSubstr("line 4: 'collectors.thing[1]' has the name 'a'"));
}

TEST(Config, refuses_wrong_types_with_line_and_what_is_expected) {
    EXPECT_EQ(error_of("pipeline:\n  workers: many\n"),
              "config.yaml line 2: 'pipeline.workers' must be a whole number, not 'many'");
    EXPECT_THAT(error_of("pipeline: {workers: \"4\"}"), HasSubstr("must be a whole number"));
    EXPECT_THAT(error_of("pipeline: {workers: -1}"), HasSubstr("must be a whole number"));
    EXPECT_THAT(error_of("pipeline: {workers: 1.5}"), HasSubstr("must be a whole number"));
    EXPECT_THAT(error_of("pipeline: {workers: 65}"), EndsWith("must be from 1 to 64"));
    EXPECT_THAT(error_of("pipeline: {window: 15}"), HasSubstr("a length of time like 30s"));
    EXPECT_THAT(error_of("pipeline: {window: 8d}"), HasSubstr("must be from 1 min to"));
    EXPECT_THAT(error_of("pipeline: [1]"), HasSubstr("'pipeline' must be a map"));
    EXPECT_THAT(error_of("transport: wget"), EndsWith("one of cpprest, curl, not 'wget'"));
    EXPECT_THAT(error_of("logLevel: [info]"), EndsWith("must be text, not a list"));
    EXPECT_THAT(error_of("collectors: {thing: {name: a}}"), HasSubstr("must be a list"));
    EXPECT_THAT(error_of("share: 5"), EndsWith("'share' must be a map"));
    EXPECT_THAT(error_of("share: {minConfidence: x}"), HasSubstr("must be a number, not 'x'"));
    EXPECT_THAT(error_of("share: {minConfidence: 1.01}"), EndsWith("must be from 0 to 1"));
    EXPECT_THAT(error_of("mcpServers: 5"), EndsWith("'mcpServers' must be a map"));
    EXPECT_THAT(error_of("- a\n- b\n"), HasSubstr("a configuration is a map"));
}

TEST(Config, refuses_an_address_it_cannot_listen_on) {
    for (const std::string listen :
         {"8080", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:x", "example.org:80", "[::1:80", ":"})
        EXPECT_THAT(error_of("server: {listen: \"" + listen + "\"}"),
                    StartsWith("config.yaml line 1: 'server.listen' must be an IP address"))
            << listen;
    const auto local = parse_text("server: {listen: \"localhost:80\"}");
    ASSERT_TRUE(local);
    EXPECT_EQ(local->server.address, "127.0.0.1");
}

TEST(Config, refuses_a_store_that_is_neither_an_absolute_path_nor_a_database) {
    for (const std::string store : {"insight.db", "sqlite://insight.db", "postgresql://db",
                                    "postgresql://db/", "postgresql://db/?a=b", "mysql://db/x"})
        EXPECT_THAT(error_of("server: {}\nstore: " + store),
                    StartsWith("config.yaml line 2: 'store' must be sqlite://"));
    EXPECT_TRUE(parse_text("store: 'sqlite:'"));
}

TEST(Config, keeps_mcp_servers_as_they_stand) {
    const auto config = parse_text(
        "mcpServers:\n  github: {command: npx, args: [-y], env: {TOKEN: "
        "\"${NOT_SET_ANYWHERE}\"}}\n");
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->mcp_servers["github"]["env"]["TOKEN"], "${NOT_SET_ANYWHERE}");
}

TEST(Config, reads_the_blocks_that_rooms_declare) {
    const Variable token("PEER_TOKEN", "hush");
    const auto config = parse_text(
        "share:\n  key: {env: PEER_TOKEN}\n  peers:\n    - {name: a, url: http://a}\n"
        "    - {name: b, url: http://b, weight: 3}\n");
    ASSERT_TRUE(config) << config.error().text();
    const BlockSettings& share = config->block("share");
    EXPECT_TRUE(share.given);
    EXPECT_EQ(share.own.secret("key").reveal(), "hush");
    EXPECT_EQ(share.own.number("minConfidence"), 0.8) << "the fallback";
    ASSERT_EQ(share.list("peers").size(), 2U);
    EXPECT_EQ(share.list("peers")[1].name(), "b");
    EXPECT_EQ(share.list("peers")[1].count("weight"), 3);
}

TEST(Config, fills_the_defaults_of_a_block_that_is_not_there) {
    const auto config = parse_text("");
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_FALSE(config->block("share").given);
    EXPECT_EQ(config->block("share").own.text("apiUrl"), "https://share.example");
    EXPECT_FALSE(config->block("desk").given) << "it needs its url only where it is named";
    EXPECT_FALSE(config->block("nobody").given);
}

TEST(Config, says_line_and_key_of_what_is_wrong_in_a_block) {
    EXPECT_EQ(error_of("share:\n  apiurl: http://x\n"),
              "config.yaml line 2: unknown key 'apiurl' below 'share'; did you mean 'apiUrl'?");
    EXPECT_THAT(error_of("desk: {}"), HasSubstr("'desk' lacks the required key 'url'"));
    EXPECT_THAT(error_of("share:\n  peers:\n    - {name: a, url: http://a}\n    - {name: a, url: "
                         "http://b}\n"),
                StartsWith("config.yaml line 4: 'share.peers[1]' has the name 'a'"));
    EXPECT_THAT(error_of("share: {peers: {name: a}}"), HasSubstr("must be a list of at most"));
}

TEST(Config, mcp_servers_become_instances_of_their_collector) {
    CollectorKinds all = kinds();
    all.push_back({"mcp", "MCP servers", kThingFields});
    const auto read = [&](std::string_view text) { return parse(text, "config.yaml", all); };
    const auto config = read(
        "mcpServers:\n  Git Hub: {command: npx, other: {a: [1]}}\n  off: {command: x, disabled: "
        "true}\n");
    ASSERT_TRUE(config) << config.error().text();
    ASSERT_EQ(config->collectors.at("mcp").size(), 1U);
    EXPECT_EQ(config->collectors.at("mcp")[0].name(), "Git Hub");
    EXPECT_EQ(config->collectors.at("mcp")[0].settings()["other"]["a"][0], 1);
    EXPECT_THAT(read("collectors: {mcp: []}").error().message, HasSubstr("'mcpServers'"));
    EXPECT_THAT(read("mcpServers:\n  a/b: {command: x}").error().message,
                StartsWith("config.yaml line 2: 'mcpServers' must be a map"));
    EXPECT_FALSE(read("mcpServers: {a: 7}"));
    const base::Json schema = config::schema(all);
    EXPECT_FALSE(schema["properties"]["collectors"]["properties"].contains("mcp"));
    EXPECT_TRUE(schema["properties"]["mcpServers"].contains("additionalProperties"));
}

TEST(Config, works_without_a_file) {
    const Variable state("XDG_STATE_HOME", "/somewhere/state");
    const Config config = defaults();
    EXPECT_EQ(config.server.address, "127.0.0.1");
    EXPECT_EQ(config.server.port, 8080);
    EXPECT_TRUE(config.server.loopback());
    EXPECT_EQ(config.store, "sqlite:///somewhere/state/devops-insight/insight.db");
    EXPECT_TRUE(config.collectors.empty());
    EXPECT_EQ(config.pipeline.baseline, base::kHour);
}

TEST(Config, keeps_the_store_where_root_or_the_user_keeps_state) {
    const Variable state("XDG_STATE_HOME", "relative/is/ignored");
    const Variable home("HOME", "/home/anna");
    EXPECT_EQ(defaults().store, ::geteuid() == 0
                                    ? "sqlite:///var/lib/devops-insight/insight.db"
                                    : "sqlite:///home/anna/.local/state/devops-insight/insight.db");
}

TEST(Config, honours_environment_names_where_the_file_is_silent) {
    const Variable url("WEB_UI_BASE_URL", "https://ui.example.org");
    const Variable debug("DEBUG_DOT_AI", "true");
    const auto silent = parse_text("");
    ASSERT_TRUE(silent);
    EXPECT_EQ(silent->server.external_url, "https://ui.example.org");
    EXPECT_EQ(silent->log_level, "debug");
    const auto explicit_file = parse_text("server: {externalUrl: http://own}\nlogLevel: warn");
    ASSERT_TRUE(explicit_file);
    EXPECT_EQ(explicit_file->server.external_url, "http://own");
    EXPECT_EQ(explicit_file->log_level, "warn");
}

TEST(Config, warns_of_an_environment_value_it_cannot_use) {
    const Variable url("WEB_UI_BASE_URL", "ftp://x");
    const auto config = parse_text("");
    ASSERT_TRUE(config);
    EXPECT_TRUE(config->server.external_url.empty());
    ASSERT_EQ(config->warnings.size(), 1U);
    EXPECT_THAT(config->warnings[0], HasSubstr("WEB_UI_BASE_URL is ignored"));
}

TEST(Config, says_which_file_is_missing_or_too_large) {
    const auto missing = load("/nowhere/insight.yaml", kinds());
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, base::ErrorKind::NotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("/nowhere/insight.yaml"));
    const TemporaryFile large("large.yaml", std::string((1U << 20) + 1, '#'));
    const auto refused = load(large.path(), kinds());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::TooLarge);
    EXPECT_EQ(load(testing::TempDir(), kinds()).error().kind, base::ErrorKind::Invalid);
}

}  // namespace
}  // namespace insight::config

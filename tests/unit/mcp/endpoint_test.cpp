#include "core/mcp/endpoint.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "core/mcp/process.h"

namespace insight::mcp {
namespace {

using base::Json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr std::array<std::string_view, 1> kMore{"calls"};

base::Result<Endpoint> read(const Json& entry) {
    return read_endpoint("db", entry, kMore);
}

std::string error_of(const Json& entry) {
    const auto endpoint = read(entry);
    return endpoint ? "no error" : endpoint.error().message;
}

TEST(Endpoint, an_entry_of_a_clients_file_is_taken_as_it_stands) {
    ::setenv("MCP_TEST_WORD", "green-light", 1);
    const auto endpoint =
        read({{"type", "stdio"},
              {"command", "npx"},
              {"args", {"-y", "@modelcontextprotocol/server-postgres", "${MCP_TEST_WORD}", 5}},
              {"env", {{"API_KEY", "k-123456"}, {"DEBUG", true}}},
              {"alwaysAllow", {"query"}},
              {"gallery", true}});
    ASSERT_TRUE(endpoint) << endpoint.error().text();
    EXPECT_EQ(endpoint->command, "npx");
    EXPECT_EQ(endpoint->arguments[2], "green-light");
    EXPECT_EQ(endpoint->arguments[3], "5");
    EXPECT_EQ(endpoint->environment.at("DEBUG").reveal(), "true");
    EXPECT_THAT(endpoint->ignored, testing::ElementsAre("alwaysAllow", "gallery"));
    EXPECT_TRUE(endpoint->allow.empty()) << "what other clients allow is not allowed here";
}

TEST(Endpoint, a_slip_is_an_error_that_names_the_key) {
    EXPECT_THAT(error_of({{"command", "x"}, {"cals", Json::array()}}), HasSubstr("'calls'"));
    EXPECT_THAT(error_of({{"comand", "x"}}), HasSubstr("did you mean 'command'"));
    EXPECT_THAT(error_of(Json::object()), HasSubstr("a command, or a url"));
    EXPECT_THAT(error_of({{"command", "x"}, {"url", "http://h"}}), HasSubstr("exclude"));
    EXPECT_THAT(error_of({{"url", "ftp://h"}}), HasSubstr("mcpServers.db.url"));
    EXPECT_THAT(error_of({{"url", "http://h/sse"}, {"type", "sse"}}), HasSubstr("2024-11-05"));
    EXPECT_THAT(error_of({{"command", "x"}, {"args", "one"}}), HasSubstr("mcpServers.db.args"));
    EXPECT_THAT(error_of({{"command", "x"}, {"env", {{"A", "${NOT_SET_9}"}}}}),
                HasSubstr("NOT_SET_9"));
    EXPECT_THAT(error_of({{"command", "x"}, {"env", {{"A=B", "1"}}}}), HasSubstr("env"));
    EXPECT_THAT(error_of({{"command", "x"}, {"allow", {{"query", "short"}}}}),
                HasSubstr("allow.query"));
    EXPECT_THAT(error_of(Json::array()), HasSubstr("must be a map"));
}

TEST(Endpoint, secrets_come_by_reference_and_are_recognised_in_texts) {
    ::setenv("MCP_TEST_SECRET", "from-the-environment", 1);
    const std::string file = testing::TempDir() + "mcp-secret-" + std::to_string(::getpid());
    std::ofstream(file) << "from-a-file\n";
    const auto endpoint =
        read({{"command", "x"},
              {"args", {"postgresql://ann:p%40ss-word@db/shop", "rediss://:only-pw@h:1"}},
              {"env",
               {{"A", {{"env", "MCP_TEST_SECRET"}}},
                {"B", {{"file", file}}},
                {"MY_TOKEN", "written-here"},
                {"STAGE", "production"}}}});
    std::remove(file.c_str());
    ASSERT_TRUE(endpoint) << endpoint.error().text();
    EXPECT_EQ(endpoint->environment.at("B").reveal(), "from-a-file");
    const std::string shown = endpoint->shown(
        "from-the-environment, from-a-file and written-here in production: p%40ss-word only-pw");
    EXPECT_EQ(shown, "[redacted], [redacted] and [redacted] in production: [redacted] [redacted]");
    EXPECT_THAT(error_of({{"command", "x"}, {"env", {{"A", {{"file", "relative"}}}}}}),
                HasSubstr("absolute path"));
}

TEST(Endpoint, secrets_among_arguments_and_headers_are_recognised_too) {
    const auto program = read({{"command", "x"},
                               {"args",
                                {"--api-key=abc-defg", "--token", "hij-klmn", "--verbose",
                                 "plain-word", "--auth", "--other"}}});
    ASSERT_TRUE(program);
    EXPECT_EQ(program->shown("abc-defg hij-klmn plain-word --other"),
              "[redacted] [redacted] plain-word --other");
    const auto site =
        read({{"url", "http://h"}, {"headers", {{"Authorization", "Bearer nop-qrst"}}}});
    ASSERT_TRUE(site);
    EXPECT_EQ(site->shown("wrong: nop-qrst"), "wrong: [redacted]");
}

TEST(Endpoint, a_password_with_a_slash_is_recognised_and_a_port_is_none) {
    const auto endpoint =
        read({{"command", "x"},
              {"args",
               {"postgresql://ann:pq/rs@tu@db/shop", "http://h:8080/a/@b", "http://h/path:to@c"}}});
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(endpoint->shown("pq/rs@tu"), "[redacted]");
    EXPECT_EQ(endpoint->shown("8080/a/ and to path"), "8080/a/ and to path");
}

TEST(Endpoint, messages_name_the_site_without_path_and_query) {
    const auto endpoint = read({{"url", "https://mcp.example.org:8443/key-in-path?token=x"}});
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(endpoint->where(), "https://mcp.example.org:8443");
}

TEST(ChildEnvironment, has_little_of_ours_and_all_of_the_entry) {
    ::setenv("MCP_TEST_CANARY", "sings", 1);
    ::setenv("HOME", "/home/ann", 1);
    const auto endpoint = read({{"command", "x"}, {"env", {{"PATH", "/opt/bin"}, {"B", "2"}}}});
    ASSERT_TRUE(endpoint);
    const auto variables = environment_of(*endpoint);
    EXPECT_THAT(variables, Contains("HOME=/home/ann"));
    EXPECT_THAT(variables, Contains("PATH=/opt/bin"));
    EXPECT_THAT(variables, Contains("B=2"));
    EXPECT_THAT(variables, Not(Contains(HasSubstr("CANARY"))));
}

TEST(ChildCommand, is_looked_up_in_the_path_it_will_get) {
    EXPECT_EQ(find_command(*read({{"command", "sh"}, {"env", {{"PATH", "/nowhere:/bin"}}}})),
              "/bin/sh");
    EXPECT_FALSE(find_command(*read({{"command", "sh"}, {"env", {{"PATH", "/nowhere"}}}})));
    EXPECT_FALSE(find_command(*read({{"command", "/etc/passwd"}}))) << "no program";
    EXPECT_FALSE(find_command(*read({{"command", "sh; rm"}})));
}

}  // namespace
}  // namespace insight::mcp

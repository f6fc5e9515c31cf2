#include <gmock/gmock.h>

#include "github/address.h"
#include "github/glob.h"
#include "github/link_header.h"
#include "github/repository.h"

namespace insight::github {
namespace {

using testing::HasSubstr;

TEST(Address, knows_where_each_kind_of_github_has_its_apis) {
    const std::vector<std::array<std::string, 3>> known{
        {"", "https://api.github.com", "https://api.github.com/graphql"},
        {"https://github.com/", "https://api.github.com", "https://api.github.com/graphql"},
        {"https://ghe.example.com", "https://ghe.example.com/api/v3",
         "https://ghe.example.com/api/graphql"},
        {"https://ghe.example.com/api/v3/", "https://ghe.example.com/api/v3",
         "https://ghe.example.com/api/graphql"},
        {"https://octo.ghe.com", "https://api.octo.ghe.com", "https://api.octo.ghe.com/graphql"},
        {"http://127.0.0.1:81/mirror", "http://127.0.0.1:81/mirror",
         "http://127.0.0.1:81/mirror/graphql"}};
    for (const auto& [url, rest, graphql] : known) {
        const auto address = address_of(url);
        ASSERT_TRUE(address) << url;
        EXPECT_EQ(address->rest, rest);
        EXPECT_EQ(address->graphql, graphql);
    }
    for (const char* url :
         {"github", "ftp://github.com", "https://", "https://user:pw@ghe.example"})
        EXPECT_FALSE(address_of(url)) << url;
}

TEST(Address, a_path_reaches_the_server_as_it_is_or_not_at_all) {
    EXPECT_EQ(escape_path("a b/ü#?.txt").value(), "a%20b/%C3%BC%23%3F.txt");
    EXPECT_EQ(escape_path("100%2F/x\ny").value(), "100%252F/x%0Ay");
    for (const char* path : {"", "/a", "a/", "a//b", "..", "a/../b", "./a"})
        EXPECT_FALSE(escape_path(path)) << path;
}

TEST(Names, only_what_github_allows_is_a_repository) {
    EXPECT_EQ(parse_name("octo-org/shop.js")->text(), "octo-org/shop.js");
    for (const char* text : {"", "shop", "/shop", "octo/", "a/b/c", "octo/..", "oc to/shop",
                             "octo/shop?x=1", "octo/sh\nop", "https://github.com/octo/shop"})
        EXPECT_FALSE(parse_name(text)) << text;
}

TEST(Names, a_path_is_shown_without_anything_that_acts) {
    EXPECT_EQ(shown_path("src/ümlaut 日本.cpp"), "src/ümlaut 日本.cpp");
    EXPECT_EQ(shown_path("a\nb\x1b[31m"), "a\\x0ab\\x1b[31m");
    EXPECT_EQ(shown_path("evil\u202etxt.exe"), "evil\\xe2\\x80\\xaetxt.exe");
    EXPECT_EQ(shown_path("\u0085"), "\\xc2\\x85");
    EXPECT_LE(shown_path(std::string(100'000, 'x')).size(), 310U);
}

TEST(LinkHeader, gives_the_next_page) {
    EXPECT_EQ(next_of(R"(<https://a/x?page=2>; rel="next", <https://a/x?page=9>; rel="last")"),
              "https://a/x?page=2");
    EXPECT_EQ(next_of(R"(<https://a/x,y?page=1>; rel="prev", <https://a/x,y?page=3>; rel="next")"),
              "https://a/x,y?page=3");
    for (const char* none : {"", "<", "<>", "<https://a", R"(<https://a>; rel="last")", "rel=next",
                             R"(>; rel="next" <)"})
        EXPECT_EQ(next_of(none), "") << none;
}

TEST(Glob, covers_folders_files_and_patterns) {
    EXPECT_TRUE(covers("services/cart", "services/cart/src/a.go"));
    EXPECT_TRUE(covers("services/cart/", "services/cart/a"));
    EXPECT_FALSE(covers("services/cart", "services/cartoon/a"));
    EXPECT_TRUE(covers("*/cart", "services/cart/x"));
    EXPECT_FALSE(covers("*.yaml", "deploy/a.yaml"));
    EXPECT_TRUE(covers("**/*.yaml", "deploy/x/a.yaml"));
    EXPECT_TRUE(covers("**/*.yaml", "a.yaml"));
    EXPECT_TRUE(covers("a/**/z", "a/z"));
    EXPECT_TRUE(covers("a/**/z", "a/b/c/z"));
    EXPECT_FALSE(covers("a/**/z", "a/bz"));
    EXPECT_TRUE(covers("/", "anything/at/all"));
    EXPECT_TRUE(covers("charts/pay?ent", "charts/payment/values.yaml"));
}

TEST(Glob, a_hostile_pattern_costs_nothing) {
    const std::string path(3000, 'a');
    EXPECT_FALSE(covers("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", path));
    std::string folders;
    for (int i = 0; i < 300; ++i) folders += "**/";
    EXPECT_FALSE(covers(folders + "b", std::string(200, '/') + "c"));
}

}  // namespace
}  // namespace insight::github

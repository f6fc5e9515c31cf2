#include "collectors/sources_page.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "collectors/postgres/grants.h"
#include "tests/tree.h"

namespace insight::collectors {
namespace {

using testing::HasSubstr;
using testing::Not;

const Descriptor& source(const char* name) {
    return *find(name);
}

TEST(SourcesPage, the_committed_page_is_what_the_descriptors_say) {
    std::ifstream file(test::tree() / "docs/sources.md");
    std::stringstream text;
    text << file.rdbuf();
    // the first line that differs is enough to read
    std::stringstream committed(text.str());
    std::stringstream written(sources_page(all()));
    std::string line;
    std::string other;
    while (std::getline(written, line)) {
        std::getline(committed, other);
        ASSERT_EQ(other, line) << "run: devops-insight config sources > docs/sources.md";
    }
    EXPECT_FALSE(std::getline(committed, other)) << other;
}

TEST(SourcesPage, every_source_says_what_it_reads_and_with_which_rights) {
    for (const Descriptor* one : all()) {
        EXPECT_FALSE(one->reads.empty()) << one->name;
        ASSERT_NE(one->rights, nullptr) << one->name;
        EXPECT_FALSE(one->rights(default_instance(*one)).empty()) << one->name;
        for (const ReadItem& item : one->reads)
            for (const std::string_view text : {item.what, item.gives, item.cost}) {
                EXPECT_FALSE(text.empty()) << one->name << ": " << item.what;
                EXPECT_EQ(text.find_first_of("|\n"), std::string_view::npos) << text;
            }
    }
}

TEST(SourcesPage, rights_follow_the_instance_and_print_no_password) {
    const config::Instance postgres("orders", base::Json::object(),
                                    {{"dsn", base::Secret("postgresql://Ann:s3cret-1@db/shop")}});
    const std::string grants = source("postgres").rights(postgres);
    EXPECT_THAT(grants, HasSubstr("GRANT pg_monitor TO \"Ann\";"));
    EXPECT_THAT(grants, HasSubstr("GRANT CONNECT ON DATABASE \"shop\" TO \"Ann\";"));
    EXPECT_THAT(grants, Not(HasSubstr("s3cret-1")));

    const config::Instance redis("cart", {{"username", "eye"}},
                                 {{"password", base::Secret("s3cret-2")}});
    const std::string line = source("redis").rights(redis);
    EXPECT_THAT(line, HasSubstr("ACL SETUSER eye on ><password> resetkeys"));
    EXPECT_THAT(line, HasSubstr("+cluster|nodes"));
    EXPECT_THAT(line, Not(HasSubstr("s3cret-2")));
    EXPECT_THAT(line, Not(HasSubstr("+config")));

    const config::Instance one_space("east", {{"namespaces", {"shop"}}, {"logs", false}}, {});
    const std::string role = source("kubernetes").rights(one_space);
    EXPECT_THAT(role, HasSubstr("namespace: shop"));
    EXPECT_THAT(role, Not(HasSubstr("pods/log")));
    EXPECT_THAT(role, Not(HasSubstr("secrets")));
    EXPECT_THAT(role, Not(HasSubstr("*")));
}

TEST(SourcesPage, a_name_that_is_no_plain_word_is_quoted_for_sql) {
    const config::Instance odd("o", base::Json::object(),
                               {{"dsn", base::Secret("user='a\"; DROP ROLE b' dbname=x")}});
    EXPECT_THAT(source("postgres").rights(odd),
                HasSubstr("CREATE ROLE \"a\"\"; DROP ROLE b\" LOGIN"));
}

TEST(PostgresEncryption, what_is_open_or_unproven_on_the_way_is_told_with_the_fix) {
    using postgres::encryption;
    EXPECT_TRUE(encryption({{"ssl", false}, {"server_addr", "127.0.0.1"}}, {}, {}, 0).ok);
    EXPECT_TRUE(encryption({{"ssl", false}, {"server_addr", nullptr}}, {}, {}, 0).ok);
    const Probe open = encryption({{"ssl", false}, {"server_addr", "10.0.0.1"}}, {}, {}, 0);
    EXPECT_FALSE(open.ok);
    EXPECT_THAT(open.fix, HasSubstr("sslmode=verify-full"));
    const base::Json tls{{"ssl", true}, {"version", "TLSv1.3"}, {"server_addr", "10.0.0.1"}};
    const net::ShownChain chain{"TLSv1.3", {{"CN=db", 0, 90 * 24 * base::kHour, "CN=ours"}}};
    const Probe unproven = encryption(tls, chain, std::nullopt, 0);
    EXPECT_FALSE(unproven.ok);
    EXPECT_EQ(unproven.finding, "TLSv1.3, but anybody's certificate would do");
    const Probe proven = encryption(tls, chain, "/etc/ours.pem", 0);
    EXPECT_TRUE(proven.ok);
    EXPECT_EQ(proven.finding, "TLSv1.3: CN=db until 1970-04-01; trusted by /etc/ours.pem");
}

}  // namespace
}  // namespace insight::collectors

#include <gmock/gmock.h>

#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

using AnyState = EachStore;
using SharedState = EachStore;

TEST_P(AnyState, keeps_samples_by_source_and_time_until_dropped) {
    const auto store = open();
    for (const base::Nanos time : {3, 1, 2, 4})
        ASSERT_TRUE(store->put_sample({"postgresql", "orders", time, {{"n", time}}}));
    ASSERT_TRUE(store->put_sample({"postgresql", "other", 2, base::Json::array()}));
    ASSERT_TRUE(store->put_sample({"postgresql", "orders", 2, {{"n", "newer"}}}));
    const auto found = store->samples("postgresql", "orders", 2, 3);
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ((*found)[0].content.at("n"), "newer");
    EXPECT_EQ((*found)[1].time, 3);
    ASSERT_TRUE(store->drop_samples(3));
    EXPECT_EQ(store->samples("postgresql", "orders", 0, 100)->size(), 2U);
    EXPECT_TRUE(store->samples("postgresql", "other", 0, 100)->empty());
}

TEST_P(AnyState, finds_tokens_by_digest_and_drops_them_by_name) {
    const auto store = open();
    ASSERT_TRUE(store->put_token("d1", {"webhook", Role::Operator, 5}));
    ASSERT_TRUE(store->put_token("d2", {"anna", Role::Admin, 6}));
    EXPECT_EQ(store->token("d1")->name, "webhook");
    EXPECT_EQ(store->token("d1")->role, Role::Operator);
    EXPECT_EQ(store->token("d3").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(store->put_token("d3", {"anna", Role::Viewer, 7}).error().kind, ErrorKind::Conflict);
    ASSERT_EQ(store->tokens()->size(), 2U);
    EXPECT_EQ((*store->tokens())[0].name, "anna");
    ASSERT_TRUE(store->drop_token("anna"));
    EXPECT_EQ(store->drop_token("anna").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(store->token("d2").error().kind, ErrorKind::NotFound);
}

TEST(Roles, have_one_name_each) {
    for (const Role role : {Role::Viewer, Role::Operator, Role::Approver, Role::Admin})
        EXPECT_EQ(*role_from(name(role)), role);
    EXPECT_THAT(role_from("root").error().message,
                HasSubstr("viewer, operator, approver or admin"));
}

TEST_P(AnyState, lists_incidents_newest_first_in_pages) {
    const auto store = open();
    std::vector<std::string> ids;
    for (const char* group : {"a", "b", "c"})
        ids.push_back(store->accept(delivery(group, {firing("x")}))->incidents.at(0));
    const auto first = store->incidents({2, ""});
    ASSERT_TRUE(first) << first.error().text();
    ASSERT_EQ(first->size(), 2U);
    EXPECT_EQ((*first)[0].incident.id, ids[2]);
    EXPECT_EQ((*first)[1].incident.id, ids[1]);
    EXPECT_EQ((*first)[1].incident.alerts.size(), 1U);
    const auto second = store->incidents({2, ids[1]});
    ASSERT_EQ(second->size(), 1U);
    EXPECT_EQ((*second)[0].incident.id, ids[0]);
    EXPECT_EQ(store->incidents({2, "inc-none"}).error().kind, ErrorKind::NotFound);
    EXPECT_THAT(store->incident("inc-none").error().message, HasSubstr("inc-none"));
}

TEST(StoreUrl, is_refused_without_showing_its_password) {
    for (const char* url : {"", "insight.db", "sqlite://relative.db", "sqlite:///folder/",
                            "mysql://anna:secret@db/insight", "postgresql://anna:secret@db",
                            "postgresql://anna:sec/ret@db/insight",
                            "postgresql://anna:secret@db/insight?no_such=secret",
                            "postgresql://anna:secret@db/insight?schema=Secret\""}) {
        const auto store = open_store(url);
        ASSERT_FALSE(store) << url;
        EXPECT_EQ(store.error().kind, ErrorKind::Invalid);
        EXPECT_THAT(store.error().message, AnyOf(HasSubstr("sqlite:///"), HasSubstr("//user@")));
        EXPECT_THAT(store.error().text(), Not(AnyOf(HasSubstr("secret"), HasSubstr("ret@"))));
    }
}

TEST_P(SharedState, holds_everything_after_reopening) {
    std::string id;
    {
        const auto store = open();
        id = store->accept(delivery("g", {firing("a")}))->incidents.at(0);
        ASSERT_TRUE(store->put_sample({"redis", "main", 1, {{"n", 1}}}));
    }
    const auto store = open();
    EXPECT_EQ(store->incident(id)->incident.alerts.size(), 1U);
    EXPECT_EQ(store->samples("redis", "main", 0, 9)->size(), 1U);
    EXPECT_TRUE(*store->claim(kStart, base::kHour));
}

INSIGHT_ON_EACH_STORE(AnyState);
INSIGHT_ON_SHARED_STORES(SharedState);

}  // namespace
}  // namespace insight::store

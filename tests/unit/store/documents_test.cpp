#include "core/store/documents.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using base::Json;
using testing::HasSubstr;

using AnyDocuments = EachStore;

Document note(const std::string& key, Json body, std::int64_t version = 0, base::Nanos time = 1) {
    return {"notes", key, version, time, std::move(body)};
}

std::vector<std::string> keys(const base::Result<std::vector<Document>>& found) {
    std::vector<std::string> out;
    for (const Document& document : found.value()) out.push_back(document.key);
    return out;
}

TEST_P(AnyDocuments, come_back_as_written_with_a_version_that_grows) {
    const auto store = open();
    Documents& documents = store->documents();
    EXPECT_EQ(documents.document("notes", "a").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(*documents.put(note("a", {{"n", 1}, {"text", "\u00e9\n"}})), 1);
    EXPECT_EQ(*documents.put(note("a", {{"n", 2}}, 1, 77)), 2);
    const auto found = documents.document("notes", "a");
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_EQ(found->version, 2);
    EXPECT_EQ(found->updated_at, 77);
    EXPECT_EQ(found->body, Json({{"n", 2}}));
    EXPECT_EQ(documents.document("other", "a").error().kind, ErrorKind::NotFound);
}

TEST_P(AnyDocuments, refuse_who_read_an_older_version) {
    const auto store = open();
    Documents& documents = store->documents();
    ASSERT_TRUE(documents.put(note("a", "first")));
    EXPECT_EQ(documents.put(note("a", "second new one")).error().kind, ErrorKind::Conflict);
    ASSERT_TRUE(documents.put(note("a", "mine", 1)));
    EXPECT_EQ(documents.put(note("a", "yours", 1)).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(documents.put(note("b", "never there", 3)).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(documents.document("notes", "a")->body, "mine");
}

TEST_P(AnyDocuments, lose_no_step_of_many_writers) {
    constexpr int kWriters = 4;
    constexpr int kSteps = 25;
    const auto store = open();
    ASSERT_TRUE(store->documents().put(note("count", 0)));
    std::atomic<int> conflicts{0};
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer)
        writers.emplace_back([&] {
            for (int done = 0; done < kSteps;) {
                auto mine = store->documents().document("notes", "count");
                mine->body = mine->body.get<int>() + 1;
                if (store->documents().put(*mine))
                    ++done;
                else
                    ++conflicts;
            }
        });
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(store->documents().document("notes", "count")->body, kWriters * kSteps);
    EXPECT_EQ(store->documents().document("notes", "count")->version, 1 + kWriters * kSteps);
}

TEST_P(AnyDocuments, are_listed_by_key_in_pages_or_newest_first) {
    const auto store = open();
    Documents& documents = store->documents();
    for (const auto& [key, time] :
         std::map<std::string, int>{{"a/1", 3}, {"a/2", 9}, {"a/3", 1}, {"a\xff", 2}, {"b", 99}})
        ASSERT_TRUE(documents.put(note(key, {}, 0, time)));
    EXPECT_THAT(keys(documents.documents({"notes", "a/", "", 2})),
                testing::ElementsAre("a/1", "a/2"));
    EXPECT_THAT(keys(documents.documents({"notes", "a/", "a/2", 2})), testing::ElementsAre("a/3"));
    EXPECT_THAT(keys(documents.documents({"notes", "a/", "", 2, true})),
                testing::ElementsAre("a/2", "a/1"));
    EXPECT_EQ(documents.documents({"notes", "", "", 100})->size(), 5U);
    EXPECT_EQ(documents.documents({"nothing", "", "", 100})->size(), 0U);
}

TEST_P(AnyDocuments, are_gone_when_dropped) {
    const auto store = open();
    ASSERT_TRUE(store->documents().put(note("a", {})));
    ASSERT_TRUE(store->documents().drop("notes", "a"));
    EXPECT_EQ(store->documents().drop("notes", "a").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(*store->documents().put(note("a", {})), 1) << "a new one starts over";
}

TEST_P(AnyDocuments, have_limits) {
    const auto store = open();
    Documents& documents = store->documents();
    EXPECT_EQ(documents.put(note("a", std::string((1U << 20) + 1, 'x'))).error().kind,
              ErrorKind::TooLarge);
    EXPECT_EQ(documents.put(note("", {})).error().kind, ErrorKind::Invalid);
    EXPECT_EQ(documents.put(note(std::string(513, 'k'), {})).error().kind, ErrorKind::Invalid);
    for (const char* name : {"", "Big", "a b", "x;DROP TABLE document"})
        EXPECT_EQ(documents.put({name, "a", 0, 1, {}}).error().kind, ErrorKind::Invalid) << name;
    EXPECT_TRUE(documents.put(note("it's; DROP TABLE document --", {})));
    EXPECT_EQ(documents.documents({"notes", "it's", "", 9})->size(), 1U);
}

INSIGHT_ON_EACH_STORE(AnyDocuments);

}  // namespace
}  // namespace insight::store

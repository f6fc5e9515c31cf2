// What holds for a store in a file only: its rights, and leases that a lone process takes over.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

TEST(StoreFile, is_made_for_its_owner_only) {
    const Folder folder;
    const auto store = opened("sqlite://" + folder.file("a/b/insight.db"));
    ASSERT_TRUE(store->accept(delivery("g", {firing("a")})));
    const auto mode = [&](const std::string& name) {
        struct stat state {};
        EXPECT_EQ(::stat(folder.file(name).c_str(), &state), 0) << name;
        return state.st_mode & 0777U;
    };
    EXPECT_EQ(mode("a"), 0700U);
    EXPECT_EQ(mode("a/b"), 0700U);
    EXPECT_EQ(mode("a/b/insight.db"), 0600U);
    EXPECT_EQ(mode("a/b/insight.db-wal"), 0600U);
    EXPECT_EQ(mode("a/b/insight.db.lock"), 0600U);
}

TEST(StoreFile, releases_the_leases_of_an_earlier_run) {
    const Folder folder;
    {
        const auto store = opened(folder.url());
        ASSERT_TRUE(store->accept(delivery("g", {firing("a")})));
        ASSERT_TRUE(*store->claim(kStart, base::kHour));
    }
    const auto job = opened(folder.url())->claim(kStart, base::kHour);
    ASSERT_TRUE(job && *job);
    EXPECT_EQ((*job)->attempts, 2);
}

TEST(StoreFile, leaves_the_leases_of_a_running_store_alone) {
    const Folder folder;
    const auto service = opened(folder.url());
    ASSERT_TRUE(service->accept(delivery("g", {firing("a")})));
    const auto job = service->claim(kStart, base::kHour);
    const auto beside = opened(folder.url());
    EXPECT_TRUE(beside->put_token("d", {"anna", Role::Admin, 1}));
    EXPECT_FALSE(*beside->claim(kStart, base::kHour));
    EXPECT_TRUE(service->finish(**job));
    EXPECT_TRUE(service->token("d"));
}

}  // namespace
}  // namespace insight::store

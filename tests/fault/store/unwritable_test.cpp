// A store that cannot be written says why and what to do, and goes on when it can.
#include <gmock/gmock.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/fault/store/child.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using testing::AllOf;
using testing::HasSubstr;

std::string big_sample(Store& store, int number) {
    const auto put =
        store.put_sample({"postgresql", "orders", number, {{"text", std::string(20'000, 'x')}}});
    return put ? "" : put.error().message;
}

// Fills the store until it refuses, frees room, and says what the store said.
void fill_and_free(const std::string& url, const std::function<void()>& free_room,
                   const Child::Say& say) {
    const auto store = opened(url);
    const auto before = store->accept(delivery("before", {firing("a")}));
    std::string refusal;
    for (int i = 0; i < 1000 && refusal.empty(); ++i) refusal = big_sample(*store, i);
    say(refusal);
    const auto health = store->healthy();
    const auto health_said = health ? std::string("healthy") : health.error().message;
    free_room();
    say(big_sample(*store, 2000).empty() ? "goes on" : "still stuck after " + health_said);
    say(store->healthy() ? "healthy" : "not healthy");
    say(store->incident(before->incidents.at(0)) ? "kept" : "lost");
}

TEST(FullDisk, is_said_so_and_left_behind_when_there_is_room_again) {
    const Folder folder;
    Child child([&](const Child::Say& say) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit tight{512U << 10, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &tight);
        fill_and_free(
            folder.url(),
            [] {
                const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
                ::setrlimit(RLIMIT_FSIZE, &wide);
            },
            say);
    });
    EXPECT_THAT(child.read(), AllOf(HasSubstr(folder.file("insight.db")),
                                    HasSubstr("no room left on its disk: free some space")));
    EXPECT_EQ(child.read(), "goes on");
    EXPECT_EQ(child.read(), "healthy");
    EXPECT_EQ(child.read(), "kept");
}

TEST(FullDisk, of_a_small_file_system_is_left_behind_as_well) {
    const Folder folder;
    Child child([&](const Child::Say& say) {
        // A mount of its own, gone with this process.
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
            say("cannot mount");
            return;
        }
        { std::ofstream(folder.file("ballast")) << std::string(300'000, 'x'); }
        fill_and_free(
            folder.url(), [&] { std::filesystem::remove(folder.file("ballast")); }, say);
    });
    const std::string first = child.read();
    if (first == "cannot mount") GTEST_SKIP() << "needs the right to mount a tmpfs";
    EXPECT_THAT(first, HasSubstr("no room left on its disk: free some space"));
    EXPECT_EQ(child.read(), "goes on");
    EXPECT_EQ(child.read(), "healthy");
    EXPECT_EQ(child.read(), "kept");
}

// Root may write everywhere: the child becomes nobody.
std::string opening_as_nobody(const std::string& url) {
    Child child([&](const Child::Say& say) {
        if (::geteuid() == 0 && ::setuid(65534) != 0) return;
        const auto store = open_store(url);
        if (!store)
            say(store.error().message);
        else {
            const auto health = (*store)->healthy();
            say(health ? "healthy" : health.error().message);
        }
    });
    return child.read();
}

TEST(ReadOnly, file_is_named_with_what_to_do) {
    const Folder folder;
    { opened(folder.url()); }
    ::chmod(folder.path().c_str(), 0755);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        ::chmod(entry.path().c_str(), 0444);
    EXPECT_THAT(opening_as_nobody(folder.url()),
                AllOf(HasSubstr(folder.file("insight.db")), HasSubstr("this user")));
}

TEST(ReadOnly, folder_is_named_with_what_to_do) {
    const Folder folder;
    ::chmod(folder.path().c_str(), 0555);
    EXPECT_THAT(opening_as_nobody("sqlite://" + folder.file("new/insight.db")),
                AllOf(HasSubstr(folder.file("new")), HasSubstr("this user may write there")));
    EXPECT_THAT(open_store("sqlite:///proc/insight.db").error().message,
                HasSubstr("/proc/insight.db cannot be made"));
}

TEST(Locked, store_says_so_and_goes_on_afterwards) {
    const Folder folder;
    const auto store = opened(folder.url());
    {
        Child child([&](const Child::Say& say) {
            sqlite3* other = nullptr;
            sqlite3_open(folder.file("insight.db").c_str(), &other);
            const int code = sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
            say(std::to_string(code));
            ::pause();
        });
        ASSERT_EQ(child.read(), "0");
        const auto accepted = store->accept(delivery("g", {firing("a")}));
        ASSERT_FALSE(accepted);
        EXPECT_EQ(accepted.error().kind, ErrorKind::Unavailable);
        EXPECT_THAT(accepted.error().message,
                    AllOf(HasSubstr(folder.file("insight.db")),
                          HasSubstr("locked by another process: end what else has this file")));
        const auto late = open_store(folder.url());
        EXPECT_THAT(late.error().message, HasSubstr("locked by another process"));
    }
    EXPECT_TRUE(store->accept(delivery("g", {firing("a")})));
    EXPECT_TRUE(store->healthy());
}

TEST(Foreign, files_are_refused_and_left_as_they_are) {
    const Folder folder;
    const std::string noise(100'000, 'n');
    { std::ofstream(folder.file("noise.db")) << noise; }
    const auto damaged = open_store("sqlite://" + folder.file("noise.db"));
    EXPECT_EQ(damaged.error().kind, ErrorKind::Unavailable);
    EXPECT_THAT(damaged.error().message,
                AllOf(HasSubstr("noise.db is damaged or no database"), HasSubstr("backup")));
    EXPECT_EQ(std::filesystem::file_size(folder.file("noise.db")), noise.size());

    sqlite3* other = nullptr;
    sqlite3_open(folder.file("other.db").c_str(), &other);
    sqlite3_exec(other, "CREATE TABLE theirs (x)", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_THAT(open_store("sqlite://" + folder.file("other.db")).error().message,
                HasSubstr("other.db is the database of another program"));
}

TEST(Foreign, tables_of_a_newer_version_are_refused) {
    const Folder folder;
    { opened(folder.url()); }
    sqlite3* other = nullptr;
    sqlite3_open(folder.file("insight.db").c_str(), &other);
    sqlite3_exec(other, "PRAGMA user_version = 999", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_THAT(open_store(folder.url()).error().message, HasSubstr("written by a newer version"));
}

TEST(Damaged, pages_are_said_so_when_they_are_met) {
    const Folder folder;
    {
        const auto store = opened(folder.url());
        for (int i = 0; i < 50; ++i) ASSERT_EQ(big_sample(*store, i), "");
    }
    {
        std::fstream file(folder.file("insight.db"),
                          std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096);
        file << std::string(200'000, '\x5a');
    }
    const auto store = open_store(folder.url());
    const std::string said = store ? big_sample(**store, 100) : store.error().message;
    EXPECT_THAT(said, HasSubstr("is damaged or no database"));
}

}  // namespace
}  // namespace insight::store

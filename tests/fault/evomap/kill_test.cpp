// A process that is killed at the worst moments publishes once all the same.
#include <spawn.h>
#include <sys/wait.h>

#include "tests/fault/evomap/fixtures.h"

extern char** environ;

namespace insight::evomap {
namespace {

class EvomapKill : public test::Evomap, public testing::WithParamInterface<const char*> {};

// Gives the wait status.
int run(const std::vector<std::string>& arguments) {
    std::vector<char*> words;
    std::string program = INSIGHT_EVOMAP_SENDER;
    words.push_back(program.data());
    std::vector<std::string> copies = arguments;
    for (std::string& word : copies) words.push_back(word.data());
    words.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawn(&child, program.c_str(), nullptr, nullptr, words.data(), environ) != 0)
        return -1;
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

TEST_P(EvomapKill, publishes_once) {
    const std::string url = "sqlite://" + folder_.path() + "/store.db";
    const Bundle bundle = test::some_bundle();
    {
        auto store = store::open_store(url).value();
        store::Parcel parcel;
        parcel.channel = kChannel;
        parcel.key = "inc-1";
        parcel.body = bundle_parcel(bundle);
        ASSERT_TRUE(store->outbox().post(parcel));
    }
    const std::string node = folder_.path() + "/sender";
    const int killed = run({url, node, server_.root(), GetParam(), "0"});
    ASSERT_TRUE(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGKILL) << killed;
    const bool arrived = std::string_view(GetParam()) == "after-publish";
    EXPECT_EQ(server_.hub().publications(), arrived ? 1 : 0);
    // The lease of the dead one runs out.
    const int second = run({url, node, server_.root(), "never", "120"});
    ASSERT_TRUE(WIFEXITED(second)) << second;
    EXPECT_EQ(WEXITSTATUS(second), 0);
    EXPECT_EQ(server_.hub().publications(), 1);
    EXPECT_TRUE(server_.hub().assets().contains(bundle.capsule_id()));
    EXPECT_EQ(calls("/a2a/hello"), 1U);  // the secret outlived the process
    const int third = run({url, node, server_.root(), "never", "600"});
    EXPECT_EQ(WEXITSTATUS(third), 5);  // nothing is left to do
}

INSTANTIATE_TEST_SUITE_P(Everywhere, EvomapKill,
                         testing::Values("before-note", "after-note", "after-publish"),
                         [](const auto& at) {
                             std::string name = at.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace insight::evomap

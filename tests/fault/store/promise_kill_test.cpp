// Documents, parcels and audit entries that a call returned for outlive kill -9.
#include <gmock/gmock.h>

#include "core/store/audit.h"
#include "core/store/documents.h"
#include "core/store/outbox.h"
#include "tests/fault/store/child.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

constexpr int kWritten = 60;

Parcel parcel(const std::string& key) {
    Parcel out;
    out.channel = "ticket";
    out.key = key;
    return out;
}

using KillWithPromises = EachStore;

TEST_P(KillWithPromises, keeps_every_document_parcel_and_audit_entry_that_was_acknowledged) {
    int written = 0;
    {
        Child child([&](const Child::Say& say) {
            const auto store = open();
            for (int i = 0;; ++i) {
                const std::string key = std::to_string(i);
                if (store->documents().put({"notes", key, 0, 1, i}) &&
                    store->outbox().post(parcel(key)) && store->audit().append({}))
                    say(key);
            }
        });
        for (; written < kWritten; ++written) ASSERT_EQ(child.read(), std::to_string(written));
        child.kill();
        while (child.read() == std::to_string(written)) ++written;
    }
    const auto store = open();
    for (int i = 0; i < written; ++i)
        EXPECT_EQ(store->documents().document("notes", std::to_string(i))->body, i);
    EXPECT_GE(store->outbox().parcels({"ticket", "", std::nullopt, 1000})->size(),
              static_cast<std::size_t>(written));
    const auto verified = store->audit().verify();
    ASSERT_TRUE(verified) << verified.error().text();
    EXPECT_GE(*verified, written);
}

TEST_P(KillWithPromises, of_a_sender_leaves_its_parcel_and_its_progress_to_the_next_run) {
    {
        Child child([&](const Child::Say& say) {
            const auto store = open();
            (void)store->outbox().post(parcel("a"));
            const auto mine = store->outbox().claim("ticket", kStart, 1000 * base::kHour);
            (void)store->outbox().note_progress(**mine, {{"step", 1}});
            say((*mine)->key);
            ::pause();
        });
        EXPECT_EQ(child.read(), "a");
        child.kill();
    }
    const auto store = open();
    // Alone with a file its lease is over at once, with a server when it ends.
    const base::Nanos then = GetParam() == On::Postgres ? kStart + 1000 * base::kHour : kStart;
    const auto next = store->outbox().claim("ticket", then, base::kHour);
    ASSERT_TRUE(next && *next) << "the lease of a process that is gone holds nothing up";
    EXPECT_EQ((*next)->attempts, 2);
    EXPECT_EQ((*next)->fence, 2);
    EXPECT_EQ((*next)->answer.at("step"), 1);
    EXPECT_TRUE(store->outbox().sent(**next, {}));
}

INSIGHT_ON_SHARED_STORES(KillWithPromises);

}  // namespace
}  // namespace insight::store

#include "core/store/outbox.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using base::Json;
using base::kHour;
using base::kSecond;
using testing::HasSubstr;

constexpr base::Nanos kPosted = kStart;
constexpr base::Nanos kLease = 60 * kSecond;

using AnyOutbox = EachStore;

Parcel parcel(const std::string& key, base::Nanos due_at = 0,
              ParcelState state = ParcelState::Waiting) {
    Parcel out;
    out.channel = "ticket";
    out.key = key;
    out.incident = "inc-1";
    out.body = {{"for", key}};
    out.state = state;
    out.due_at = due_at;
    out.created_at = kPosted;
    return out;
}

std::string claimed(Outbox& outbox, base::Nanos now = kPosted) {
    const auto found = outbox.claim("ticket", now, kLease);
    return found && *found ? (*found)->key : "";
}

TEST_P(AnyOutbox, keeps_one_parcel_a_key) {
    const auto store = open();
    EXPECT_TRUE(*store->outbox().post(parcel("a")));
    Parcel again = parcel("a");
    again.body = "other";
    EXPECT_FALSE(*store->outbox().post(again));
    const auto found = store->outbox().parcels({"ticket", "", std::nullopt, 10});
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->at(0).body.at("for"), "a");
    Parcel elsewhere = parcel("a");
    elsewhere.channel = "notification";
    EXPECT_TRUE(*store->outbox().post(elsewhere)) << "another channel, another parcel";
}

TEST_P(AnyOutbox, hands_out_what_is_due_first_once) {
    const auto store = open();
    Outbox& outbox = store->outbox();
    ASSERT_TRUE(outbox.post(parcel("late", kPosted + kHour)));
    ASSERT_TRUE(outbox.post(parcel("second", kPosted - 1)));
    ASSERT_TRUE(outbox.post(parcel("first", kPosted - 2)));
    EXPECT_EQ(claimed(outbox), "first");
    EXPECT_EQ(claimed(outbox), "second");
    EXPECT_EQ(claimed(outbox), "");
    EXPECT_EQ(claimed(outbox, kPosted + kHour), "first") << "its lease has run out";
    EXPECT_FALSE(*outbox.claim("evomap", kPosted + kHour, kLease)) << "another sender's channel";
}

TEST_P(AnyOutbox, refuses_the_answer_of_who_lost_the_lease) {
    const auto store = open();
    Outbox& outbox = store->outbox();
    ASSERT_TRUE(outbox.post(parcel("a")));
    const Parcel slow = **outbox.claim("ticket", kPosted, kLease);
    const Parcel quick = **outbox.claim("ticket", kPosted + kLease, kLease);
    EXPECT_EQ(quick.attempts, 2);
    EXPECT_GT(quick.fence, slow.fence);
    EXPECT_EQ(outbox.sent(slow, {}).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(outbox.retry(slow, "busy", kPosted).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(outbox.refused(slow, "no", {}).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(outbox.note_progress(slow, {}).error().kind, ErrorKind::Conflict);
    ASSERT_TRUE(outbox.sent(quick, {{"id", 7}}));
    EXPECT_EQ(outbox.sent(quick, {}).error().kind, ErrorKind::Conflict) << "ended is ended";
    const Parcel kept = outbox.parcels({"", "inc-1", ParcelState::Sent, 10})->at(0);
    EXPECT_EQ(kept.answer.at("id"), 7);
}

TEST_P(AnyOutbox, keeps_progress_and_the_last_failure_for_the_next_try) {
    const auto store = open();
    Outbox& outbox = store->outbox();
    ASSERT_TRUE(outbox.post(parcel("a")));
    const Parcel first = **outbox.claim("ticket", kPosted, kLease);
    ASSERT_TRUE(outbox.note_progress(first, {{"branch", "made"}}));
    ASSERT_TRUE(outbox.retry(first, "503 from\nthe tracker", kPosted + kHour));
    EXPECT_EQ(claimed(outbox), "") << "not due yet";
    const Parcel second = **outbox.claim("ticket", kPosted + kHour, kLease);
    EXPECT_EQ(second.answer.at("branch"), "made");
    EXPECT_EQ(second.note, "503 from the tracker");
    ASSERT_TRUE(outbox.refused(second, "the project is gone", {{"status", 410}}));
    EXPECT_EQ(claimed(outbox, kPosted + 100 * kHour), "");
    EXPECT_EQ(outbox.parcels({"ticket", "", ParcelState::Refused, 10})->at(0).note,
              "the project is gone");
}

TEST_P(AnyOutbox, holds_a_parcel_until_somebody_decides) {
    const auto store = open();
    Outbox& outbox = store->outbox();
    ASSERT_TRUE(outbox.post(parcel("yes", 0, ParcelState::Held)));
    ASSERT_TRUE(outbox.post(parcel("no", 0, ParcelState::Held)));
    EXPECT_EQ(claimed(outbox), "");
    ASSERT_TRUE(outbox.release("ticket", "yes", true, "anna"));
    ASSERT_TRUE(outbox.release("ticket", "no", false, "anna"));
    EXPECT_EQ(outbox.release("ticket", "no", true, "ben").error().kind, ErrorKind::Conflict)
        << "a refusal is final";
    EXPECT_EQ(outbox.release("ticket", "none", true, "ben").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(claimed(outbox), "yes");
    EXPECT_EQ(outbox.parcels({"ticket", "", ParcelState::Refused, 10})->at(0).note,
              "refused by anna");
}

TEST_P(AnyOutbox, gives_a_parcel_to_one_of_many_senders) {
    constexpr int kParcels = 40;
    const auto store = open();
    for (int i = 0; i < kParcels; ++i) ASSERT_TRUE(store->outbox().post(parcel(std::to_string(i))));
    std::atomic<int> taken{0};
    std::vector<std::thread> senders;
    for (int sender = 0; sender < 4; ++sender)
        senders.emplace_back([&] {
            for (;;) {
                const auto mine = store->outbox().claim("ticket", kPosted, kLease);
                if (!mine || !*mine) return;
                ++taken;
                EXPECT_TRUE(store->outbox().sent(**mine, {}));
            }
        });
    for (std::thread& sender : senders) sender.join();
    EXPECT_EQ(taken, kParcels);
    EXPECT_EQ(store->outbox().parcels({"ticket", "", ParcelState::Sent, 100})->size(), 40U);
}

TEST_P(AnyOutbox, has_limits) {
    const auto store = open();
    Parcel large = parcel("a");
    large.body = std::string((1U << 20) + 1, 'x');
    EXPECT_EQ(store->outbox().post(large).error().kind, ErrorKind::TooLarge);
    EXPECT_EQ(store->outbox().post(parcel("")).error().kind, ErrorKind::Invalid);
}

INSIGHT_ON_EACH_STORE(AnyOutbox);

}  // namespace
}  // namespace insight::store

#include "agent/outbox_courier.h"

#include <gtest/gtest.h>

#include "tests/unit/courier/memory_outbox.h"

namespace insight::agent {
namespace {

struct StoppedClock final : base::Clock {
    base::Nanos time = 1'000 * base::kSecond;
    [[nodiscard]] base::Nanos now() const override { return time; }
};

struct Scripted final : Sender {
    std::vector<Delivery> answers;  // the last one is given again and again
    std::vector<std::string> seen;
    Delivery deliver(const store::Parcel& parcel,
                     const std::function<base::Status(const base::Json&)>& note) override {
        seen.push_back(parcel.key + (parcel.answer.is_null() ? "" : "+"));
        EXPECT_TRUE(note({{"attempt", parcel.attempts}}));
        const std::size_t turn = std::min(seen.size(), answers.size()) - 1;
        return answers[turn];
    }
};

struct CourierTest : ::testing::Test {
    testing::MemoryOutbox outbox;
    StoppedClock clock;
    Scripted sender;
    OutboxCourier courier{outbox, clock, {{.name = "paper", .sender = sender, .most_attempts = 3}}};

    void post(const std::string& key, store::ParcelState state = store::ParcelState::Waiting) {
        store::Parcel parcel;
        parcel.channel = "paper";
        parcel.key = key;
        parcel.state = state;
        ASSERT_TRUE(outbox.post(parcel).value());
    }
    store::Parcel only() { return outbox.parcels({}).value().at(0); }
};

TEST_F(CourierTest, a_parcel_is_sent_once_and_keeps_the_answer) {
    sender.answers = {Delivery::sent({{"number", 7}})};
    post("a");
    EXPECT_EQ(courier.run_due().value(), 1);
    EXPECT_EQ(courier.run_due().value(), 0);
    EXPECT_EQ(only().state, store::ParcelState::Sent);
    EXPECT_EQ(only().answer, base::Json({{"number", 7}}));
}

TEST_F(CourierTest, what_is_held_waits_for_its_release) {
    sender.answers = {Delivery::sent()};
    post("a", store::ParcelState::Held);
    EXPECT_EQ(courier.run_due().value(), 0);
    ASSERT_TRUE(outbox.release("paper", "a", true, "ada"));
    EXPECT_EQ(courier.run_due().value(), 1);
}

TEST_F(CourierTest, delays_double_and_the_receiver_may_ask_for_more) {
    sender.answers = {Delivery::later("busy"), Delivery::later("busy"), Delivery::sent()};
    post("a");
    EXPECT_EQ(courier.run_due().value(), 1);
    EXPECT_EQ(only().due_at - clock.time, 5 * base::kSecond);
    EXPECT_EQ(courier.run_due().value(), 0) << "before its time";
    clock.time += 5 * base::kSecond;
    EXPECT_EQ(courier.run_due().value(), 1);
    EXPECT_EQ(only().due_at - clock.time, 10 * base::kSecond);
    EXPECT_EQ(sender.seen.back(), "a+") << "the progress of the first attempt is known";
    sender.answers = {Delivery::later("come back", base::kHour)};
    post("b");
    EXPECT_EQ(courier.run_due().value(), 1);
    EXPECT_EQ(outbox.parcels({}).value().at(1).due_at - clock.time, base::kHour);
}

TEST_F(CourierTest, gives_up_after_the_last_attempt_and_says_why) {
    sender.answers = {Delivery::later("no route to host")};
    post("a");
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(courier.run_due());
        clock.time += base::kHour;
    }
    EXPECT_EQ(sender.seen.size(), 3U);
    EXPECT_EQ(only().state, store::ParcelState::Refused);
    EXPECT_EQ(only().note, "given up after 3 attempts; the last one: no route to host");
}

TEST_F(CourierTest, errors_that_may_pass_are_tried_again_and_others_are_not) {
    using enum base::ErrorKind;
    for (const auto kind : {Unavailable, Timeout, Conflict})
        EXPECT_EQ(Delivery::failed({kind, "x"}).outcome, Delivery::Outcome::Later);
    for (const auto kind : {Invalid, NotFound, Denied, TooLarge, Corrupt, Internal})
        EXPECT_EQ(Delivery::failed({kind, "x"}).outcome, Delivery::Outcome::Refused);
}

TEST_F(CourierTest, a_bell_wakes_the_thread_and_stop_ends_it) {
    sender.answers = {Delivery::sent()};
    courier.start();
    post("a");
    courier.ring();
    const auto deadline = base::Deadline::after(std::chrono::seconds(1));
    while (only().state != store::ParcelState::Sent && !deadline.passed())
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    courier.stop();
    EXPECT_EQ(only().state, store::ParcelState::Sent);
}

}  // namespace
}  // namespace insight::agent

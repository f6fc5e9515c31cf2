#include "agent/chat/conversation.h"

#include <gtest/gtest.h>

#include "core/store/store.h"

namespace insight::agent::chat {
namespace {

TEST(Conversation, goes_through_the_store_and_keeps_the_last_exchanges) {
    auto store = store::open_store("sqlite:");
    ASSERT_TRUE(store);
    Conversation one;
    one.id = new_id(1'700'000'000'000'000'000);
    one.opened_at = 5;
    for (int i = 0; i < 45; ++i) {
        Exchange exchange;
        exchange.time = i;
        exchange.question = "q" + std::to_string(i);
        exchange.answer = std::string(i == 44 ? kLongestAnswer * 2 : 3, 'x');
        exchange.incident = "inc-0123456789abcdef";
        exchange.citations = {{"E1", "title", "source"}};
        ASSERT_TRUE(keep((*store)->documents(), one, exchange));
    }
    const auto back = load((*store)->documents(), one.id);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->exchanges.size(), kMostExchanges);
    EXPECT_EQ(back->dropped, 5);
    EXPECT_EQ(back->incident, "inc-0123456789abcdef");
    EXPECT_EQ(back->exchanges.front().question, "q5");
    EXPECT_EQ(back->exchanges.front().time, 5);
    EXPECT_EQ(back->exchanges.back().citations[0].title, "title");
    EXPECT_LE(back->exchanges.back().answer.size(), kLongestAnswer);
}

TEST(Conversation, of_two_writers_one_is_told_to_ask_again) {
    auto store = store::open_store("sqlite:");
    ASSERT_TRUE(store);
    Conversation one;
    one.id = new_id(0);
    ASSERT_TRUE(keep((*store)->documents(), one, {}));
    auto other = load((*store)->documents(), one.id);
    ASSERT_TRUE(other);
    ASSERT_TRUE(keep((*store)->documents(), one, {}));
    const auto late = keep((*store)->documents(), *other, {});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, base::ErrorKind::Conflict);
}

TEST(Conversation, what_cannot_be_an_id_is_not_found) {
    auto store = store::open_store("sqlite:");
    ASSERT_TRUE(store);
    for (const std::string id : {"", "x", "chat-../../x", "chat-00000000"}) {
        const auto none = load((*store)->documents(), id);
        ASSERT_FALSE(none);
        EXPECT_EQ(none.error().kind, base::ErrorKind::NotFound);
    }
}

}  // namespace
}  // namespace insight::agent::chat

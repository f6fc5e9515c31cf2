// Credentials become tokens where they are collected, and the doors know them by the same tokens.
#include "core/base/redaction/entrance.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <thread>

#include "core/base/redaction.h"
#include "core/base/text.h"

namespace insight::base {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kValue = "hunter2-In-the-Dark";

class EntranceTest : public testing::Test {
  protected:
    KeyOfEntrance key{[] { return Secret("the key of this installation"); }};
    Border door{{}, Secret("the key of this installation")};
};

// "<password:0123456789ab>" → its digits
std::string digits_in(const std::string& text) {
    const std::size_t colon = text.find(':', text.find('<'));
    return colon == std::string::npos ? "" : text.substr(colon + 1, 12);
}

TEST_F(EntranceTest, a_value_has_the_token_that_the_doors_give_it) {
    const std::string value(kValue);
    const std::string at_door = door.hide("password=" + value);
    EXPECT_EQ(veiled("password=" + value), at_door);
    EXPECT_EQ(veiled_value(value, "DB_PASSWORD"), at_door.substr(9));
    // whatever stands around it, and however it is encoded
    for (const std::string& text :
         {"postgres://app:" + value + "@db/orders", "ALTER ROLE app PASSWORD '" + value + "'",
          "{\"db_password\": \"" + value + "\"}", "+  DB_PASSWORD: " + value,
          std::string("url=redis%3A%2F%2F%3Ahunter2-In-the-Dark%40cache")})
        EXPECT_EQ(digits_in(veiled(text)), digits_in(at_door)) << veiled(text);
}

TEST_F(EntranceTest, a_door_names_the_token_of_another_kind_as_its_own) {
    const std::string value(kValue);
    const std::string log = veiled("token: " + value);
    ASSERT_THAT(log, HasSubstr("<token:"));
    const std::string event = door.hide("password=" + value);
    EXPECT_EQ(door.hide(log).substr(7), event.substr(9)) << "the door spoke of it first";
    Border second{{}, Secret("the key of this installation")};
    EXPECT_EQ(second.hide(log), log);
    EXPECT_EQ(second.hide("password=" + value).substr(9), log.substr(7)) << "the log came first";
    EXPECT_EQ(second.hide(Json{{"password", log.substr(7)}})["password"], log.substr(7));
}

TEST_F(EntranceTest, what_went_through_is_unchanged_by_both) {
    const std::string once = veiled("password=" + std::string(kValue) + " Bearer abc123DEF456ghi");
    EXPECT_EQ(veiled(once), once);
    EXPECT_EQ(door.hide(once), once);
    EXPECT_EQ(redact(once), once);
    EXPECT_EQ(veiled_value(once.substr(9, 23), "password"), once.substr(9, 23));
}

TEST_F(EntranceTest, what_was_hidden_here_is_known_bare_everywhere) {
    const std::string value(kValue);
    const std::string token = veiled_value(value, "REDIS_PASSWORD");
    EXPECT_EQ(veiled("tried " + value + " twice"), "tried " + token + " twice");
    EXPECT_EQ(door.hide("tried " + value + " twice"), "tried " + token + " twice");
    Border stranger{{}, Secret("another key")};
    EXPECT_THAT(stranger.hide("tried " + value), Not(HasSubstr(value)));
}

TEST_F(EntranceTest, people_and_addresses_are_left_to_the_doors) {
    const std::string text =
        "order of ann@example.com paid with 4111 1111 1111 1111 by DE89370400440532013000";
    EXPECT_EQ(veiled(text), text);
    EXPECT_EQ(veiled("nothing of note at 12:01"), "nothing of note at 12:01");
}

TEST_F(EntranceTest, collectors_may_veil_at_the_same_time) {
    std::vector<std::string> seen(8);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < seen.size(); ++i)
        threads.emplace_back([&seen, i] {
            for (int n = 0; n < 200; ++n) {
                (void)veiled("secret=" + std::to_string(i * 1000 + static_cast<std::size_t>(n)) +
                             "-Abcdefgh");
                seen[i] = veiled("password=" + std::string(kValue));
            }
        });
    threads.clear();
    for (const std::string& one : seen) EXPECT_EQ(one, seen.front());
}

TEST_F(EntranceTest, the_key_is_asked_for_at_the_first_secret_only) {
    int asked = 0;
    {
        const KeyOfEntrance late([&] {
            ++asked;
            return Secret("k");
        });
        (void)veiled("GET /health 200");
        EXPECT_EQ(asked, 0);
        (void)veiled("password=abc-DEF-123");
        (void)veiled("password=abc-DEF-456");
        EXPECT_EQ(asked, 1);
    }
    // without one: a random key, never the value
    EXPECT_THAT(veiled("password=abc-DEF-123"), Not(HasSubstr("abc-DEF")));
}

// The source once was a store that was gone before the last collector had finished.
TEST(KeyOfEntrance, nobody_asks_a_source_whose_holder_is_gone) {
    auto store = std::make_unique<std::string>("a key out of a store");
    auto key = std::make_unique<KeyOfEntrance>([kept = store.get()] { return Secret(*kept); });
    key.reset();
    store.reset();
    const std::string other = veiled("password=" + std::string(kValue));
    Border door{{}, Secret("a key out of a store")};
    EXPECT_NE(other, door.hide("password=" + std::string(kValue))) << "its key is forgotten";
    EXPECT_THAT(other, Not(HasSubstr(std::string(kValue))));
}

TEST(KeyOfEntrance, the_end_of_one_waits_for_who_is_asking_it) {
    std::atomic<bool> inside = false;
    std::atomic<bool> answered = false;
    auto key = std::make_unique<KeyOfEntrance>([&] {
        inside = true;
        std::this_thread::yield();
        answered = true;
        return Secret("k");
    });
    std::jthread collector([] { (void)veiled("password=abc-DEF-123"); });
    while (!inside) std::this_thread::yield();
    key.reset();
    EXPECT_TRUE(answered);
}

TEST(KeyOfEntrance, the_end_of_an_earlier_one_takes_nothing_from_the_later) {
    auto first = std::make_unique<KeyOfEntrance>([] { return Secret("first"); });
    const KeyOfEntrance second([] { return Secret("second"); });
    const std::string before = veiled("password=abc-DEF-123");
    first.reset();
    EXPECT_EQ(veiled("password=abc-DEF-123"), before);
    Border door{{}, Secret("second")};
    EXPECT_EQ(before, door.hide("password=abc-DEF-123"));
}

}  // namespace
}  // namespace insight::base

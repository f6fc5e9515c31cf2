// A text that is shortened shows no half of what a border would have hidden.
#include <gtest/gtest.h>

#include "core/base/redaction.h"
#include "core/base/redaction/uncut.h"
#include "core/base/text.h"

namespace insight::base {
namespace {

struct Held {
    std::string written;
    std::string value;  // what of it says something
};

const std::vector<Held> kHeld{
    {"ann.lee+orders@shop.example.com", "ann.lee+orders@shop"},
    {"4111 1111 1111 1111", "4111 1111 1111 1111"},
    {"DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"},
    {"10.20.30.40", "10.20.30.40"},
    {"password=\"two words, really\"", "two words, really"},
    {"postgres://app:s3cr3t-Value@orders-db:5432/x", "s3cr3t-Value"},
    {"<password>Tr0ub4dor-And-3</password>", "Tr0ub4dor-And-3"},
    {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
     "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"},
};
constexpr std::size_t kPiece = 5;  // bytes in a row that would say something

TEST(Uncut, no_half_of_what_would_be_hidden_is_left_at_any_length) {
    for (const Held& held : kHeld) {
        const std::string text = "customer " + held.written + " was refused by the payment service";
        for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
            Border whole({true, true, false, {}}, Secret("k"));
            const std::string cut = shorten(text, bytes);
            ASSERT_LE(cut.size(), std::max<std::size_t>(bytes, 3));
            const std::string left = whole.hide(cut);
            for (std::size_t at = 0; at + kPiece <= held.value.size(); ++at)
                ASSERT_EQ(left.find(held.value.substr(at, kPiece)), std::string::npos)
                    << bytes << ": " << left;
        }
    }
}

TEST(Uncut, a_token_is_shown_whole_or_not) {
    const std::string text = "password=<password:0123456789ab> was refused";
    for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
        const std::string cut = shorten(text, bytes);
        EXPECT_EQ(cut.find('<'), cut.find("<password:0123456789ab>")) << cut;
    }
}

TEST(Uncut, ordinary_text_is_cut_where_it_was) {
    const std::string text = "connection refused by the payment service after three attempts";
    for (std::size_t at = 0; at <= text.size(); ++at) EXPECT_EQ(redaction::uncut(text, at), at);
    EXPECT_EQ(shorten(text, 20), "connection refuse\u2026");
}

TEST(Uncut, looks_through_encodings_and_far_back) {
    const std::string url = "GET /pay?email=ann%40example.com&card=4111111111111111";
    EXPECT_EQ(redaction::uncut(url, url.find("%40") + 2), url.find("ann"));
    const std::string jwt =
        "eyJ" + std::string(900, 'a') + "." + std::string(400, 'b') + "." + "cc";
    EXPECT_EQ(redaction::uncut("sent " + jwt, 1'000), 5U);
    const std::string big(100'000, 'x');
    EXPECT_EQ(redaction::uncut(big, 50'000), 50'000U);
    EXPECT_EQ(redaction::uncut(big, 0), 0U);
    EXPECT_EQ(redaction::uncut(big, 200'000), 200'000U);
}

}  // namespace
}  // namespace insight::base

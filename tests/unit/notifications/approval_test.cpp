#include "agent/notifications/approval.h"

#include <gmock/gmock.h>

#include "core/base/base64.h"

namespace insight::notifications {
namespace {

using base::ErrorKind;

const base::Secret kKey("0123456789abcdef");
const Approval kApproval{"pull_request", "acme/shop/é", "d1", 1000};

TEST(Approval, comes_back_from_its_link) {
    const std::string token = sign(kApproval, kKey);
    const auto back = read_signed(token, kKey, 999);
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->channel, "pull_request");
    EXPECT_EQ(back->key, "acme/shop/é");
    EXPECT_EQ(back->digest, "d1");
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789-_."),
              std::string::npos)
        << "fit for a URL";
}

TEST(Approval, ends_when_its_time_is_over) {
    EXPECT_EQ(read_signed(sign(kApproval, kKey), kKey, 1000).error().kind, ErrorKind::Conflict);
}

TEST(Approval, is_refused_when_a_single_letter_was_changed) {
    const std::string token = sign(kApproval, kKey);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(read_signed(changed, kKey, 1)) << i;
    }
    EXPECT_FALSE(read_signed(token, base::Secret("another key"), 1));
    EXPECT_FALSE(read_signed(token, base::Secret(), 1));
    // A later end under the old seal.
    Approval longer = kApproval;
    longer.expires_at = 1'000'000;
    const std::string other = sign(longer, kKey);
    EXPECT_FALSE(
        read_signed(other.substr(0, other.find('.')) + token.substr(token.find('.')), kKey, 1));
}

TEST(Approval, is_not_read_out_of_rubbish) {
    for (const std::string& token :
         {std::string(), std::string("."), std::string("a.b"), std::string(1 << 20, '.'),
          std::string("..."), base::base64url("{}") + "." + std::string(64, '0')})
        EXPECT_EQ(read_signed(token, kKey, 1).error().kind, ErrorKind::Invalid);
}

}  // namespace
}  // namespace insight::notifications

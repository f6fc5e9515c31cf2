// Envelopes and signatures.
#include <gtest/gtest.h>

#include "core/base/time.h"
#include "evomap/envelope.h"
#include "evomap/signature.h"
#include "tests/contract/evomap/vectors.h"

namespace insight::evomap {
namespace {

using test::vectors;

TEST(EvomapMessages, messages_are_recognised_as_the_reference_recognises_them) {
    for (const Json& vector : vectors()["is_valid_message"])
        EXPECT_EQ(is_message(vector.value("message", Json())), vector["evolver-1.94.0"].get<bool>())
            << vector["name"];
}

TEST(EvomapMessages, our_envelopes_have_the_keys_of_theirs_and_are_valid) {
    for (const Json& vector : vectors()["envelopes"]) {
        if (!vector.contains("message")) continue;
        const Json& theirs = vector["message"];
        const Json ours =
            envelope({.type = theirs["message_type"],
                      .sender = theirs["sender_id"],
                      .message_id = {},
                      .time = base::parse_rfc3339(theirs["timestamp"].get<std::string>()).value(),
                      .payload = theirs["payload"]});
        Json same = theirs;
        same["message_id"] = ours["message_id"];
        EXPECT_EQ(ours, same);
        EXPECT_TRUE(is_message(ours));
        EXPECT_EQ(ours["message_id"].get<std::string>().size(),
                  theirs["message_id"].get<std::string>().size());
    }
}

TEST(EvomapMessages, a_repeat_has_the_id_of_the_first) {
    EXPECT_EQ(repeated_message_id("a"), repeated_message_id("a"));
    EXPECT_NE(repeated_message_id("a"), repeated_message_id("b"));
    EXPECT_EQ(repeated_message_id("a").size(), 49U);
    EXPECT_NE(fresh_message_id(0), fresh_message_id(0));
}

TEST(EvomapMessages, signatures_are_theirs) {
    ASSERT_FALSE(vectors()["signature_vectors"].empty());
    for (const Json& vector : vectors()["signature_vectors"]) {
        const base::Secret secret(vector["secret"].get<std::string>());
        const std::string gene = vector["gene_asset_id"];
        const std::string capsule = vector["capsule_asset_id"];
        EXPECT_EQ(sign_bundle(secret, gene, capsule), vector["bundle_signature"]);
        EXPECT_EQ(sign_bundle(secret, capsule, gene), vector["bundle_signature"]);
        EXPECT_EQ(sign_asset(secret, vector["single_message"].get<std::string>()),
                  vector["single_signature"]);
    }
}

}  // namespace
}  // namespace insight::evomap

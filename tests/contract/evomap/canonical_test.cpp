// Canonical text and ids, byte for byte as the network's own programs compute them.
#include <gtest/gtest.h>

#include <bit>

#include "core/base/crypto.h"
#include "evomap/asset_hasher.h"
#include "evomap/canonical.h"
#include "tests/contract/evomap/vectors.h"

namespace insight::evomap {
namespace {

using test::vectors;

std::string from_hex(const std::string& hex) {
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return out;
}

TEST(EvomapVectors, every_asset_has_their_canonical_text_and_id) {
    ASSERT_GE(vectors()["assets"].size(), 88U);
    AssetHasher hasher;
    for (const Json& vector : vectors()["assets"]) {
        Json asset = vector["asset"];
        EXPECT_EQ(hasher.id(base::dump_json(asset), "it").value(), vector["asset_id"])
            << vector["name"];
        EXPECT_EQ(asset_id(asset).value(), vector["asset_id"]) << vector["name"];
        asset.erase("asset_id");
        EXPECT_EQ(canonical(asset).value(), vector["canonical"]) << vector["name"];
    }
    EXPECT_EQ(hasher.slow(), 0U) << "every usual asset is hashed from its text";
}

TEST(EvomapVectors, every_text_is_read_as_they_read_it_or_refused) {
    AssetHasher hasher;
    for (const Json& vector : vectors()["raw_assets"]) {
        const std::string name = vector["name"];
        const auto id = hasher.id(vector["asset_json"].get<std::string>(), "the asset");
        const auto asset = parse_asset(vector["asset_json"].get<std::string>(), "the asset");
        // JavaScript loses both on the way; an id that others cannot repeat is worth nothing.
        if (name == "raw/overflow-infinity" || name == "raw/proto-key-top") {
            EXPECT_FALSE(asset.has_value()) << name;
            EXPECT_FALSE(id.has_value()) << name;
            continue;
        }
        ASSERT_TRUE(asset.has_value()) << name << ": " << asset.error().text();
        EXPECT_EQ(canonical(*asset).value(), vector["canonical"]) << name;
        EXPECT_EQ(asset_id(*asset).value(), vector["asset_id"]) << name;
        EXPECT_EQ(id.value(), vector["asset_id"]) << name;
    }
}

TEST(EvomapVectors, lone_surrogates_are_refused) {
    for (const Json& vector : vectors()["lone_surrogates"]) {
        const std::string text = vector["asset_json"];
        EXPECT_FALSE(parse_asset(text, "the asset")) << text;
        EXPECT_FALSE(AssetHasher().id(text, "the asset")) << text;
    }
}

TEST(EvomapVectors, what_survives_the_wire_from_javascript_has_its_id) {
    for (const Json& vector : vectors()["javascript_only"]) {
        const auto asset = parse_asset(vector["wire_json"].get<std::string>(), "the asset");
        ASSERT_TRUE(asset.has_value()) << vector["name"];
        EXPECT_EQ(asset_id(*asset).value(), vector["asset_id_after_wire"]) << vector["name"];
    }
}

TEST(EvomapVectors, every_number_is_printed_as_ecmascript_prints_it) {
    ASSERT_GE(vectors()["number_vectors"].size(), 562U);
    AssetHasher hasher;
    for (const Json& vector : vectors()["number_vectors"]) {
        const auto bits = std::stoull(vector[0].get<std::string>(), nullptr, 16);
        std::string printed;
        append_number(printed, std::bit_cast<double>(static_cast<std::uint64_t>(bits)));
        EXPECT_EQ(printed, vector[1]) << vector[0];
        // What is printed reads back as itself, whichever way it is read.
        const std::string text = R"({"n":)" + printed + "}";
        EXPECT_EQ(hasher.id(text, "it").value(), "sha256:" + base::sha256_hex(text)) << text;
    }
}

TEST(EvomapVectors, every_character_is_written_as_they_write_it) {
    for (const Json& vector : vectors()["string_vectors"]) {
        const std::string expected = from_hex(vector["canonical_utf8_hex"]);
        // The quoted canonical text is JSON itself, so reading it gives the character.
        const auto character = base::parse_json(expected, "the character");
        ASSERT_TRUE(character.has_value()) << vector["codepoints"];
        EXPECT_EQ(canonical(*character).value(), expected) << vector["codepoints"];
        const std::string text = R"({"c":)" + expected + "}";
        EXPECT_EQ(AssetHasher().id(text, "it").value(), "sha256:" + base::sha256_hex(text))
            << vector["codepoints"];
    }
}

TEST(EvomapVectors, ids_are_verified_as_they_verify_them) {
    for (const Json& vector : vectors()["verify_vectors"])
        EXPECT_EQ(verifies(vector["asset"]), vector["valid"].get<bool>()) << vector["name"];
}

TEST(EvomapVectors, an_outcome_is_hashed_with_two_keys) {
    for (const Json& vector : vectors()["outcome_strip"]) {
        Json asset = vector["asset"];
        EXPECT_EQ(asset_id(asset).value(), vector["id_unstripped"]);
        asset["outcome"] = vector["wire_outcome"];
        EXPECT_EQ(asset_id(asset).value(), vector["id_stripped"]);
    }
}

}  // namespace
}  // namespace insight::evomap

// What hide() makes of 2,400 odd texts, held against what it made of them when every expression
// still ran over every byte; and the same for single detectors, finding by finding.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/base/crypto.h"
#include "core/base/redaction.h"
#include "core/base/redaction/find.h"
#include "tests/tree.h"
#include "tests/unit/base/odd_texts.h"

namespace insight::base {
namespace {

constexpr std::uint64_t kGroups = 60;
constexpr std::uint64_t kTexts = 40;  // of a group, through one border

RedactionRules rules_of(std::uint64_t group) {
    RedactionRules rules;
    if (group % 3 == 1) rules.words = {"Fabrikam"};
    if (group % 3 == 2)
        rules = {.private_addresses = true, .host_names = true, .paths = true, .words = {}};
    return rules;
}

std::string digest_of(std::uint64_t group) {
    Border border(rules_of(group), Secret("a key of this test"));
    Sha256 hash;
    for (std::uint64_t i = 0; i < kTexts; ++i) {
        const std::string text = odd_text(group * kTexts + i);
        hash.update(border.hide(text));
        hash.update(dump_json(border.hide(Json{{text, text}, {"password", {text}}})));
    }
    return hash.hex();
}

const std::string kGolden = test::data() / "secrets/hidden.txt";

TEST(HiddenTexts, are_byte_for_byte_what_they_always_were) {
    if (std::getenv("INSIGHT_WRITE_GOLDEN") != nullptr) {  // when a rule was changed on purpose
        std::ofstream out(kGolden);
        for (std::uint64_t group = 0; group < kGroups; ++group) out << digest_of(group) << "\n";
    }
    std::ifstream in(kGolden);
    std::string wanted;
    std::uint64_t group = 0;
    for (; std::getline(in, wanted); ++group)
        EXPECT_EQ(digest_of(group), wanted)
            << "texts " << group * kTexts << " to " << (group + 1) * kTexts - 1;
    EXPECT_EQ(group, kGroups);
}

std::string told(const redaction::Findings& findings) {
    std::string out;
    for (const redaction::Finding& one : findings)
        out += std::to_string(one.begin) + "-" + std::to_string(one.end) + " " +
               std::string(one.kind) + "\n";
    return out;
}

TEST(HiddenTexts, looking_only_where_it_is_likely_finds_the_same) {
    const RedactionRules rules;
    std::size_t found = 0;
    for (std::uint64_t seed = 1'000'000; seed < 1'001'500; ++seed) {
        const std::string text = odd_text(seed);
        redaction::Findings likely;
        redaction::Findings everywhere;
        redaction::find_all(text, rules, likely);
        redaction::find_all(text, rules, everywhere, redaction::Search::Everywhere);
        found += everywhere.size();
        ASSERT_EQ(told(likely), told(everywhere)) << "seed " << seed << ": " << text;
    }
    EXPECT_GT(found, 1'500U);  // the texts are worth looking at
}

}  // namespace
}  // namespace insight::base

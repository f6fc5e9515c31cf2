#include <gmock/gmock.h>

#include "core/model/health.h"

namespace insight::model {
namespace {

using testing::HasSubstr;

Json whole() {
    return {{"entity", "ledger-*"},
            {"owner", "ana"},
            {"reason", "moves next week"},
            {"expires", "2030-01-01T00:00:00Z"}};
}

TEST(Suppression, needs_owner_reason_end_and_a_matcher) {
    EXPECT_TRUE(suppression_from_json(whole()));
    for (const char* key : {"owner", "reason", "expires", "entity"}) {
        Json less = whole();
        less.erase(key);
        EXPECT_FALSE(suppression_from_json(less)) << key;
    }
}

TEST(Suppression, refuses_what_it_does_not_know) {
    for (const auto& [key, value] :
         std::vector<std::pair<std::string, Json>>{{"until", "x"},
                                                   {"area", "weather"},
                                                   {"expires", "soon"},
                                                   {"owner", 5},
                                                   {"entity", std::string(600, 'a')}}) {
        Json wrong = whole();
        wrong[key] = value;
        EXPECT_FALSE(suppression_from_json(wrong)) << key;
    }
    EXPECT_FALSE(suppression_from_json(Json::array()));
}

TEST(Suppression, matches_all_it_names_with_stars) {
    HealthFinding finding;
    finding.id = "hf-1";
    finding.area = HealthArea::Memory;
    finding.entity = {"pod", "ledger-7f-x"};
    finding.subject = "container_memory_rss";
    Suppression one;
    one.expires_at = 100;
    one.entity = "ledger-*";
    EXPECT_TRUE(covers(one, finding, 99));
    EXPECT_FALSE(covers(one, finding, 100));
    one.entity = "*7f*";
    one.subject = "*_rss";
    EXPECT_TRUE(covers(one, finding, 0));
    one.area = "disk";
    EXPECT_FALSE(covers(one, finding, 0));
    one = {};
    one.expires_at = 100;
    one.finding = "hf-2";
    EXPECT_FALSE(covers(one, finding, 0));
    one.finding = {};
    one.entity = "********************a";  // no matcher may take long
    EXPECT_FALSE(covers(one, finding, 0));
}

}  // namespace
}  // namespace insight::model

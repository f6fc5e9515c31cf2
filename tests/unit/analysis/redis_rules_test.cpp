#include <gmock/gmock.h>

#include "tests/unit/analysis/faults.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

TEST(MemoryEviction, names_the_limit_the_ratio_and_the_newcomer) {
    const model::Report report = report_on(evicting(false), incident("cart-cache"));
    ASSERT_EQ(first_class(report), "cache_eviction");
    const model::Cause& cause = report.causes.front();
    EXPECT_EQ(cause.entity.name, "cart-cache");
    EXPECT_THAT(cause.statement, testing::HasSubstr("32 MiB"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("98 % to 40 %"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("client bulk-import"));
    EXPECT_THAT(cause.statement, testing::Not(testing::HasSubstr("unproven")));
}

TEST(MemoryEviction, a_cache_that_always_evicts_is_as_usual) {
    EXPECT_NE(first_class(report_on(evicting(true), incident("cart-cache"))), "cache_eviction");
}

}  // namespace
}  // namespace insight::analysis

#include "analysis/evidence_book.h"

#include <gtest/gtest.h>

#include "tests/unit/analysis/builders.h"

namespace insight::analysis {
namespace {

using namespace test;

base::Json shown(const std::vector<model::DatabaseRow>& rows) {
    std::vector<const model::DatabaseRow*> list;
    for (const model::DatabaseRow& one : rows) list.push_back(&one);
    EvidenceBook book{model::Scope{}};
    return book.find(book.add_rows("rows", list, {"n"}))->content;
}

TEST(EvidenceBook, of_many_rows_the_newest_moments_are_kept_whole) {
    std::vector<model::DatabaseRow> rows;
    for (int moment = 0; moment < 10; ++moment)
        for (int n = 0; n < 8; ++n)
            rows.push_back(row("clients", kStart + moment * kMinute, {{"n", moment * 100 + n}}));
    const base::Json content = shown(rows);
    ASSERT_EQ(content["rows"].size(), 48U);
    EXPECT_EQ(content["rows"].front()[1], 400);
    EXPECT_EQ(content["rows"].back()[1], 907);
    EXPECT_EQ(content["more"], 32);
}

TEST(EvidenceBook, of_many_rows_of_one_moment_the_first_are_kept) {
    std::vector<model::DatabaseRow> rows;
    for (int n = 0; n < 70; ++n) rows.push_back(row("clients", kStart, {{"n", n}}));
    const base::Json content = shown(rows);
    ASSERT_EQ(content["rows"].size(), 50U);
    EXPECT_EQ(content["rows"].front()[1], 0);
    EXPECT_EQ(content["more"], 20);
}

}  // namespace
}  // namespace insight::analysis

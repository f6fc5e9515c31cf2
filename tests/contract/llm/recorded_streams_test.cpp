// Streams of the shapes that providers send (tests/data/llm; test_llm_apis.py holds them against
// the vendors' own types), cut at every byte.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/tree.h"
#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

using base::Json;

std::set<std::string> names() {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(insight::test::data() / "llm")) {
        const std::string file = entry.path().filename();
        if (file.ends_with(".expected.json")) out.insert(file.substr(0, file.find('.')));
    }
    return out;
}

class RecordedStream : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        bytes_ = test::recorded(GetParam());
        expected_ = test::expected(GetParam());
        provider_ = base::text_at(expected_, "provider");
        expected_.erase("provider");
        ASSERT_FALSE(bytes_.empty());
        ASSERT_FALSE(provider_.empty());
    }
    Json answer(const std::vector<std::string_view>& blocks) {
        const auto read = test::read(provider_, blocks, test::question("?"));
        return read ? test::to_json(*read) : Json(read.error().error.text());
    }

    std::string bytes_;
    Json expected_;
    std::string provider_;
};

TEST_P(RecordedStream, is_read_whole) {
    EXPECT_EQ(answer({bytes_}), expected_);
}

TEST_P(RecordedStream, is_read_the_same_cut_at_every_byte) {
    const std::string_view all = bytes_;
    for (std::size_t cut = 1; cut < all.size(); ++cut)
        ASSERT_EQ(answer({all.substr(0, cut), all.substr(cut)}), expected_) << "cut at " << cut;
}

TEST_P(RecordedStream, is_read_the_same_byte_by_byte) {
    std::vector<std::string_view> blocks;
    for (std::size_t at = 0; at < bytes_.size(); ++at)
        blocks.push_back(std::string_view(bytes_).substr(at, 1));
    EXPECT_EQ(answer(blocks), expected_);
}

// Wherever it ends too early: a failure that may be tried again, or the same answer (what is behind
// the stop is counts at most), but never a shorter one that is taken for whole.
TEST_P(RecordedStream, cut_off_is_never_taken_for_another_answer) {
    const std::string_view all = bytes_;
    for (std::size_t end = 0; end < all.size(); ++end) {
        const auto read = test::read(provider_, {all.substr(0, end)}, test::question("?"));
        if (!read) {
            ASSERT_TRUE(read.error().retry) << read.error().error.text();
            continue;
        }
        Json cut = test::to_json(*read);
        for (const char* part : {"text", "calls", "stop"})
            ASSERT_EQ(cut[part], expected_[part]) << part << " at " << end;
    }
}

INSTANTIATE_TEST_SUITE_P(Llm, RecordedStream, testing::ValuesIn(names()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace insight::llm

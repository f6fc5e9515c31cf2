// How a template's lines are counted, and which of them are kept to be quoted. Both are independent
// of the order that lines come in, so that parts of a window may be read in any order.
#pragma once

#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs {

inline constexpr std::size_t kWindowLines = 2;    // quoted of the window
inline constexpr std::size_t kBaselineLines = 1;  // and of the baseline

// Keeps the `most` earliest lines; of those of one moment the first by text.
void keep_earliest(std::vector<Line>& lines, const model::LogView& record, std::size_t most);

void count_bucket(std::vector<BucketCount>& buckets, std::uint16_t bucket, std::uint32_t lines);

void merge_counts(TemplateCount& into, TemplateCount&& from);

}  // namespace insight::analysis::logs

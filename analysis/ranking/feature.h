// What the ranking looks at in a candidate: named numbers, most of them between 0 and 1.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace insight::analysis::ranking {

enum class Feature : std::size_t {
    // How clearly the entity itself is abnormal, by family of clues.
    Resource,
    Latency,
    Errors,
    Traffic,
    LogNew,
    LogSurge,
    LogVanished,
    SelfTime,
    ErrorOrigin,
    Gap,
    Structure,
    OtherClue,
    Accused,
    // Observed mechanisms and changes.
    Directness,
    ChangeLikely,
    ChangeOnly,
    BehindChange,
    // The entity among the others.
    Share,
    Families,
    Excess,
    Deepest,
    Explains,
    ExplainedBelow,
    // The alert, and time.
    AlertEntity,
    NearAlert,
    First,
    SameAspect,
    AlertNormal,
    AfterAlert,
    Recovered,
    ExplainedAway,
    Seen,
    kCount
};

inline constexpr std::size_t kFeatures = static_cast<std::size_t>(Feature::kCount);

using Features = std::array<double, kFeatures>;

struct FeatureText {
    std::string_view key;   // in the weights' file
    std::string_view text;  // for people, as a reason of the score
};

const FeatureText& text_of(Feature feature);

}  // namespace insight::analysis::ranking

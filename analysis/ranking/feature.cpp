#include "analysis/ranking/feature.h"

namespace insight::analysis::ranking {

const FeatureText& text_of(Feature feature) {
    static constexpr std::array<FeatureText, kFeatures> kTexts{{
        {"resource", "its own resources left their normal range"},
        {"latency", "its latency left its normal range"},
        {"errors", "its errors left their normal range"},
        {"traffic", "its traffic left its normal range"},
        {"logNew", "it writes log lines that were never seen before"},
        {"logSurge", "some of its log lines surged"},
        {"logVanished", "usual log lines of it are gone"},
        {"selfTime", "its own share of the traces' time grew"},
        {"errorOrigin", "failing traces fail first here"},
        {"gap", "time is lost on the way to it"},
        {"structure", "its calls follow another pattern than usual"},
        {"otherClue", "something else about it is abnormal"},
        {"accused", "others complain about it"},
        {"directness", "how directly the mechanism was observed"},
        {"changeLikely", "of all changes this one fits best in time, place and content"},
        {"changeOnly", "is a change whose effect was not observed directly"},
        {"behindChange", "a change explains it"},
        {"share", "how abnormal it is beside the most abnormal one"},
        {"families", "several kinds of signals agree"},
        {"excess", "the delay or the failures arise here, not in what it calls"},
        {"deepest", "nothing it calls is as abnormal"},
        {"explains", "what depends on it is abnormal, too"},
        {"explainedBelow", "something it calls is as abnormal"},
        {"alertEntity", "is what the alert speaks of"},
        {"nearAlert", "what the alert speaks of depends on it"},
        {"first", "began no later than the others"},
        {"sameAspect", "is abnormal in what the alert is about"},
        {"alertNormal", "what the alert is about is within its normal range"},
        {"afterAlert", "began after the alert"},
        {"recovered", "was over before the end of the window"},
        {"explainedAway", "another candidate brings it about"},
        {"seen", "only others saw it, nothing was measured at it"},
    }};
    return kTexts.at(static_cast<std::size_t>(feature));
}

}  // namespace insight::analysis::ranking

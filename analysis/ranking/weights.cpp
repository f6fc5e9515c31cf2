#include "analysis/ranking/weights.h"

#include <algorithm>
#include <cmath>

#include "analysis/ranking/weights_text.h"
#include "core/base/json.h"

namespace insight::analysis::ranking {
namespace {

Weights read() {
    // The text is built in: where it does not parse or lacks a key, the build is at fault, and the
    // first use throws.
    const base::Json file = base::Json::parse(kWeightsText);
    Weights out;
    for (std::size_t i = 0; i < kFeatures; ++i)
        out.by_feature.at(i) =
            file.at("weights").at(std::string(text_of(static_cast<Feature>(i)).key)).get<double>();
    out.none = file.at("none").get<double>();
    out.slope = file.at("calibration").at("slope").get<double>();
    out.intercept = file.at("calibration").at("intercept").get<double>();
    out.most = file.at("calibration").at("most").get<double>();
    return out;
}

}  // namespace

const Weights& weights() {
    static const Weights kWeights = read();
    return kWeights;
}

double calibrated(double probability) {
    // 0 and 1 have no finite log-odds.
    const double p = std::clamp(probability, 1e-6, 1 - 1e-6);
    const double logit = std::log(p / (1 - p));
    const double out = 1 / (1 + std::exp(-(weights().slope * logit + weights().intercept)));
    return std::min(out, weights().most);
}

}  // namespace insight::analysis::ranking

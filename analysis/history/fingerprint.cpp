#include "analysis/history/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "analysis/history/line_words.h"
#include "analysis/meaning.h"
#include "core/base/text.h"

namespace insight::analysis::history {
namespace {

constexpr std::size_t kMostFeatures = 400;
constexpr std::size_t kMaxKey = 200;  // bytes
constexpr std::size_t kMaxLines = 3;  // of one evidence
constexpr double kRecovered = 0.4;    // what is over says less
constexpr double kNoticed = 0.05;     // causes below this probability were not believed
constexpr double kName = 0.5;         // who it was says less than what it was

class Sketch {
  public:
    void add(std::string key, double weight) {
        if (!(weight > 0)) return;
        key = base::shorten(base::clean_utf8(key), kMaxKey);
        double& known = features_[key];
        known = std::max(known, std::min(1.0, weight));
    }

    void add(const model::Clue& clue, double weight) {
        add(fmt::format("kind:{}@{}", clue.kind, clue.entity.kind), weight);
        if (!clue.entity.name.empty()) {
            add("name:" + clue.entity.name, kName * weight);
            entities_.insert(clue.entity.name);
        }
        if (clue.onset && (!first_ || *clue.onset < *first_->onset)) first_ = &clue;
    }

    // What was collected: the name of a series, the words of log lines.
    void add(const model::Evidence& evidence, const std::string& entity_kind, double weight) {
        if (!evidence.content.is_object()) return;
        const std::string kind = base::text_at(evidence.content, "kind");
        if (kind == "series") {
            const std::string name = base::text_at(evidence.content, "name");
            const Meaning meaning = meaning_of(name);
            add("metric:" + name, weight);
            if (meaning.aspect != Aspect::Other)
                add(fmt::format("aspect:{}@{}", analysis::name(meaning.aspect), entity_kind),
                    weight);
        } else if (kind == "logs") {
            std::size_t count = 0;
            for (const base::Json& line : base::array_at(evidence.content, "lines")) {
                if (count++ == kMaxLines) break;
                const std::string words = line_words(base::text_at(line, "body"));
                if (!words.empty()) add("line:" + words, weight);
            }
        }
    }

    void add_class(const std::string& cause_class, model::Level level, double weight) {
        if (cause_class.empty()) return;
        add("class:" + cause_class, weight);
        add(fmt::format("level:{}", model::name(level)), weight);
    }

    Fingerprint finish() && {
        if (first_ != nullptr)
            add(fmt::format("first:{}@{}", first_->kind, first_->entity.kind), 0.7);
        if (!entities_.empty())
            // By doublings: two entities and three are alike, two and twenty are not.
            add(fmt::format("spread:{}",
                            static_cast<int>(std::log2(static_cast<double>(entities_.size())))),
                0.5);
        std::vector<std::pair<double, std::string>> heaviest;
        for (const auto& [key, weight] : features_) heaviest.emplace_back(-weight, key);
        std::sort(heaviest.begin(), heaviest.end());
        if (heaviest.size() > kMostFeatures) heaviest.resize(kMostFeatures);
        Fingerprint out;
        for (const auto& [weight, key] : heaviest) out.features[key] = -weight;
        return out;
    }

  private:
    std::map<std::string, double> features_;
    std::set<std::string> entities_;
    const model::Clue* first_ = nullptr;
};

double weight_of(const model::Clue& clue) {
    return clue.strength * (clue.current ? 1 : kRecovered);
}

}  // namespace

Fingerprint fingerprint_of(const model::Report& report) {
    Sketch sketch;
    for (const model::Clue& clue : report.clues) {
        const double weight = weight_of(clue);
        sketch.add(clue, weight);
        for (const std::string& id : clue.evidence)
            if (const model::Evidence* evidence = model::find_evidence(report, id))
                sketch.add(*evidence, clue.entity.kind, weight);
    }
    for (const model::Cause& cause : report.causes)
        if (cause.probability >= kNoticed)
            sketch.add_class(cause.cause_class, cause.level, cause.probability);
    return std::move(sketch).finish();
}

}  // namespace insight::analysis::history

#include "evomap/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "evomap/bundle.h"
#include "evomap/canonical.h"
#include "evomap/leaks.h"
#include "evomap/strategy.h"
#include "evomap/validation.h"
#include "evomap/wire.h"

namespace insight::evomap {
namespace {

constexpr std::array<std::string_view, 4> kCategories{"repair", "optimize", "innovate", "explore"};
// these and the codes below are the published rules of the hubs, which count UTF-16 units
constexpr std::size_t kShortestGeneSummary = 10;
constexpr std::size_t kShortestCapsuleSummary = 20;
constexpr std::size_t kShortestSubstance = 50;
constexpr double kCoverage = 0.5;  // of the strategy by the trace

const Json* find(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it == object.end() ? nullptr : &*it;
}

// JavaScript writes 3.0 as 3: a whole number is one by its value, not by its type here.
bool whole(const Json* value) {
    if (value == nullptr || !value->is_number()) return false;
    const auto number = value->get<double>();
    return number >= 0 && std::trunc(number) == number;
}

class Gate {
  public:
    explicit Gate(std::vector<Finding>& findings) : findings_(findings) {}

    void gene(const Json& asset) {
        room_ = "gene";
        texts(asset, "signals_match");
        summary(asset, kShortestGeneSummary);
        const Json* category = find(asset, "category");
        if (category == nullptr)
            add("gene_category_required", "category", "a Gene has a category");
        else if (!known(*category))
            add("validation_error", "category",
                "the category must be repair, optimize, innovate or explore");
        strategy(asset);
        commands(asset);
        own_id(asset);
    }

    void capsule(const Json& asset, const Json& gene) {
        room_ = "capsule";
        texts(asset, "trigger");
        summary(asset, kShortestCapsuleSummary);
        substance(asset);
        confidence(asset);
        const Json& blast = base::object_at(asset, "blast_radius");
        if (!whole(find(blast, "files")) || !whole(find(blast, "lines")))
            add("capsule_blast_radius_required", "blast_radius",
                "blast_radius must be {files, lines}, whole numbers");
        outcome(asset);
        const Json& system = base::object_at(asset, "env_fingerprint");
        if (base::text_at(system, "platform").empty() || base::text_at(system, "arch").empty())
            add("capsule_env_fingerprint_required", "env_fingerprint",
                "env_fingerprint must name platform and arch");
        commands(asset);
        // Hubs take either of the two names of a Gene, and nothing else ties the pair together.
        const std::string named = base::text_at(asset, "gene");
        if (named.empty() ||
            (named != base::text_at(gene, "asset_id") && named != base::text_at(gene, "id")))
            add("bundle_required", "gene", "the Capsule must name the Gene beside it");
        trace(asset, gene);
        own_id(asset);
    }

    void event(const Json& asset) {
        room_ = "event";
        const Json* intent = find(asset, "intent");
        if (intent == nullptr || !known(*intent))
            add("validation_error", "intent",
                "the intent must be repair, optimize, innovate or explore");
        outcome(asset);
        own_id(asset);
    }

    void add(std::string code, const std::string& key, std::string message) {
        findings_.push_back(
            {std::move(code), room_.empty() ? key : room_ + "." + key, std::move(message)});
    }

  private:
    static bool known(const Json& category) {
        return category.is_string() && std::find(kCategories.begin(), kCategories.end(),
                                                 category.get<std::string>()) != kCategories.end();
    }

    void texts(const Json& asset, const char* key) {
        const Json* list = find(asset, key);
        const bool sound =
            list != nullptr && list->is_array() && !list->empty() &&
            std::all_of(list->begin(), list->end(), [](const Json& one) {
                return one.is_string() && utf16_length(one.get<std::string>()) >= kShortestSignal;
            });
        if (!sound) add("validation_error", key, "at least one signal of three characters");
    }

    void summary(const Json& asset, std::size_t least) {
        if (utf16_length(base::text_at(asset, "summary")) < least)
            add(room_ + "_summary_too_short", "summary",
                fmt::format("the summary must have at least {} characters", least));
    }

    void strategy(const Json& asset) {
        const Json* list = find(asset, "strategy");
        if (list == nullptr || !list->is_array()) {
            add("validation_error", "strategy", "the strategy must be a list of steps");
        } else if (list->size() < 2) {
            add("gene_strategy_required", "strategy", "the strategy must have two steps");
        } else if (!std::all_of(list->begin(), list->end(), [](const Json& step) {
                       return step.is_string() &&
                              utf16_length(step.get<std::string>()) >= kShortestStep;
                   })) {
            add("gene_strategy_step_too_short", "strategy",
                "every step must have at least 15 characters");
        }
    }

    // Hubs run these in a sandbox; one that chains or pipes is refused there, so it is here.
    void commands(const Json& asset) {
        const Json* list = find(asset, "validation");
        if (list == nullptr || !list->is_array() || list->empty())
            return add(room_ + "_validation_required", "validation", "a command is needed");
        for (const Json& one : *list)
            if (!one.is_string() || !command_allowed(one.get<std::string>()))
                return add("validation_command_blocked", "validation",
                           "commands begin with node, npm or npx and chain nothing");
    }

    void substance(const Json& asset) {
        bool enough = !base::array_at(asset, "strategy").empty();
        for (const char* key : {"content", "diff", "code_snippet"}) {
            const std::string text = base::text_at(asset, key);
            enough = enough || utf16_length(text) >= kShortestSubstance;
            if (utf16_length(text) > kLongestText)
                add("validation_error", key, "the text has more than 8,000 characters");
        }
        if (!enough)
            add("capsule_substance_required", "content",
                "content, diff or code_snippet must be a text of at least 50 characters");
        const std::string diff = base::text_at(asset, "diff");
        // A text that only looks like a diff is refused by hubs as invented.
        for (const std::string_view head : {"diff --git", "---", "+++", "@@"})
            if (!diff.empty() && diff.find(head) == std::string::npos)
                return add("validation_error", "diff", "the diff must be one of git");
    }

    void confidence(const Json& asset) {
        const Json* value = find(asset, "confidence");
        if (value == nullptr)
            add("capsule_confidence_required", "confidence", "a Capsule has a confidence");
        else if (!value->is_number() || !(value->get<double>() >= 0 && value->get<double>() <= 1))
            add("validation_error", "confidence", "the confidence must be a number from 0 to 1");
    }

    // Hubs cut the outcome to these two keys before they hash: more would never verify.
    void outcome(const Json& asset) {
        const Json* value = find(asset, "outcome");
        if (value == nullptr || !value->is_object())
            return add(room_ + "_outcome_required", "outcome", "outcome must be {status, score}");
        const std::string status = base::text_at(*value, "status");
        const double score = base::number_at(*value, "score", -1);
        if ((status != "success" && status != "failed") || score < 0 || score > 1)
            add("validation_error", "outcome",
                "the status must be success or failed, the score a number from 0 to 1");
        for (const auto& [key, ignored] : value->items())
            if (key != "status" && key != "score")
                return add(room_ + "_asset_id_verification_failed", "outcome",
                           "outcome must have status and score only");
    }

    // A strategy of which nothing was done is advice, not experience.
    void trace(const Json& asset, const Json& gene) {
        const Json* steps = find(asset, "execution_trace");
        if (steps == nullptr) return;
        const auto told = std::count_if(steps->begin(), steps->end(), [](const Json& step) {
            return step.is_object() && (step.contains("action") || step.contains("cmd"));
        });
        const auto planned = static_cast<double>(base::array_at(gene, "strategy").size());
        if (told < 1 || static_cast<double>(told) < kCoverage * planned)
            add("trace_under_covers_strategy", "execution_trace",
                "the steps that were done must cover half of the strategy");
    }

    void own_id(const Json& asset) {
        if (!verifies(asset))
            add(room_ + "_asset_id_verification_failed", "asset_id",
                "the id does not belong to the asset");
    }

    std::vector<Finding>& findings_;
    std::string room_;
};

}  // namespace

std::vector<Finding> check_bundle(const Json& assets) {
    std::vector<Finding> findings;
    Gate gate(findings);
    const auto bundle = bundle_from(assets);
    if (!bundle) {
        gate.add("bundle_required", "assets", bundle.error().message);
        return findings;
    }
    gate.gene(bundle->gene);
    gate.capsule(bundle->capsule, bundle->gene);
    if (!bundle->event.is_null()) gate.event(bundle->event);
    // Last and over everything that leaves, whoever made it: redaction may have missed a place.
    for (const Leak& leak : find_leaks(assets))
        findings.push_back({"leak_detected", leak.where,
                            fmt::format("looks like a secret or private detail ({})", leak.type)});
    return findings;
}

std::string in_words(const std::vector<Finding>& findings) {
    constexpr std::size_t kShown = 3;
    std::string out;
    for (std::size_t i = 0; i < std::min(kShown, findings.size()); ++i)
        out += fmt::format("{}{} ({}): {}", i == 0 ? "" : "; ", findings[i].code, findings[i].where,
                           findings[i].message);
    if (findings.size() > kShown) out += fmt::format("; and {} more", findings.size() - kShown);
    return out;
}

}  // namespace insight::evomap

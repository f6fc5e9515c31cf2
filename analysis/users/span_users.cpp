#include "analysis/users/span_users.h"

#include <algorithm>
#include <unordered_map>

#include "analysis/entity.h"
#include "analysis/hash.h"
#include "analysis/traces/span_facts.h"

namespace insight::analysis::users {
namespace {

constexpr std::size_t kLeastBefore = 20;
constexpr double kUsual = 0.99;  // share of the earlier requests
constexpr double kFarTooSlow = 2;

struct Request {
    const model::Span* top = nullptr;
    bool at_place = false;
    bool named = false;
    std::array<const std::string*, kAttributes.size()> users{};
};

// Parents begin before their children; a span without a parent is above one that names any.
bool above(const model::Span& a, const model::Span& b) {
    if (a.parent_span_id.empty() != b.parent_span_id.empty()) return a.parent_span_id.empty();
    if (a.start != b.start) return a.start < b.start;
    return a.span_id < b.span_id;
}

using Requests = std::unordered_map<std::string_view, Request>;

Requests requests_of(std::span<const model::Span> spans, const std::set<std::string>& places) {
    Requests out;
    for (const model::Span& span : spans) {
        Request& request = out[span.trace_id];
        if (request.top == nullptr || above(span, *request.top)) request.top = &span;
        request.at_place = request.at_place || places.contains(entity_of(span.attributes).name);
        for (const auto& [name, value] : span.attributes) {
            const auto attribute = attribute_of(name);
            if (!attribute || !tells(kAttributes.at(*attribute), value)) continue;
            const std::string*& known = request.users.at(*attribute);
            // The smallest, so that the order of the spans does not matter.
            if (known == nullptr || value < *known) known = &value;
            request.named = true;
        }
    }
    return out;
}

std::uint64_t kind_of(const model::Span& span) {
    return finish_hash(hash_of(entity_of(span.attributes).name, hash_of(span.name + "\n")));
}

bool before(const model::Span& span, const model::Window& window) {
    return span.start >= window.baseline_start && span.start < window.baseline_end;
}

// By kind of request, what 99 of 100 took at most.
std::unordered_map<std::uint64_t, model::Nanos> usual_of(const Requests& requests,
                                                         const model::Window& window) {
    std::unordered_map<std::uint64_t, std::vector<model::Nanos>> took;
    for (const auto& [trace, request] : requests)
        if (before(*request.top, window))
            took[kind_of(*request.top)].push_back(request.top->end - request.top->start);
    std::unordered_map<std::uint64_t, model::Nanos> out;
    for (auto& [kind, lengths] : took) {
        if (lengths.size() < kLeastBefore) continue;
        const auto at = lengths.begin() + static_cast<std::ptrdiff_t>(
                                              kUsual * static_cast<double>(lengths.size() - 1));
        std::nth_element(lengths.begin(), at, lengths.end());
        out.emplace(kind, *at);
    }
    return out;
}

}  // namespace

Tally count(std::span<const model::Span> spans, const Question& question) {
    const Requests requests = requests_of(spans, question.places);
    const auto usual = usual_of(requests, question.window);
    const bool anywhere = std::none_of(requests.begin(), requests.end(),
                                       [](const auto& entry) { return entry.second.at_place; });
    const auto went_wrong = [&](const Request& request) {
        if (!anywhere && !request.at_place) return false;
        if (traces::says_failed(*request.top)) return true;
        const auto it = usual.find(kind_of(*request.top));
        return it != usual.end() && static_cast<double>(request.top->end - request.top->start) >
                                        kFarTooSlow * static_cast<double>(it->second);
    };
    Tally tally;
    for (const auto& [trace, request] : requests) {
        if (!request.named) continue;
        const bool now =
            request.top->start >= question.since && request.top->start <= question.window.end;
        if (!now && !before(*request.top, question.window)) continue;
        const bool wrong = went_wrong(request);
        for (std::size_t i = 0; i < kAttributes.size(); ++i)
            if (request.users.at(i) != nullptr)
                tally.add(now ? Phase::Now : Phase::Before, i, *request.users.at(i), wrong);
    }
    return tally;
}

}  // namespace insight::analysis::users

#include "evomap/learning.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/net/transport.h"

namespace insight::evomap {
namespace {

using base::ErrorKind;

constexpr std::size_t kMostSignals = 16;
constexpr std::size_t kMemorySignals = 32;

tl::unexpected<base::Error> call_failed(const Answer& answer) {
    const bool later = answer.kind == AnswerKind::Unreachable || answer.kind == AnswerKind::Limited;
    return base::fail(later                               ? ErrorKind::Unavailable
                      : answer.kind == AnswerKind::Absent ? ErrorKind::NotFound
                                                          : ErrorKind::Denied,
                      answer.sentence);
}

// Asset ids go into a path: nothing else may.
bool sound_id(std::string_view id) {
    return id.size() == 71 && id.starts_with("sha256:") &&
           id.find_first_not_of("0123456789abcdef", 7) == std::string_view::npos;
}

}  // namespace

// `search_only` is what makes it free: a full fetch may cost credits and is only made by name.
base::Result<std::vector<Fetched>> seek(Node& node, const std::vector<std::string>& signals,
                                        std::size_t limit) {
    if (signals.empty()) return std::vector<Fetched>{};
    Json asked = Json::array();
    for (const std::string& signal : signals)
        if (asked.size() < kMostSignals) asked.push_back(signal);
    const Answer answer = node.call(
        "fetch", Json{{"signals", std::move(asked)}, {"search_only", true}, {"limit", limit}});
    if (!answer.ok()) return call_failed(answer);
    auto rows = read_rows(answer.payload(), limit);
    std::stable_sort(rows.begin(), rows.end(), [](const Fetched& left, const Fetched& right) {
        // What its author really wrote goes before what is merely confident.
        return std::pair(left.verified, left.confidence) >
               std::pair(right.verified, right.confidence);
    });
    return rows;
}

base::Result<Fetched> fetch(Node& node, const std::string& asset_id, bool may_spend) {
    if (!sound_id(asset_id))
        return base::fail(ErrorKind::Invalid,
                          fmt::format("'{}' is no asset id: sha256: and 64 hexadecimal digits",
                                      base::shorten(base::one_line(asset_id), 80)));
    Json payload{{"asset_ids", Json::array({asset_id})}};
    Answer answer = node.call("fetch", payload);
    if (answer.ok() && base::flag_at(answer.payload(), "confirm_required")) {
        const double price = base::number_at(answer.payload(), "price",
                                             base::number_at(answer.payload(), "credit_cost"));
        if (!may_spend)
            return base::fail(ErrorKind::Denied,
                              fmt::format("{} costs {} credits; nothing was spent, set "
                                          "evomap.allowSpending to allow it",
                                          asset_id, price));
        // The hub names its price first and takes the second call, with its token, as the
        // agreement.
        payload["confirm_token"] = base::text_at(answer.payload(), "confirm_token");
        answer = node.call("fetch", payload);
    }
    if (!answer.ok()) return call_failed(answer);
    for (Fetched& row : read_rows(answer.payload(), 10))
        // A hub may answer with neighbours of what was asked for; they were not asked for.
        if (row.asset_id == asset_id) return std::move(row);
    return base::fail(ErrorKind::NotFound, fmt::format("the hub gave no asset {}", asset_id));
}

Json to_json(const Experience& experience) {
    return {{"assetId", experience.asset_id}, {"geneId", experience.gene_id},
            {"success", experience.success},  {"score", experience.score},
            {"signals", experience.signals},  {"summary", experience.summary}};
}

Experience experience_from(const Json& value) {
    Experience out{base::text_at(value, "assetId"),
                   base::text_at(value, "geneId"),
                   base::flag_at(value, "success"),
                   base::number_at(value, "score"),
                   {},
                   base::text_at(value, "summary")};
    for (const Json& signal : base::array_at(value, "signals"))
        if (signal.is_string()) out.signals.push_back(signal.get<std::string>());
    return out;
}

Answer tell(Node& node, const Experience& experience) {
    if (!sound_id(experience.asset_id)) {
        Answer answer;
        answer.kind = AnswerKind::Refused;
        answer.sentence = "an experience needs the id of the asset that was tried";
        return answer;
    }
    // The hubs' own words for the two.
    const std::string status = experience.success ? "success" : "failed";
    Answer answer = node.post("/a2a/assets/" + experience.asset_id + "/reuse-result",
                              {{"asset_id", experience.asset_id},
                               {"outcome", status},
                               {"reason", base::shorten(experience.summary, 500)}});
    if (!answer.ok()) return answer;
    Json signals = Json::array();
    for (const std::string& signal : experience.signals)
        if (signals.size() < kMemorySignals) signals.push_back(signal);
    Json memory{{"node_id", node.record().node_id},
                {"signals", std::move(signals)},
                {"status", status},
                {"score", experience.score},
                {"summary", base::shorten(experience.summary, 500)},
                {"used_asset_ids", Json::array({experience.asset_id})}};
    if (!experience.gene_id.empty()) memory["gene_id"] = experience.gene_id;
    // Hubs that keep no memory for nodes are told what matters all the same.
    (void)node.post("/a2a/memory/record", memory);
    return answer;
}

}  // namespace insight::evomap

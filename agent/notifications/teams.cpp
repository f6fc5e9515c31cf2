#include "agent/notifications/teams.h"

#include "core/base/text.h"

namespace insight::notifications {
namespace {

using base::Json;

constexpr std::size_t kMostActions = 5;  // the usual limit of hosts

std::string color(const Message& message) {
    if (message.over()) return "Good";
    return message.severity == "critical"  ? "Attention"
           : message.severity == "warning" ? "Warning"
                                           : "Accent";
}

// A TextBlock reads Markdown: its marks in values are only text.
// Adaptive Cards know a subset of Markdown: emphasis, lists and links.
std::string literal(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("\\`*_[]#").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

Json text_block(const std::string& text) {
    return {{"type", "TextBlock"}, {"text", literal(text)}, {"wrap", true}};
}

}  // namespace

Json adaptive_card(const Message& message) {
    Json title = text_block(message.title);
    title["size"] = "Large";
    title["weight"] = "Bolder";
    title["color"] = color(message);
    Json body = Json::array({std::move(title)});
    for (const std::string& news : message.news) {
        body.push_back(text_block(news));
        body.back()["weight"] = "Bolder";
    }
    if (!message.summary.empty()) body.push_back(text_block(message.summary));
    if (!message.facts.empty()) {
        Json facts = Json::array();
        for (const auto& [what, value] : message.facts)
            facts.push_back({{"title", what}, {"value", literal(value)}});
        body.push_back({{"type", "FactSet"}, {"facts", std::move(facts)}});
    }
    body.push_back(text_block(message.id));
    body.back()["isSubtle"] = true;
    body.back()["size"] = "Small";
    Json card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
              {"type", "AdaptiveCard"},
              {"version", "1.4"},
              {"body", std::move(body)}};
    for (const auto& [what, url] : message.links) {
        if (card.contains("actions") && card["actions"].size() == kMostActions) break;
        card["actions"].push_back(
            {{"type", "Action.OpenUrl"}, {"title", base::shorten(what, 80)}, {"url", url}});
    }
    return card;
}

Attempt<Json> Teams::say(const Message& message, const Json&, bool) {
    const auto done = party_.call(
        "POST", "",
        {{"type", "message"},
         {"attachments", Json::array({{{"contentType", "application/vnd.microsoft.card.adaptive"},
                                       {"contentUrl", nullptr},
                                       {"content", adaptive_card(message)}}})}});
    if (!done) return outreach::stop(done.error());
    return Json::object();
}

}  // namespace insight::notifications

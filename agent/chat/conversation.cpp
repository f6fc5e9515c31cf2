#include "agent/chat/conversation.h"

#include <algorithm>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::ErrorKind;
using base::Json;

constexpr const char* kConversations = "chat.conversations";

// It becomes a key of the store: nobody reaches another collection's rows by a name.
bool is_conversation_id(const std::string& id) {
    return id.starts_with("chat-") && id.size() <= 64 &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

Exchange exchange_of(const Json& json) {
    Exchange out;
    out.time = base::integer_at(json, "time");
    out.question = base::text_at(json, "question");
    out.answer = base::text_at(json, "answer");
    out.topic = base::text_at(json, "topic");
    out.incident = base::text_at(json, "incident");
    out.by = base::text_at(json, "by");
    for (const Json& one : base::array_at(json, "citations"))
        out.citations.push_back(
            {base::text_at(one, "id"), base::text_at(one, "title"), base::text_at(one, "source")});
    return out;
}

Json stored(const Exchange& exchange) {
    Json out = to_json(exchange);
    out["time"] = exchange.time;  // exact
    return out;
}

}  // namespace

Json to_json(const Citation& citation) {
    return {{"id", citation.id}, {"title", citation.title}, {"source", citation.source}};
}

Json to_json(const Exchange& exchange) {
    Json citations = Json::array();
    for (const Citation& citation : exchange.citations) citations.push_back(to_json(citation));
    return {{"time", base::format_rfc3339(exchange.time)},
            {"question", exchange.question},
            {"answer", exchange.answer},
            {"topic", exchange.topic},
            {"incident", exchange.incident.empty() ? Json(nullptr) : Json(exchange.incident)},
            {"by", exchange.by},
            {"citations", std::move(citations)}};
}

Json to_json(const Conversation& conversation) {
    Json exchanges = Json::array();
    for (const Exchange& exchange : conversation.exchanges) exchanges.push_back(to_json(exchange));
    return {
        {"id", conversation.id},
        {"incident", conversation.incident.empty() ? Json(nullptr) : Json(conversation.incident)},
        {"openedAt", base::format_rfc3339(conversation.opened_at)},
        {"dropped", conversation.dropped},
        {"exchanges", std::move(exchanges)}};
}

std::string new_id(base::Nanos now) {
    return "chat-" + base::uuid_v7(now / 1'000'000);
}

base::Result<Conversation> load(store::Documents& documents, const std::string& id) {
    if (!is_conversation_id(id))
        return base::fail(ErrorKind::NotFound,
                          "there is no such conversation: leave its id out to begin one");
    const auto document = documents.document(kConversations, id);
    if (!document && document.error().kind == ErrorKind::NotFound)
        return base::fail(ErrorKind::NotFound,
                          "there is no such conversation: leave its id out to begin one");
    if (!document) return base::fail(document.error());
    Conversation out;
    out.id = id;
    out.version = document->version;
    out.incident = base::text_at(document->body, "incident");
    out.opened_at = base::integer_at(document->body, "openedAt");
    out.dropped = base::integer_at(document->body, "dropped");
    for (const Json& exchange : base::array_at(document->body, "exchanges"))
        out.exchanges.push_back(exchange_of(exchange));
    return out;
}

base::Status keep(store::Documents& documents, Conversation& conversation, Exchange exchange) {
    exchange.answer = base::shorten(exchange.answer, kLongestAnswer);
    // What "it" means in the next question.
    if (!exchange.incident.empty()) conversation.incident = exchange.incident;
    conversation.exchanges.push_back(std::move(exchange));
    if (conversation.exchanges.size() > kMostExchanges) {
        // One document is one row: it must not grow with the patience of who asks.
        conversation.exchanges.erase(conversation.exchanges.begin());
        ++conversation.dropped;
    }
    Json exchanges = Json::array();
    for (const Exchange& one : conversation.exchanges) exchanges.push_back(stored(one));
    store::Document document;
    document.collection = kConversations;
    document.key = conversation.id;
    // Another replica may answer the same conversation: the later one is told, and nothing is lost.
    document.version = conversation.version;
    document.body = {{"incident", conversation.incident},
                     {"openedAt", conversation.opened_at},
                     {"dropped", conversation.dropped},
                     {"exchanges", std::move(exchanges)}};
    const auto version = documents.put(document);
    if (!version && version.error().kind == ErrorKind::Conflict)
        return base::fail(
            ErrorKind::Conflict,
            "another question of this conversation was answered meanwhile: ask again");
    if (!version) return base::fail(version.error());
    conversation.version = *version;
    return {};
}

}  // namespace insight::agent::chat

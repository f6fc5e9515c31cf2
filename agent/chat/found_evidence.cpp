#include "agent/chat/found_evidence.h"

#include <algorithm>

namespace insight::agent::chat {
namespace {

using base::ErrorKind;
using base::Json;

constexpr const char* kFoundEvidence = "chat.evidence";
constexpr std::size_t kDigits = 16;
// of one incident: questions are free, documents are not
constexpr int kMostFound = 500;

bool is_found_id(const std::string& id) {
    return id.size() == kDigits + 1 && id.front() == 'C' &&
           std::all_of(id.begin() + 1, id.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string key_of(const std::string& incident, const std::string& id) {
    return incident + "/" + id;
}

// The shape that evidence has in a report, made by the report itself.
Json as_in_a_report(const model::Evidence& evidence, const std::string& id) {
    model::Report report;
    report.evidence.push_back(evidence);
    report.evidence.back().id = id;
    return model::to_json(report).at("evidence").at(id);
}

}  // namespace

std::string lasting_id(const model::Evidence& evidence) {
    return "C" + evidence.digest.substr(0, kDigits);
}

base::Status keep_evidence(store::Documents& documents, const std::string& incident,
                           const model::Evidence& evidence) {
    const std::string id = lasting_id(evidence);
    if (found_evidence(documents, incident, id)) return {};
    const auto all = documents.documents({.collection = kFoundEvidence,
                                          .key_prefix = incident + "/",
                                          .after_key = {},
                                          .limit = kMostFound});
    if (!all) return base::fail(all.error());
    if (all->size() >= static_cast<std::size_t>(kMostFound))
        return base::fail(ErrorKind::TooLarge,
                          "so much evidence was kept for this incident already");
    store::Document document;
    document.collection = kFoundEvidence;
    document.key = key_of(incident, id);
    document.body = as_in_a_report(evidence, id);
    const auto written = documents.put(document);
    // another replica has found the same at the same moment
    if (!written && written.error().kind != ErrorKind::Conflict) return base::fail(written.error());
    return {};
}

base::Result<Json> found_evidence(store::Documents& documents, const std::string& incident,
                                  const std::string& id) {
    if (!is_found_id(id))
        return base::fail(ErrorKind::NotFound,
                          "there is no such evidence: ids are E1, E2, … of the report, or C and "
                          "sixteen digits of an answer");
    auto document = documents.document(kFoundEvidence, key_of(incident, id));
    if (document) return std::move(document->body);
    if (document.error().kind == ErrorKind::NotFound)
        return base::fail(ErrorKind::NotFound, "no answer of this incident cites such evidence");
    return base::fail(document.error());
}

}  // namespace insight::agent::chat

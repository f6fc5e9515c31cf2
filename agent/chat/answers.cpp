#include "agent/chat/answers.h"

#include <re2/re2.h>

#include <set>

#include "agent/chat/answer_parts.h"
#include "agent/chat/evidence_text.h"
#include "agent/report/facts.h"
#include "agent/report/postmortem.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::Json;

std::string text_for(const Question& question, const Json& report) {
    switch (question.topic) {
        case Topic::What:
            return parts::what(report);
        case Topic::Why:
            return parts::why(question, report);
        case Topic::When:
            return parts::since(report);
        case Topic::Changed:
            return parts::changed(report);
        case Topic::Do:
            return parts::to_do(report);
        case Topic::Prevent:
            return parts::prevention(report);
        case Topic::Evidence:
            return evidence_text(report, question.evidence);
        case Topic::Timeline:
            return parts::timeline(report);
        case Topic::Postmortem:
            return report::postmortem(report, nullptr, {});
        case Topic::Impact:
            return parts::impact(report);
        case Topic::Sure:
            return parts::sure(report);
        case Topic::Coverage:
            return parts::coverage(report);
        case Topic::Similar:
            return parts::similar(report);
        case Topic::Runbook:
            return parts::runbook(report);
        case Topic::Ahead:
            return parts::ahead(report);
        case Topic::Review:
            return {};
    }
    return {};
}

}  // namespace

std::vector<Citation> citations_of(const std::string& text, const Json& report) {
    // E…: of the report; C…: found for an answer, see found_evidence.h.
    static const re2::RE2 kId(R"(\b(E[0-9]{1,4}|C[0-9a-f]{16})\b)");
    std::vector<Citation> out;
    std::set<std::string> seen;
    re2::StringPiece rest(text);
    std::string id;
    while (re2::RE2::FindAndConsume(&rest, kId, &id)) {
        if (!seen.insert(id).second) continue;
        const Json* evidence = report::find_evidence(report, id);
        if (evidence != nullptr)
            out.push_back({id, report::line_at(*evidence, "title", 200),
                           report::line_at(*evidence, "source", 100)});
    }
    return out;
}

Answer answer_from(const Question& question, const Json& report) {
    Answer out;
    out.text = base::shorten(text_for(question, report), kLongestAnswer);
    out.citations = citations_of(out.text, report);
    return out;
}

}  // namespace insight::agent::chat

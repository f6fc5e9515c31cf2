#include "agent/question.h"

#include <fmt/format.h>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::agent {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kMaxQuestion = 2000;

}  // namespace

base::Result<model::Incident> question_incident(const Question& question, base::Nanos now) {
    const std::string text = base::one_line(base::clean_utf8(question.text));
    if (text.empty())
        return fail(ErrorKind::Invalid, "the question is empty; say what should be looked into");
    if (text.size() > kMaxQuestion)
        return fail(ErrorKind::Invalid,
                    fmt::format("the question has {} bytes, more than the {} allowed", text.size(),
                                kMaxQuestion));
    model::Incident incident;
    incident.id = "inc-" + base::random_hex(8);
    incident.origin = model::Origin::Question;
    incident.question = text;
    incident.opened_at = now;
    if (!question.service.empty())
        incident.service = base::shorten(base::one_line(base::clean_utf8(question.service)), 256);
    incident.window.end = now;
    if (!question.until.empty()) {
        const auto until = base::parse_rfc3339(question.until);
        if (!until) return fail(ErrorKind::Invalid, "until: " + until.error().message);
        if (*until > now) return fail(ErrorKind::Invalid, "until: the time lies in the future");
        incident.window.end = *until;
    }
    if (!question.since.empty()) {
        // "2026-05-01T10:00:00Z" or "1h": no length of time has a capital T.
        const bool is_time = question.since.find('T') != std::string::npos;
        const auto since =
            is_time ? base::parse_rfc3339(question.since) : base::parse_duration(question.since);
        if (!since) return fail(ErrorKind::Invalid, "since: " + since.error().message);
        incident.window.start = is_time ? *since : incident.window.end - *since;
        if (incident.window.start >= incident.window.end)
            return fail(ErrorKind::Invalid, "since: the interval ends before it starts");
    }
    return incident;
}

}  // namespace insight::agent

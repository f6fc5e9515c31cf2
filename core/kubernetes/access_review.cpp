#include "core/kubernetes/access_review.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace insight::kubernetes {

using base::Json;

base::Result<Verdict> may_we(Client& client, const Target& target, base::Deadline deadline) {
    Json attributes{{"verb", target.verb}, {"group", target.group}, {"resource", target.resource}};
    if (!target.space.empty()) attributes["namespace"] = target.space;
    if (!target.subresource.empty()) attributes["subresource"] = target.subresource;
    auto answer = client.review("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                {{"apiVersion", "authorization.k8s.io/v1"},
                                 {"kind", "SelfSubjectAccessReview"},
                                 {"spec", {{"resourceAttributes", std::move(attributes)}}}},
                                deadline);
    if (!answer) return base::fail(std::move(answer.error()));
    const Json& status = base::object_at(*answer, "status");
    return Verdict{base::flag_at(status, "allowed"),
                   base::shorten(base::one_line(base::text_at(status, "reason")), 200)};
}

base::Result<std::string> who_are_we(Client& client, base::Deadline deadline) {
    auto answer = client.review(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        {{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "SelfSubjectReview"}}, deadline);
    // Servers before 1.28 do not have it.
    if (!answer && answer.error().kind == base::ErrorKind::NotFound) return std::string();
    if (!answer) return base::fail(std::move(answer.error()));
    return base::shorten(
        base::one_line(base::text_at(
            base::object_at(base::object_at(*answer, "status"), "userInfo"), "username")),
        200);
}

base::Result<ServerVersion> version_of(Client& client, base::Deadline deadline) {
    auto answer = client.get("/version", {}, deadline, kPlainJson, 64U << 10);
    if (!answer) return base::fail(std::move(answer.error()));
    ServerVersion out;
    // cut to whole seconds, so the server's clock is half a second further on average
    out.clock = parse_http_date(answer->date);
    if (answer->status != 200)
        return base::fail(client.failure(*answer, {"", "", "version", "", "", "", "get", false}));
    const auto value = base::parse_json(answer->body, "the version");
    if (value) out.text = base::shorten(base::one_line(base::text_at(*value, "gitVersion")), 60);
    if (out.text.empty())
        return base::fail(base::ErrorKind::Corrupt,
                          fmt::format("what answers at {} is not the API of Kubernetes {}",
                                      client.access().server, client.name()));
    return out;
}

base::Nanos parse_http_date(std::string_view text) {
    // "Sun, 06 Nov 1994 08:49:37 GMT" → "1994-11-06T08:49:37Z"
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || !text.ends_with(" GMT")) return 0;
    const std::size_t month = kMonths.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return 0;
    const auto time =
        base::parse_rfc3339(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                        text.substr(5, 2), text.substr(17, 8)));
    return time ? *time : 0;
}

}  // namespace insight::kubernetes

// A pull request is reviewed.
#include <fmt/format.h>

#include "agent/http/routes/routes.h"
#include "core/base/text.h"

namespace insight::http {
namespace {

Response review(const Parts& parts, const Request& request) {
    const auto body =
        base::parse_json(request.body, "the request body", {.bytes = 1U << 14, .depth = 4});
    if (!body) return parts.envelope.error(request, body.error());
    const auto wrong = [&](const std::string& message) {
        return parts.envelope.error(request, 400, "invalid", message);
    };
    if (!body->is_object() || base::text_at(*body, "pullRequest").empty())
        return wrong(R"(the request body must be {"pullRequest": "OWNER/REPO#NUMBER"})");
    for (const auto& [key, value] : body->items()) {
        if (key == "pullRequest" || (key == "post" && value.is_boolean())) continue;
        return wrong(
            fmt::format("\"{}\" is not a key of a review: use pullRequest and post (true "
                        "or false)",
                        base::shorten(base::clean_utf8(key), 64)));
    }
    if (!parts.review)
        return wrong("GitHub is not configured: add the block github, see docs/github.md");
    const auto answer =
        parts.review(base::text_at(*body, "pullRequest"), base::flag_at(*body, "post"));
    if (!answer) return parts.envelope.error(request, answer.error());
    return parts.envelope.data(request, 200, *answer);
}

}  // namespace

std::vector<Route> review_routes(const Parts& parts) {
    return {{.method = Method::Post,
             .pattern = "/api/v1/reviews",
             .need = Need::Operator,
             .handle = [&parts](const Request& request, const Reply& reply) {
                 reply.send(review(parts, request));
             }}};
}

}  // namespace insight::http

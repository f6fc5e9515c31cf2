// Logging in to the pages: the token goes into a cookie that scripts and other sites never see.
#include <fmt/format.h>

#include "agent/http/routes/routes.h"
#include "agent/report/page.h"

namespace insight::http {
namespace {

constexpr int kSessionSeconds = 12 * 3600;

Response see(const std::string& where) {
    Response response{.status = 303, .headers = {{"Location", where}}};
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

std::string cookie(const Parts& parts, const Request& request, const std::string& value,
                   int seconds) {
    // We speak no TLS: a proxy does, and says so. A Secure cookie over plain HTTP would never come
    // back.
    const bool secure = request.header("x-forwarded-proto") == "https" ||
                        parts.server.external_url.starts_with("https://");
    return fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Strict{}", kCookie, value,
                       parts.base_path, seconds, secure ? "; Secure" : "");
}

// What may stand in a cookie and in an Authorization header (RFC 6750 b64token).
bool is_token(const std::string& text) {
    constexpr std::string_view kMarks = "-._~+/=";
    return !text.empty() && text.size() <= 512 &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      kMarks.find(c) != std::string_view::npos;
           });
}

Response form(const Parts& parts, bool refused) {
    return page(refused ? 401 : 200, report::login_page(refused, {.base_path = parts.base_path,
                                                                  .version = parts.version}));
}

Response log_in(const Parts& parts, const Request& request) {
    const std::string token = form_value(request.body, "token").value_or("");
    const Decision decision = parts.access.log_in(request, is_token(token) ? token : "");
    // The pause is the connection's, not a worker's: many wrong tokens hold up nobody else.
    if (!decision.allowed) {
        Response response =
            decision.status == 401
                ? form(parts, true)
                : page_refusals(parts).error(request, decision.status, decision.message);
        response.delay = decision.delay;
        return response;
    }
    Response response = see(parts.base_path);
    response.headers.push_back({"Set-Cookie", cookie(parts, request, token, kSessionSeconds)});
    return response;
}

Response log_out(const Parts& parts, const Request& request) {
    Response response = see(parts.base_path + "login");
    response.headers.push_back({"Set-Cookie", cookie(parts, request, "", 0)});
    return response;
}

}  // namespace

std::vector<Route> login_routes(const Parts& parts) {
    const auto route = [&parts](Method method, const char* pattern, auto answer) {
        return Route{.method = method,
                     .pattern = pattern,
                     .need = Need::Nothing,
                     .body_bytes = 4096,
                     .page = true,
                     .handle = [&parts, answer](const Request& request, const Reply& reply) {
                         reply.send(answer(parts, request));
                     }};
    };
    const auto show = [](const Parts& given, const Request&) { return form(given, false); };
    return {route(Method::Get, "/login", show), route(Method::Post, "/login", log_in),
            route(Method::Post, "/logout", log_out)};
}

}  // namespace insight::http

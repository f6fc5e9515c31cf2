#include "agent/outreach/party.h"

#include "agent/outreach/answer.h"

namespace insight::outreach {
namespace {

constexpr std::size_t kLargestAnswer = 4U << 20;

}  // namespace

Party& Party::authorize(base::Secret authorization) {
    if (!authorization.empty()) authorization_ = std::move(authorization);
    return *this;
}

Party& Party::with(net::Tls tls) {
    tls_ = std::move(tls);
    return *this;
}

Party& Party::with(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
}

Party& Party::patient(std::chrono::milliseconds patience) {
    patience_ = patience;
    return *this;
}

agent::Delivery Party::failure(const net::Response& response) const {
    return failed(response, who_, clock_->now());
}

Attempt<net::Response> Party::send(const std::string& method, const std::string& path,
                                   std::string body,
                                   const std::vector<net::Header>& headers) const {
    net::Request request;
    request.method = method;
    request.url = url_ + path;
    request.headers = headers_;
    for (const net::Header& header : headers) request.headers.push_back(header);
    request.authorization = authorization_;
    request.body = std::move(body);
    request.deadline = base::Deadline::after(patience_);
    request.max_body = kLargestAnswer;
    request.tls = tls_;
    auto response = transport_->send(request);
    if (!response) return stop(failed(response.error(), who_));
    return std::move(*response);
}

Attempt<base::Json> Party::call(const std::string& method, const std::string& path,
                                const base::Json& body) const {
    std::vector<net::Header> headers{{"Accept", "application/json"}};
    std::string text;
    if (!body.is_null()) {
        text = base::dump_json(body);
        headers.emplace_back("Content-Type", "application/json");
    }
    auto response = send(method, path, std::move(text), headers);
    if (!response) return stop(response.error());
    if (!is_success(*response)) return stop(failure(*response));
    if (response->body.empty()) return base::Json();
    auto json =
        base::parse_json(response->body, "the answer", {.bytes = kLargestAnswer, .depth = 64});
    // A success whose body is no JSON is still a success: some answer with "ok".
    return json ? std::move(*json) : base::Json();
}

}  // namespace insight::outreach

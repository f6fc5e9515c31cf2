// Prints what this product would send to a provider and reads what one would answer, one JSON
// object a line in, one out, for tests/contract/llm/vendors.py:
//   {"do":"request", "provider", "prompt", "temperature"?, "after"?} → url, headers, body
//   {"do":"read", "provider", "bytes" (base64)} → the answer
//   {"do":"sign", "url", "headers", "body", "now", "token"?} → authorization
//   {"do":"estimate", "text"} → tokens
//   {"do":"recorded", "name"} → bytes (base64) of a stream of tests/data/llm
// `after` names a stream of tests/data/llm whose answer, with results, goes on the conversation.
#include <iostream>

#include "core/base/base64.h"
#include "core/llm/estimate.h"
#include "core/llm/signature_v4.h"
#include "tests/unit/llm/harness.h"

namespace {

using namespace insight;
using namespace insight::llm;
using base::Json;

Prompt prompt_from(const Json& value) {
    Prompt out = test::rich_prompt();
    out.system = base::text_at(value, "system", out.system);
    out.answer_now = base::flag_at(value, "answerNow");
    if (!base::flag_at(value, "schema", true)) out.answer_schema = nullptr;
    if (base::flag_at(value, "bare")) {
        out = test::question(base::text_at(value, "text", "Why?"));
        out.system = "";
    }
    return out;
}

void go_on(Prompt& prompt, const std::string& name) {
    const std::string bytes = test::recorded(name);
    const auto answer =
        test::read(base::text_at(test::expected(name), "provider"), {bytes}, prompt).value();
    Turn results{Speaker::User, "", {}, {}, {}};
    for (const ToolCall& call : answer.turn.calls)
        results.results.push_back({call.id, "nothing", false});
    if (results.results.empty()) results.text = "Go on.";
    prompt.turns.push_back(answer.turn);
    prompt.turns.push_back(results);
}

Json shown(const net::Request& request) {
    Json headers = Json::object();
    for (const auto& [name, value] : request.headers) headers[name] = value;
    return {{"url", request.url},
            {"headers", headers},
            {"authorization", request.authorization ? request.authorization->reveal() : ""},
            {"body", request.body}};
}

Json request(const Json& order) {
    Settings settings = test::settings_of(base::text_at(order, "provider"));
    if (order.contains("temperature")) settings.temperature = base::number_at(order, "temperature");
    Prompt prompt = prompt_from(base::object_at(order, "prompt"));
    if (const std::string after = base::text_at(order, "after"); !after.empty())
        go_on(prompt, after);
    const auto endpoint = complete(settings);
    if (!endpoint) return {{"error", endpoint.error().text()}};
    const auto out = make_wire(*endpoint)->request(prompt, {}, test::StillClock().now());
    return out ? shown(out->request) : Json{{"error", out.error().text()}};
}

Json read(const Json& order) {
    const auto bytes = base::from_base64(base::text_at(order, "bytes"));
    if (!bytes) return {{"error", bytes.error().text()}};
    const auto answer = test::read(base::text_at(order, "provider"), {*bytes}, test::question("?"));
    if (!answer) return {{"error", answer.error().error.text()}};
    return test::to_json(*answer);
}

Json sign(const Json& order) {
    net::Request out;
    out.method = "POST";
    out.url = base::text_at(order, "url");
    out.body = base::text_at(order, "body");
    for (const auto& [name, value] : base::object_at(order, "headers").items())
        out.headers.emplace_back(name, value.get<std::string>());
    const auto status =
        sign_v4(out, {{"AKIDEXAMPLE", base::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                       base::Secret(base::text_at(order, "token"))},
                      "eu-central-1",
                      "bedrock",
                      base::parse_rfc3339(base::text_at(order, "now")).value()});
    return status ? shown(out) : Json{{"error", status.error().text()}};
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        const auto order = base::parse_json(line, "the order");
        if (!order) return 2;
        const std::string what = base::text_at(*order, "do");
        Json out;
        if (what == "request") out = request(*order);
        if (what == "read") out = read(*order);
        if (what == "sign") out = sign(*order);
        if (what == "estimate")
            out["tokens"] = estimate_tokens(std::string_view(base::text_at(*order, "text")));
        if (what == "recorded")
            out["bytes"] = base::base64(test::recorded(base::text_at(*order, "name")));
        std::cout << base::dump_json(out) << std::endl;
    }
    return 0;
}

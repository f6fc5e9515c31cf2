#include "tests/unit/llm/harness.h"
#include "tests/tree.h"

#include <zlib.h>

#include <fstream>
#include <sstream>

namespace insight::llm::test {
namespace {

std::string file(const std::string& name) {
    std::ifstream in(insight::test::data() / "llm" / name, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

std::string big_endian(std::size_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xffU);
    return out;
}

std::string crc(const std::string& bytes) {
    return big_endian(
        ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())),
        4);
}

}  // namespace

base::Result<net::Response> ScriptedTransport::send(const net::Request& request) {
    return stream(request, [](std::string_view) { return true; });
}

base::Result<net::Response> ScriptedTransport::stream(const net::Request& request,
                                                      const net::Sink& sink) {
    requests.push_back(request);
    if (replies.empty()) return base::fail(base::ErrorKind::Unavailable, "nobody is there");
    const Reply reply = replies.front();
    if (replies.size() > 1) replies.pop_front();
    std::string_view rest = reply.body;
    while (!rest.empty()) {
        const std::string_view block = rest.substr(0, reply.block == 0 ? rest.size() : reply.block);
        rest.remove_prefix(block.size());
        if (!sink(block)) return net::Response{reply.status, reply.headers, {}};
    }
    if (reply.broken) return base::fail(*reply.broken);
    return net::Response{reply.status, reply.headers, {}};
}

Pacing Times::pacing() {
    return {[this](base::Nanos length) {
                waits.push_back(length);
                clock.time += length;
            },
            [this] { return dice; }};
}

Settings settings_of(std::string_view provider) {
    Settings out;
    out.provider = provider;
    out.model = "model-under-test";
    out.api_key = base::Secret("the-secret-key");
    out.region = "eu-central-1";
    if (provider == "azure") out.base_url = "https://insight.openai.azure.com";
    if (provider == "openai-compatible") out.base_url = "http://127.0.0.1:9/v1";
    return out;
}

Prompt question(std::string_view text) {
    Prompt out;
    out.system = "You find causes.";
    out.turns.push_back({Speaker::User, std::string(text), {}, {}, {}});
    return out;
}

Prompt rich_prompt() {
    using base::Json;
    Prompt out = question("Why are orders slow?");
    const Json text{{"type", "string"}};
    out.tools = {
        {"query_logs",
         "Reads log records of a service.",
         {{"type", "object"},
          {"properties", {{"service", text}, {"limit", {{"type", "integer"}, {"minimum", 1}}}}},
          {"required", {"service"}},
          {"additionalProperties", false}}},
        {"topology", "Who calls whom.", {{"type", "object"}, {"properties", Json::object()}}}};
    Turn called{Speaker::Assistant, "I look.", {}, {}, {}};
    called.calls = {{"call_a", "query_logs", {{"service", "orders"}}, ""},
                    {"call_b", "topology", nullptr, "{broken"}};
    Turn told{Speaker::User, "Go on.", {}, {}, {}};
    told.results = {{"call_a", "20 records: pool exhausted", false},
                    {"call_b", "the arguments are no JSON object", true}};
    out.turns.push_back(called);
    out.turns.push_back(told);
    out.answer_schema = {{"type", "object"},
                         {"properties",
                          {{"cause", {{"type", "string"}, {"maxLength", 200}}},
                           {"evidence", {{"type", "array"}, {"items", text}}}}},
                         {"required", {"cause", "evidence"}},
                         {"additionalProperties", false}};
    out.max_output_tokens = 1000;
    return out;
}

std::string stop_name(Stop stop) {
    switch (stop) {
        case Stop::End:
            return "end";
        case Stop::Tools:
            return "tools";
        case Stop::Length:
            return "length";
        case Stop::Refusal:
            return "refusal";
    }
    return "?";
}

base::Json to_json(const Answer& answer) {
    base::Json calls = base::Json::array();
    for (const ToolCall& call : answer.turn.calls) {
        base::Json one{{"id", call.id}, {"name", call.name}, {"input", call.input}};
        if (!call.malformed.empty()) one["malformed"] = call.malformed;
        calls.push_back(one);
    }
    return {{"text", answer.turn.text},
            {"calls", calls},
            {"stop", stop_name(answer.stop)},
            {"usage",
             {{"input", answer.usage.input},
              {"cachedInput", answer.usage.cached_input},
              {"cacheWrite", answer.usage.cache_write},
              {"output", answer.usage.output}}},
            {"model", answer.model},
            {"state", answer.turn.provider_state}};
}

std::string frame(const std::vector<net::Header>& headers, std::string_view payload) {
    std::string packed;
    for (const auto& [name, value] : headers)
        packed += big_endian(name.size(), 1) + name + '\x07' + big_endian(value.size(), 2) + value;
    return frame_of_raw_headers(packed, payload);
}

std::string frame_of_raw_headers(const std::string& packed, std::string_view payload) {
    std::string out =
        big_endian(16 + packed.size() + payload.size(), 4) + big_endian(packed.size(), 4);
    out += crc(out);
    out += packed;
    out += payload;
    return out + crc(out);
}

std::string event_frame(std::string_view type, std::string_view payload) {
    return frame({{":event-type", std::string(type)},
                  {":content-type", "application/json"},
                  {":message-type", "event"}},
                 payload);
}

std::string recorded(const std::string& name) {
    const std::string stream = file(name + ".stream");
    if (!stream.empty()) return stream;
    std::istringstream lines(file(name + ".events.ndjson"));
    std::string out;
    for (std::string line; std::getline(lines, line);) {
        const auto event = base::parse_json(line, "the event");
        for (const auto& [type, payload] : event->items())
            out += event_frame(type, base::dump_json(payload));
    }
    return out;
}

base::Json expected(const std::string& name) {
    return base::parse_json(file(name + ".expected.json"), name).value_or(base::Json());
}

Outcome<Answer> read(std::string_view provider, const std::vector<std::string_view>& blocks,
                     const Prompt& prompt, const Progress& progress) {
    const auto endpoint = complete(settings_of(provider));
    const auto wire = make_wire(*endpoint);
    const Peer peer("the/model", "http://server:80", {base::Secret("the-secret-key")});
    const auto reader = wire->reader(prompt, progress, peer);
    for (const std::string_view block : blocks)
        if (!reader->take(block)) break;
    return reader->finish();
}

}  // namespace insight::llm::test

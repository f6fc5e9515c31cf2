#include "agent/reasoning/tools/mcp_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/tools/simple_tool.h"
#include "analysis/injection/places.h"
#include "core/base/redaction/entrance.h"
#include "core/base/redaction/key_names.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// every tool's schema stands in every prompt
constexpr std::size_t kMostMcpTools = 40;
constexpr std::size_t kSchemaBytes = 4'000;
constexpr std::size_t kRows = 200;
constexpr std::size_t kAnswerBytes = 1U << 20;  // of one text that is read as JSON
constexpr int kDepth = 64;                      // as deep as its JSON is read
// what providers take as the name of a function: [a-zA-Z0-9_-]{1,64}
constexpr std::size_t kNameBytes = 64;

std::string face_name(const std::string& server, const std::string& tool) {
    std::string out = "mcp_" + server + "_" + tool;
    for (char& c : out)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-') c = '_';
    return out.substr(0, kNameBytes);
}

// What a server says structured is veiled like its lines: the same value, the same token.
void veil(Json& value, const mcp::Endpoint& endpoint, int depth = 0) {
    if (value.is_string()) {
        value = endpoint.hide(value.get_ref<const std::string&>());
    } else if (value.is_structured() && depth < kDepth) {
        for (auto& [key, item] : value.items()) {
            const bool secret =
                value.is_object() && item.is_string() &&
                !base::redaction::secret_kind_of(key).empty() &&
                base::redaction::is_worth_hiding(base::redaction::secret_kind_of(key),
                                                 item.get_ref<const std::string&>());
            if (secret)
                item = base::veiled_value(item.get_ref<const std::string&>(), key);
            else
                veil(item, endpoint, depth + 1);
        }
    }
}

// Rows of an answer, and how many more there were.
struct AnswerRows {
    Json rows = Json::array();
    std::size_t further = 0;

    void add(Json row) {
        if (rows.size() < kRows)
            rows.push_back(Json::array({std::move(row)}));
        else
            ++further;
    }
    // A list becomes rows, everything else one row.
    void add_all(const Json& value) {
        if (value.is_array())
            for (const Json& item : value) add(item);
        else if (!value.is_null())
            add(value);
    }
};

// Texts line by line, where they are no JSON.
AnswerRows rows_of(const mcp::ToolResult& answer, const mcp::Endpoint& endpoint) {
    AnswerRows out;
    Json structured = answer.structured;
    veil(structured, endpoint);
    out.add_all(structured);
    if (!out.rows.empty()) return out;
    for (const std::string& text : answer.texts) {
        auto parsed = base::parse_json(text, "the answer", {kAnswerBytes, kDepth});
        if (parsed && parsed->is_structured()) {
            veil(*parsed, endpoint);
            out.add_all(*parsed);
            continue;
        }
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            out.add(cell(endpoint.hide(text.substr(at, end - at)), 1'000));
            at = end + 1;
        }
    }
    return out;
}

base::Result<Found> call(mcp::Client& client, const std::string& tool, const std::string& name,
                         base::Nanos timeout, const Json& arguments) {
    const auto answer =
        client.call(tool, arguments, base::Deadline::after(std::chrono::nanoseconds(timeout)));
    if (!answer) return base::fail(answer.error());
    // Twice: the entrance learns from the first reading, so that a password whose name stands only
    // further down is hidden where it stood bare before. What is kept has none of them.
    (void)rows_of(*answer, client.endpoint());
    auto [rows, further] = rows_of(*answer, client.endpoint());
    if (answer->failed)
        return base::fail(base::ErrorKind::Unavailable,
                          fmt::format("the tool says that it failed: {}",
                                      rows.empty() ? "" : cell(base::dump_json(rows[0]), 200)));
    Found found;
    found.evidence.title = "answer of " + cell(tool, 100);
    found.evidence.source = "mcp/" + client.endpoint().name;
    found.evidence.query = asked_text(name, arguments);
    found.evidence.content = {{"kind", "rows"}, {"columns", {"answer"}}, {"rows", std::move(rows)}};
    if (further > 0) found.evidence.content["more"] = further;
    if (answer->left_out > 0)
        found.left_out.push_back(fmt::format("{} parts that are no text", answer->left_out));
    return found;
}

// What of one server's tools is not offered, told by why: a sentence a reason, with the first
// names.
class NotOffered {
  public:
    void add(std::string_view why, std::string_view tool) {
        auto& [count, names] = of_[std::string(why)];
        if (++count <= kNamed) names += (names.empty() ? "" : ", ") + cell(tool, 60);
    }
    void tell(const std::string& server, std::vector<std::string>& into) const {
        for (const auto& [why, one] : of_)
            into.push_back(fmt::format(
                "MCP server {}: not offered to the model, {} tool(s) ({}): {}{}", server, one.first,
                why, one.second,
                one.first > kNamed ? fmt::format(" and {} more", one.first - kNamed) : ""));
    }

  private:
    static constexpr std::size_t kNamed = 5;
    std::map<std::string, std::pair<std::size_t, std::string>> of_;
};

// Why a model is not told of a tool that it might use; empty: it is.
std::string kept_back(const mcp::Tool& tool, const std::string& name, const Tools& offered) {
    if (offered.size() >= kMostMcpTools)
        return fmt::format("{} are offered already", kMostMcpTools);
    if (base::dump_json(tool.input_schema).size() > kSchemaBytes)
        return fmt::format("its schema has more than {} bytes", kSchemaBytes);
    // A request with two functions of one name is refused as a whole.
    if (std::any_of(offered.begin(), offered.end(),
                    [&](const auto& one) { return one->face().name == name; }))
        return "another tool has that name already";
    // Names, descriptions and schemas are texts of a stranger, and no fence is around them.
    const Json said{
        {"name", tool.name}, {"description", tool.description}, {"schema", tool.input_schema}};
    if (!analysis::injection::orders_in(said, tool.name, 1).empty())
        return "what it says of itself reads like orders to a model";
    return {};
}

}  // namespace

Tools mcp_tools(const std::vector<std::shared_ptr<mcp::Client>>& clients, base::Nanos timeout,
                std::vector<std::string>& left_out) {
    Tools out;
    for (const auto& client : clients) {
        const mcp::Endpoint& endpoint = client->endpoint();
        const auto offered =
            client->tools(base::Deadline::after(std::chrono::nanoseconds(timeout)));
        if (!offered) {
            left_out.push_back(fmt::format("no tool of MCP server {} was offered to the model: {}",
                                           endpoint.name, endpoint.shown(offered.error().message)));
            continue;
        }
        if (!offered->cut.empty())
            left_out.push_back(fmt::format("MCP server {}: {}, and what comes after is not offered",
                                           endpoint.name, offered->cut));
        if (offered->nameless > 0)
            left_out.push_back(fmt::format("MCP server {}: {} of its tools have no name to call by",
                                           endpoint.name, offered->nameless));
        NotOffered not_offered;
        for (const mcp::Tool& tool : offered->tools) {
            if (!tool.usable()) {
                not_offered.add(tool.refused, tool.name);
                continue;
            }
            const std::string name = face_name(endpoint.name, tool.name);
            if (const std::string why = kept_back(tool, name, out); !why.empty()) {
                not_offered.add(why, tool.name);
                continue;
            }
            llm::Tool face{name, "(by MCP server) " + cell(endpoint.hide(tool.description), 400),
                           tool.input_schema};
            veil(face.input_schema, endpoint);
            out.push_back(std::make_unique<SimpleTool>(
                std::move(face),
                [client, tool = tool.name, name, timeout](const Json& arguments) {
                    return call(*client, tool, name, timeout, arguments);
                },
                true));
        }
        not_offered.tell(endpoint.name, left_out);
    }
    return out;
}

}  // namespace insight::agent::reasoning

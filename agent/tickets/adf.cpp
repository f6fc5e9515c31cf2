#include "agent/tickets/adf.h"

namespace insight::tickets {
namespace {

using base::Json;

// An empty text node is not allowed: a paragraph without content is.
Json content_of(const Block& block) {
    if (block.text.empty()) return Json::array();
    Json text{{"type", "text"}, {"text", block.text}};
    if (!block.url.empty()) text["marks"] = {{{"type", "link"}, {"attrs", {{"href", block.url}}}}};
    return Json::array({std::move(text)});
}

Json paragraph(const Block& block) {
    return {{"type", "paragraph"}, {"content", content_of(block)}};
}

}  // namespace

// Atlassian Document Format 1, the only text that Jira Cloud's API 3 takes; items that follow each
// other are one list.
Json adf(const Blocks& blocks) {
    Json content = Json::array();
    for (const Block& block : blocks) {
        if (block.kind == Block::Kind::Heading) {
            content.push_back(
                {{"type", "heading"}, {"attrs", {{"level", 2}}}, {"content", content_of(block)}});
        } else if (block.kind == Block::Kind::Text) {
            content.push_back(paragraph(block));
        } else {
            if (content.empty() || content.back()["type"] != "bulletList")
                content.push_back({{"type", "bulletList"}, {"content", Json::array()}});
            content.back()["content"].push_back(
                {{"type", "listItem"}, {"content", Json::array({paragraph(block)})}});
        }
    }
    if (content.empty()) content.push_back(paragraph({}));
    return {{"version", 1}, {"type", "doc"}, {"content", std::move(content)}};
}

namespace {

// documents of others: real ones nest a dozen levels, and recursion must end
constexpr int kDeepest = 40;
constexpr std::size_t kLongest = 64U << 10;

void gather(const base::Json& node, int depth, std::string& out) {
    if (!node.is_object() || depth > kDeepest || out.size() > kLongest) return;
    const std::string type = base::text_at(node, "type");
    if (type == "text") out += base::text_at(node, "text");
    if (type == "hardBreak") out += "\n";
    // People and cards are shown by an attribute.
    if (type == "mention" || type == "emoji")
        out += base::text_at(base::object_at(node, "attrs"), "text");
    if (type == "inlineCard") out += base::text_at(base::object_at(node, "attrs"), "url");
    for (const base::Json& child : base::array_at(node, "content")) gather(child, depth + 1, out);
    const bool ends_line = type == "paragraph" || type == "heading" || type == "codeBlock";
    if (ends_line && !out.empty() && out.back() != '\n') out += "\n";
}

}  // namespace

std::string adf_text(const base::Json& document) {
    std::string out;
    gather(document, 0, out);
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

}  // namespace insight::tickets

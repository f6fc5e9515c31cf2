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

}  // namespace insight::tickets

#include "agent/reasoning/kept.h"

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {

using base::Json;

model::Evidence as_kept(model::Evidence evidence) {
    if (base::text_at(evidence.content, "kind") != "logs") return evidence;
    const auto lines = evidence.content.find("lines");
    if (lines == evidence.content.end() || !lines->is_array()) return evidence;
    bool changed = false;
    for (Json& line : *lines) {
        const std::string body = base::text_at(line, "body");
        std::string shown = base::redact(body);
        if (shown == body) continue;
        line["body"] = std::move(shown);
        changed = true;
    }
    if (changed) evidence.digest = base::sha256_hex(base::dump_json(evidence.content));
    return evidence;
}

}  // namespace insight::agent::reasoning

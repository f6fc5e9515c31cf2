// A text, and what it is when decoded once, twice, three times: a secret in an encoded URL or in
// JSON inside JSON is found as if it stood there plainly. Decoded once for all who look.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/redaction/decoded.h"
#include "core/base/redaction/find.h"

namespace insight::base::redaction {

class Layers {
  public:
    explicit Layers(std::string_view text) : text_(text) {
        std::string_view outer = text;
        while (static_cast<int>(decoded_.size()) < kLevels && is_encoded(outer)) {
            Decoded next = decode(outer);
            if (next.text == outer && !decoded_.empty()) break;
            decoded_.push_back(std::move(next));
            outer = decoded_.back().text;
        }
    }
    Layers(const Layers&) = delete;  // views of its own texts

    // Runs `detect` over every layer; findings are places of the text itself.
    template <typename Detect>
    void look(Findings& out, Detect detect) const {
        detect(text_, out);
        for (std::size_t level = 0; level < decoded_.size(); ++level) {
            Findings found;
            detect(std::string_view(decoded_[level].text), found);
            for (const Finding& finding : found)
                out.push_back({origin(finding.begin, level), origin(finding.end, level),
                               finding.kind, finding.rank});
        }
    }

  private:
    [[nodiscard]] std::size_t origin(std::size_t offset, std::size_t level) const {
        for (std::size_t i = level + 1; i > 0; --i) offset = decoded_[i - 1].origin(offset);
        return offset;
    }

    std::string_view text_;
    std::vector<Decoded> decoded_;
};

}  // namespace insight::base::redaction

#include "agent/reasoning/shown.h"

#include <re2/re2.h>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/unseen.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kStatement = 600;

}  // namespace

std::string shown_statement(const std::string& statement) {
    static const re2::RE2 kIds(R"(\s*[\[(]\s*(?:evidence:?\s*)?E\d+(?:\s*[,;]\s*E\d+)*\s*[\])])");
    std::string out = cell(without_unseen(statement), kStatement);
    re2::RE2::GlobalReplace(&out, kIds, "");
    // Emphasis of Markdown: a number in it is a number.
    re2::RE2::GlobalReplace(&out, R"(\*\*)", "");
    return out;
}

}  // namespace insight::agent::reasoning

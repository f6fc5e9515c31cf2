#include "agent/reasoning/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/base/text.h"

namespace insight::agent::reasoning {

Pattern::Pattern() = default;
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

base::Result<Pattern> Pattern::make(const std::string& text) {
    Pattern out;
    if (text.empty()) return out;
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    // RE2 is linear in the text, but a counted repetition can make a program of any size.
    options.set_max_mem(4 << 20);
    out.expression_ = std::make_unique<re2::RE2>(text, options);
    if (!out.expression_->ok())
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("'{}' is no RE2 pattern: {}; escape what is meant literally",
                                      base::shorten(text, 80), out.expression_->error()));
    return out;
}

bool Pattern::in(std::string_view text) const {
    return empty() ||
           re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

base::Result<std::vector<Pattern>> patterns_of(const base::Json& arguments) {
    std::vector<Pattern> out;
    const auto add = [&](const std::string& text) -> base::Status {
        if (text.empty()) return {};
        auto pattern = Pattern::make(text);
        if (!pattern) return base::fail(pattern.error());
        out.push_back(std::move(*pattern));
        return {};
    };
    if (auto added = add(base::text_at(arguments, "contains")); !added)
        return base::fail(added.error());
    for (const base::Json& also : base::array_at(arguments, "also"))
        if (also.is_string())
            if (auto added = add(also.get_ref<const std::string&>()); !added)
                return base::fail(added.error());
    return out;
}

bool in_all(const std::vector<Pattern>& patterns, std::string_view text) {
    return std::all_of(patterns.begin(), patterns.end(),
                       [&](const Pattern& pattern) { return pattern.in(text); });
}

}  // namespace insight::agent::reasoning

#include "core/llm/fallback_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::llm {
namespace {

constexpr double kShare = 0.6;  // of what is left, for one of several

base::Error summary(std::vector<base::Error> errors) {
    base::Error out = std::move(errors.front());
    if (errors.size() == 1) return out;
    for (std::size_t i = 1; i < errors.size(); ++i) {
        if (errors[i].kind != out.kind) out.kind = base::ErrorKind::Unavailable;
        out.cause += fmt::format("{}then {}", out.cause.empty() ? "" : "; ", errors[i].text());
    }
    out.message += fmt::format(", and none of the {} others answered", errors.size() - 1);
    out.cause = base::shorten(out.cause, 1000);
    return out;
}

}  // namespace

FallbackModel::FallbackModel(std::vector<std::unique_ptr<Model>> models)
    : models_(std::move(models)) {}

std::int64_t FallbackModel::context_tokens() const {
    std::int64_t least = models_.front()->context_tokens();
    for (const auto& model : models_) least = std::min(least, model->context_tokens());
    return least;
}

base::Result<Answer> FallbackModel::ask(const Prompt& prompt, const Progress& progress) {
    std::vector<base::Error> errors;
    for (const auto& model : models_) {
        Prompt part = prompt;
        if (model != models_.back()) {
            const auto left = std::chrono::duration<double>(prompt.deadline.remaining());
            part.deadline = prompt.deadline.sooner(
                std::chrono::duration_cast<std::chrono::nanoseconds>(left * kShare));
        }
        auto answer = model->ask(part, progress);
        if (answer) return answer;
        errors.push_back(std::move(answer.error()));
        // A key that is refused or a prompt that is too long for one may suit the next.
        if (prompt.deadline.passed()) break;
    }
    return base::fail(summary(std::move(errors)));
}

}  // namespace insight::llm

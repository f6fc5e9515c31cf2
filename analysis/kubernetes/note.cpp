#include "analysis/kubernetes/note.h"

namespace insight::analysis::kubernetes {

Note& Note::says(std::string sentence) {
    statement = std::move(sentence);
    return *this;
}

Note& Note::cite(const Object& object, Cells cells) {
    cited.push_back({&object, std::move(cells)});
    return *this;
}

Note& Note::cite(const Event& event) {
    events.push_back(&event);
    return *this;
}

Note& Note::since(std::optional<Nanos> time) {
    if (time) onset = time;
    return *this;
}

Note& Note::weighs(const Weight& value) {
    weight = value;
    return *this;
}

Note& Note::over(bool recovered) {
    current = current && !recovered;
    return *this;
}

Note& Note::overturned(std::string sentence, std::string command) {
    overturned_by.statement = std::move(sentence);
    overturned_by.command = std::move(command);
    return *this;
}

Note& Note::advise(std::string sentence, std::string command) {
    model::Recommendation& recommendation = recommendations.emplace_back();
    recommendation.statement = std::move(sentence);
    recommendation.command = std::move(command);
    return *this;
}

Note& Note::after(const Object* cause) {
    if (cause != nullptr) follows_from.push_back(cause);
    return *this;
}

Note& Note::concerns(std::string container) {
    part = std::move(container);
    return *this;
}

}  // namespace insight::analysis::kubernetes

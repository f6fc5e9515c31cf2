#include "collectors/skywalking/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace insight::collectors::skywalking {
namespace {

using base::Json;

// A part of the questions, by position.
using Part = std::vector<std::size_t>;

struct Document {
    std::string text;
    Json variables = Json::object();
};

Document document_of(const Form& form, const std::vector<Question>& questions, const Part& part) {
    Document out;
    std::string declared;
    std::string fields;
    for (const std::size_t at : part) {
        const Question& question = questions[at];
        std::string text = question.text;
        // from the last, so that @1 is not found within @10
        for (std::size_t i = question.values.size(); i-- > 0;) {
            const std::string name = fmt::format("v{}_{}", at, i);
            const std::string place = fmt::format("@{}", i);
            const std::size_t found = text.find(place);
            if (found == std::string::npos) continue;
            text.replace(found, place.size(), "$" + name);
            declared += fmt::format("${}: {} ", name, question.values[i].type);
            out.variables[name] = question.values[i].value;
        }
        fields += fmt::format("q{}: {}\n", at, text);
    }
    out.text = declared.empty() ? "query {\n" : fmt::format("query ({}) {{\n", declared);
    out.text += fields + "}\n" + form.fragments;
    return out;
}

class Asker {
  public:
    Asker(Api& api, const Form& form, const std::vector<Question>& questions,
          base::Deadline deadline)
        : api_(api), form_(form), questions_(questions), deadline_(deadline) {
        replies_.values.resize(questions.size());
        // what is dropped or halved costs requests of its own
        left_ = 4 + 3 * (questions.size() / std::max<std::size_t>(1, form.at_once) + 1);
    }

    Replies run() {
        for (std::size_t from = 0; from < questions_.size() && !replies_.over;
             from += form_.at_once) {
            Part part(std::min(form_.at_once, questions_.size() - from));
            std::iota(part.begin(), part.end(), from);
            ask(part);
        }
        return std::move(replies_);
    }

  private:
    void keep(const base::Error& error) {
        if (!replies_.error) replies_.error = error;
        if (ends_all(error)) replies_.over = true;
    }

    void halve(const Part& part) {
        const auto middle = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
        ask(Part(part.begin(), middle));
        ask(Part(middle, part.end()));
    }

    void ask(const Part& part) {
        if (part.empty() || replies_.over) return;
        // A server that fails field by field would otherwise be asked once a question.
        if (left_ == 0) {
            replies_.refused += part.size();
            return;
        }
        --left_;
        const Document document = document_of(form_, questions_, part);
        auto answer = api_.ask(document.text, document.variables, deadline_, form_.max_body);
        if (!answer) {
            if (worth_splitting(answer.error()) && part.size() > 1) return halve(part);
            replies_.refused += part.size();
            return keep(answer.error());
        }
        // By the rules of GraphQL a failed field that may not be null makes all of `data` null:
        // which questions were innocent shows only when they are asked without it.
        Part again;
        bool dropped = false;
        for (const std::size_t at : part) {
            const std::string alias = fmt::format("q{}", at);
            const auto bad =
                std::find_if(answer->errors.begin(), answer->errors.end(),
                             [&](const Trouble& trouble) { return trouble.field == alias; });
            if (const auto found = answer->data.find(alias);
                found != answer->data.end() && !found->is_null()) {
                replies_.values[at] = std::move(*found);
                ++replies_.answered;
            } else if (bad != answer->errors.end()) {
                dropped = true;
                ++replies_.refused;
                keep({base::ErrorKind::Internal,
                      fmt::format("SkyWalking {} could not answer part of it: look at the log of "
                                  "the OAP server and at its storage",
                                  api_.instance()),
                      bad->message});
            } else if (answer->errors.empty()) {
                ++replies_.answered;  // null is an answer: nothing is known
            } else {
                again.push_back(at);  // went down with another
            }
        }
        // Where no culprit was named it is found by halves.
        if (dropped)
            ask(again);
        else if (again.size() > 1)
            halve(again);
        else
            replies_.refused += again.size();
    }

    Api& api_;
    const Form& form_;
    const std::vector<Question>& questions_;
    base::Deadline deadline_;
    Replies replies_;
    std::size_t left_ = 0;  // requests
};

}  // namespace

Replies ask_all(Api& api, const Form& form, const std::vector<Question>& questions,
                base::Deadline deadline) {
    return Asker(api, form, questions, deadline).run();
}

}  // namespace insight::collectors::skywalking

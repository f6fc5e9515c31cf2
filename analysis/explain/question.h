// What to ask about a cause, by its class.
#pragma once

#include <string>
#include <string_view>

namespace insight::analysis::explain {

// By what the answer is found.
enum class Means {
    DayBefore,    // the clearest series, a day earlier
    AroundOnset,  // the clearest series, around the onset
    Lines,        // the quoted log line, in the baseline
    Trace,        // an example of the request
    Sockets,      // the connections of the pod
    Again         // anything else: the sources are asked once more
};

struct Question {
    std::string_view cause_class;
    Means means = Means::Again;
    std::string_view overturned_if;  // a whole sentence
    std::string_view asked;          // the same as a question, without its question mark
};

// Never fails: classes that nobody thought of get the question that fits every cause.
const Question& question_of(std::string_view cause_class);

// Whether the class has a question of its own.
bool has_question(std::string_view cause_class);

}  // namespace insight::analysis::explain

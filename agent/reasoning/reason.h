// Why an investigation by a language model ended. The codes stand in reports, logs and metrics, so
// they never change their meaning.
#pragma once

#include <string>
#include <string_view>

namespace insight::agent::reasoning {

enum class Ended {
    Answered,         // the model gave its answer
    NothingToDo,      // nothing is wrong and nothing is new: no model was asked
    NothingRecorded,  // no source gave a single record: no model was asked
    Iterations,       // the most iterations were made
    NoProgress,       // it went on asking for what it had seen
    ToolLimit,        // the most tool calls were made
    BudgetIncident,   // tokens or money of this incident
    BudgetDay,        // tokens or money of this tenant and day
    NoPrice,          // money is limited and the model has no price
    NoAccount,        // what was spent so far cannot be read or written
    ProviderDown,     // no model answered
    Denied,           // the key is refused
    RequestRefused,   // the provider does not take the request
    Refused,          // the model will not answer
    Silent,           // it said nothing
    TooLong,          // its answer was longer than allowed, again
    BadAnswer,        // its answer had not the shape that was asked for, again
    TooBig,           // not even the shortest prompt fits what the model reads
    Deadline,         // the time for the whole investigation was over
    NotRecorded,      // a replay came to a question that was not recorded
    Broken            // a defect of ours
};

// "answered", "nothing_to_do", …
std::string_view code(Ended ended);
// One sentence for people.
std::string_view sentence(Ended ended);
// Ended::Broken for what is no code.
Ended ended_from(std::string_view code);

}  // namespace insight::agent::reasoning

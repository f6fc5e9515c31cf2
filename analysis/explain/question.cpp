#include "analysis/explain/question.h"

#include <algorithm>
#include <array>

namespace insight::analysis::explain {
namespace {

constexpr std::string_view kCommonBefore =
    "If the same lines were as frequent before the trouble, when nobody was hurt, they are not the "
    "cause.";
constexpr std::string_view kWereLines = "Were the same lines as frequent before the trouble";

constexpr std::array kQuestions{
    Question{"resource_contention", Means::DayBefore,
             "If its resources were as busy at the same time a day earlier, when nobody was hurt, "
             "the cause lies elsewhere.",
             "Were its resources as busy at the same time a day earlier"},
    Question{"network_delay", Means::Sockets,
             "If its connections show no retransmissions and the round trip times of its "
             "neighbours, the time is lost in the processes, not on the way.",
             "Are packets to it lost or late"},
    Question{"failing_operation", Means::Trace,
             "If in a trace of such a request something else failed first, the failure is a "
             "consequence.",
             "Did something else fail first in the failing requests"},
    Question{"no_answer", Means::Trace,
             "If in a trace of such a request the other side has a span of its own, the call "
             "arrived there, and only its answer was late.",
             "Does the other side know of such a request"},
    Question{"slow_processing", Means::Trace,
             "If in a trace of such a request the time passes in what it calls, the cause lies "
             "there.",
             "Does the time pass in what it calls"},
    Question{"repeated_calls", Means::Trace,
             "If one such request makes no more calls than before, it is not a loop.",
             "Does one request make more calls than before"},
    Question{"changed_behaviour", Means::Trace,
             "If fewer or other requests reached it, the cause lies before it.",
             "Did fewer or other requests reach it"},
    Question{"unexplained_errors", Means::Trace,
             "If in a trace of a failed request something it calls failed first, the cause lies "
             "there.",
             "Did something it calls fail first"},
    Question{"unexplained_latency", Means::Trace,
             "If in a trace of a slow request something it calls was slow first, the cause lies "
             "there.",
             "Was something it calls slow first"},
    Question{"unexplained_throughput", Means::AroundOnset,
             "If its callers were sent as much as before when its own traffic changed, the cause "
             "lies between them.",
             "Did its callers send as much as before"},
    Question{"load_surge", Means::DayBefore,
             "If as many requests were served at the same time a day earlier, when nobody was "
             "hurt, the load is not the cause.",
             "Were as many requests served at the same time a day earlier"},
    Question{"new_error", Means::Lines, kCommonBefore, kWereLines},
    Question{"log_surge", Means::Lines, kCommonBefore, kWereLines},
    Question{"unhandled_exception", Means::Lines, kCommonBefore, kWereLines},
    Question{"memory_exhaustion", Means::Lines, kCommonBefore, kWereLines},
    Question{"disk_full", Means::Lines, kCommonBefore, kWereLines},
    Question{"descriptor_exhaustion", Means::Lines, kCommonBefore, kWereLines},
    Question{"certificate_expired", Means::Lines, kCommonBefore, kWereLines},
    Question{"connection_exhaustion", Means::Lines, kCommonBefore, kWereLines},
    Question{"lock_contention", Means::Lines, kCommonBefore, kWereLines},
    Question{"name_resolution", Means::Lines, kCommonBefore, kWereLines},
    Question{"dependency_down", Means::Lines, kCommonBefore, kWereLines},
    Question{"dependency_failing", Means::Lines, kCommonBefore, kWereLines},
    Question{"dependency_slow", Means::Lines, kCommonBefore, kWereLines}};

constexpr Question kAnything{"", Means::AroundOnset,
                             "If another entity left its normal range earlier, the cause lies "
                             "there.",
                             "Did anything else leave its normal range earlier"};

const Question* find(std::string_view cause_class) {
    const auto it =
        std::find_if(kQuestions.begin(), kQuestions.end(),
                     [&](const Question& question) { return question.cause_class == cause_class; });
    return it == kQuestions.end() ? nullptr : &*it;
}

}  // namespace

const Question& question_of(std::string_view cause_class) {
    const Question* own = find(cause_class);
    return own == nullptr ? kAnything : *own;
}

bool has_question(std::string_view cause_class) {
    return find(cause_class) != nullptr;
}

}  // namespace insight::analysis::explain

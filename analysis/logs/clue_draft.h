// What the finders of log clues share: a finding with its evidence, before the strongest are kept.
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/logs/judged.h"
#include "analysis/logs/line_meaning.h"

namespace insight::analysis::logs {

struct Draft {
    Finding finding;
    model::Evidence evidence;
};

// What every finder looks at.
struct Heard {
    const LogSummary& summary;
    const Judgements& judged;
    const Names& names;  // whom a line may name
};

// The finders, each a file of its own. Each adds its drafts and returns how many things it
// compared.
std::size_t find_templates(const Heard& heard, std::vector<Draft>& into);  // template_clues.cpp
std::size_t find_flows(const Heard& heard, std::vector<Draft>& into);      // flow_clues.cpp
std::size_t find_volumes(const Heard& heard, std::vector<Draft>& into);    // volume_clues.cpp

inline constexpr double kRoutineWorth = 3;     // surprise of a line that says nothing bad
inline constexpr double kRoutineFactor = 1.1;  // |ln|: three times as many or few

// Most surprising and harmful first.
bool says_more(const Draft& a, const Draft& b);

// "1 line", "2 lines"
std::string plural(std::uint64_t count, const char* word);

base::Json facts_of(const LogSummary& summary, const EntityLogs& entity, const TemplateCount& count,
                    model::Nanos onset, double expected);

double strength_of(double surprise, double bad);

}  // namespace insight::analysis::logs

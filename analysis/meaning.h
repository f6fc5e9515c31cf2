// What a metric is about, told from the words of its name, which direction hurts, and from where it
// was seen.
#pragma once

#include <string>
#include <string_view>

#include "analysis/aspect.h"

namespace insight::analysis {

enum class Harm { Up, Down, Neither };

struct Meaning {
    Aspect aspect = Aspect::Other;
    Harm harm = Harm::Neither;
    double weight = 0;  // how much a shift says that users are hurt, 0 to 1; settings say nothing
    View view = View::Own;
    bool known = false;  // false: no word of the name is known
};

// Words are what stands between non-alphanumeric characters and case changes; OpenTelemetry,
// Prometheus and exporter names are all understood. Unknown names hurt little.
Meaning meaning_of(std::string_view metric_name);

// "pg_stat_database.numBackends" becomes "_pg_stat_database_num_backends_".
std::string words_of(std::string_view metric_name);

// Do such words hold this one ("_backends_"), or these in this order?
inline bool says(const std::string& words, std::string_view word) {
    return words.find(word) != std::string::npos;
}

// Seconds that one unit of a duration metric stands for, told from its unit or name ("_usec",
// "_ms",
// "_seconds"); 0 when neither says.
double seconds_per_unit(std::string_view metric_name, std::string_view unit);

}  // namespace insight::analysis

#include "agent/publishing/signals.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "agent/publishing/steps.h"

namespace insight::agent {

using base::Json;
namespace {

// "OrdersDB_Slow" as orders, db, slow.
std::vector<std::string> split(const std::string& name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        const bool upper = std::isupper(c) != 0;
        const bool after_lower =
            i > 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
        if (std::isalnum(c) == 0 || (upper && after_lower)) words.emplace_back();
        if (std::isalnum(c) != 0) words.back() += static_cast<char>(std::tolower(c));
    }
    std::erase(words, "");
    return words;
}

}  // namespace

std::vector<std::string> signals_of(const Json& report) {
    std::vector<std::string> out;
    const Json& causes = base::array_at(report, "causes");
    if (causes.empty()) return out;
    const Json& cause = causes.front();
    out.push_back(base::text_at(cause, "class"));
    for (const Json& clue : base::array_at(report, "clues"))
        // What else was abnormal belongs to other cases.
        if (base::object_at(clue, "entity") == base::object_at(cause, "entity"))
            out.push_back(base::text_at(clue, "kind"));
    for (const Json& id : base::array_at(cause, "evidence"))
        out.push_back(system_of(base::object_at(base::object_at(report, "evidence"),
                                                id.is_string() ? id.get<std::string>() : "")));
    std::vector<std::string> once;
    for (const std::string& one : out)
        if (!one.empty() && std::find(once.begin(), once.end(), one) == once.end())
            once.push_back(one);
    // Matching counts shared signals: a long tail would make everything alike.
    if (once.size() > 8) once.resize(8);
    return once;
}

std::vector<std::string> signals_of_alert(const Json& incident) {
    std::set<std::string> private_words;
    std::vector<std::string> alert;
    const auto read = [&](const Json& one) {
        for (const auto& [label, value] : base::object_at(one, "labels").items()) {
            if (!value.is_string() || label == "severity") continue;
            if (label == "alertname")
                alert = split(value.get<std::string>());
            else
                for (const std::string& word : split(value.get<std::string>()))
                    private_words.insert(word);
        }
    };
    read(base::object_at(incident, "alert"));
    std::string joined;
    std::vector<std::string> out;
    for (const std::string& word : alert) {
        if (private_words.contains(word)) continue;
        joined += (joined.empty() ? "" : "_") + word;
        // Shorter words ("db", "api") are in too many names to say anything.
        if (word.size() >= 4) out.push_back(word);
    }
    // The whole name first: it is the most telling, and hubs match from the front.
    if (joined.size() >= 3) out.insert(out.begin(), joined);
    return out;
}

}  // namespace insight::agent

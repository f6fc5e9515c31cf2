#include "analysis/logs/line_meaning.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analysis/logs/line_scan.h"
#include "core/base/text.h"

namespace insight::analysis::logs {
namespace {

using namespace scan;

std::string squeeze(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const std::uint8_t kind = class_of(c);
        if ((kind & kDigit) != 0)
            out += c;
        else if ((kind & kAlpha) != 0 && c != '_')
            out += static_cast<char>(c | 0x20);
    }
    return out;
}

struct Words {
    std::string_view text;
    double badness;
};

// Lower case; the worst one that is found counts.
constexpr std::array kWords{Words{"out of memory", 1},
                            Words{"outofmemory", 1},
                            Words{"panic", 1},
                            Words{"segmentation fault", 1},
                            Words{"fatal", 1},
                            Words{"no space left", 1},
                            Words{"too many open files", 1},
                            Words{"core dumped", 1},
                            Words{"deadlock", 0.9},
                            Words{"exception", 0.7},
                            Words{"traceback", 0.7},
                            Words{"error", 0.7},
                            Words{"refused", 0.7},
                            Words{"connection reset", 0.7},
                            Words{"timed out", 0.7},
                            Words{"timeout", 0.6},
                            Words{"unavailable", 0.7},
                            Words{"failed", 0.6},
                            Words{"failure", 0.6},
                            Words{"no such host", 0.7},
                            Words{"unreachable", 0.7},
                            Words{"circuit", 0.5},
                            Words{"rejected", 0.5},
                            Words{"denied", 0.5},
                            Words{"exhausted", 0.7},
                            Words{"aborted", 0.5},
                            Words{"expired", 0.4},
                            Words{"cannot", 0.4},
                            Words{"unable to", 0.5},
                            Words{"retry", 0.3}};

struct Trouble {
    std::string_view text;
    NamedTrouble named;
};

// In order: the first that is found decides, what names the trouble before what only says that
// there is some.
constexpr std::array kTroubles{
    Trouble{"outofmemory", {"memory_exhaustion", model::Level::Infrastructure, false}},
    Trouble{"out of memory", {"memory_exhaustion", model::Level::Infrastructure, false}},
    Trouble{"no space left", {"disk_full", model::Level::Infrastructure, false}},
    Trouble{"too many open files", {"descriptor_exhaustion", model::Level::Config, false}},
    Trouble{"certificate has expired", {"certificate_expired", model::Level::Config, false}},
    Trouble{"certificate expired", {"certificate_expired", model::Level::Config, false}},
    Trouble{"too many connections", {"connection_exhaustion", model::Level::Config, true}},
    Trouble{"connection pool", {"connection_exhaustion", model::Level::Config, false}},
    Trouble{"connection refused", {"dependency_down", model::Level::Dependency, true}},
    Trouble{"connection reset", {"dependency_down", model::Level::Dependency, true}},
    Trouble{"no instances available", {"dependency_down", model::Level::Dependency, true}},
    Trouble{"no such host", {"name_resolution", model::Level::Infrastructure, true}},
    Trouble{"unknownhost", {"name_resolution", model::Level::Infrastructure, true}},
    Trouble{"httpservererror", {"dependency_failing", model::Level::Dependency, true}},
    Trouble{"httpclienterror", {"dependency_failing", model::Level::Dependency, true}},
    Trouble{"bad gateway", {"dependency_failing", model::Level::Dependency, true}},
    Trouble{"service unavailable", {"dependency_failing", model::Level::Dependency, true}},
    Trouble{"timed out", {"dependency_slow", model::Level::Dependency, true}},
    Trouble{"sockettimeout", {"dependency_slow", model::Level::Dependency, true}},
    Trouble{"deadline exceeded", {"dependency_slow", model::Level::Dependency, true}},
    Trouble{"deadlock", {"lock_contention", model::Level::Code, false}},
    Trouble{"exception", {"unhandled_exception", model::Level::Code, false}},
    Trouble{"traceback", {"unhandled_exception", model::Level::Code, false}},
    Trouble{"panic:", {"unhandled_exception", model::Level::Code, false}}};

constexpr std::array<std::string_view, 14> kLevels{"trace",    "debug", "info",  "notice", "warn",
                                                   "warning",  "error", "err",   "severe", "fatal",
                                                   "critical", "crit",  "panic", "alert"};

bool is_level(std::string_view word) {
    std::string plain = squeeze(word);
    return std::find(kLevels.begin(), kLevels.end(), plain) != kLevels.end();
}

bool has_digit(std::string_view word) {
    return std::any_of(word.begin(), word.end(),
                       [](char c) { return (class_of(c) & kDigit) != 0; });
}

std::vector<std::string> words_of_name(std::string_view name) {
    std::vector<std::string> out(1);
    for (const char c : name) {
        if ((class_of(c) & (kAlpha | kDigit)) != 0 && c != '_')
            out.back() += static_cast<char>(c | 0x20);
        else if (!out.back().empty())
            out.emplace_back();
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

}  // namespace

double badness(const TemplateCount& count, std::string_view text) {
    const std::uint32_t severe = count.ranks[Error] + count.ranks[Fatal];
    const std::uint32_t told =
        severe + count.ranks[Warning] + count.ranks[Info] + count.ranks[Debug];
    const std::string low = base::lower(text);
    double words = 0;
    for (const Words& known : kWords)
        if (known.badness > words && low.find(known.text) != std::string::npos)
            words = known.badness;
    if (told == 0) return words;
    if (severe * 2 >= told) return std::max(count.ranks[Fatal] * 2 >= told ? 1.0 : 0.7, words);
    if (count.ranks[Warning] * 2 >= told) return std::max(0.4, std::min(words, 0.7));
    // Programs write "error=null" and "0 failed" as information: only a named exception counts.
    return low.find("exception") != std::string::npos && words >= 0.7 ? 0.5 : 0;
}

std::optional<NamedTrouble> trouble_of(std::string_view text) {
    const std::string low = base::lower(text);
    for (const Trouble& known : kTroubles)
        if (low.find(known.text) != std::string::npos) return known.named;
    return std::nullopt;
}

std::string_view message_of(std::string_view body) {
    body = body.substr(0, body.find('\n'));
    std::string_view rest = body;
    bool named_level = false, key = false;
    std::string_view after = body;  // the message, as far as we know
    // A header holds times, one level, names in brackets and "key: value"; the first plain word
    // that is none of these begins the message.
    for (int words = 0; words < 16 && !rest.empty(); ++words) {
        while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::string_view word = rest.substr(0, end);
        if (word.empty()) break;
        const bool level = !named_level && is_level(word) && word.size() <= 10;
        const bool time = has_digit(word) && word.find_first_of(":-./,") != word.npos &&
                          std::count_if(word.begin(), word.end(),
                                        [](char c) { return (class_of(c) & kDigit) != 0; }) *
                                  2 >=
                              static_cast<std::ptrdiff_t>(word.size());
        const bool next_key =
            word.size() > 2 && word.ends_with(':') && words > 0 && squeeze(word).ends_with("id");
        const bool logger = named_level && !level && words < 5 && after.data() != rest.data() &&
                            word.find('.') != word.npos && !word.ends_with('.') &&
                            word.find('=') == word.npos;
        if (!level && !time && !next_key && !key && !logger) break;
        named_level = named_level || level;
        key = next_key;
        rest.remove_prefix(end);
        after = rest;
    }
    while (!after.empty() && (after.front() == ' ' || after.front() == ':' || after.front() == '-'))
        after.remove_prefix(1);
    return after.size() < 3 ? body : after;
}

Names::Names(const std::vector<model::Entity>& entities) {
    std::map<std::string, std::size_t> shared;
    std::set<model::Entity> once(entities.begin(), entities.end());
    for (const model::Entity& entity : once) {
        const std::vector<std::string> words = words_of_name(entity.name);
        for (const std::string& word : std::set<std::string>(words.begin(), words.end()))
            ++shared[word];
    }
    for (const model::Entity& entity : once) {
        Known known{entity, squeeze(entity.name), {}};
        // "service" in "shop-cart-service" and its neighbours tells nothing, "cart" does; what
        // follows it stays, so that "cartservice" is found and "a cart" is not.
        const std::vector<std::string> words = words_of_name(entity.name);
        std::size_t from = 0;
        while (from < words.size() && shared[words[from]] * 2 > once.size() && once.size() > 2)
            ++from;
        for (std::size_t i = from; i < words.size(); ++i) known.core += words[i];
        if (known.core.size() < 5 || from == words.size()) known.core = known.squeezed;
        if (known.squeezed.size() >= 3) known_.push_back(std::move(known));
    }
    std::stable_sort(known_.begin(), known_.end(),
                     [](const Known& a, const Known& b) { return a.core.size() > b.core.size(); });
}

std::optional<model::Entity> Names::blamed(const model::Entity& speaker,
                                           std::string_view text) const {
    const std::string low = base::lower(text);
    std::string squeezed = squeeze(text);
    std::optional<model::Entity> found;
    for (const Known& known : known_) {
        const std::string whole = base::lower(known.entity.name);
        std::size_t at = low.find(whole);
        const auto is_part = [&](std::size_t i) {
            return i < low.size() && ((class_of(low[i]) & (kAlpha | kDigit)) != 0 || low[i] == '-');
        };
        while (at != std::string::npos &&
               ((at > 0 && is_part(at - 1)) || is_part(at + whole.size())))
            at = low.find(whole, at + 1);
        bool named = at != std::string::npos;
        // Run together: only names long enough not to be met by chance.
        if (!named && known.core.size() >= 8) {
            const std::size_t core = squeezed.find(known.core);
            named = core != std::string::npos;
            if (named) squeezed.replace(core, known.core.size(), known.core.size(), '\x01');
        }
        if (!named || known.entity == speaker) continue;
        if (found && *found != known.entity) return std::nullopt;
        found = known.entity;
    }
    return found;
}

}  // namespace insight::analysis::logs

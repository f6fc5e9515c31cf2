// Secrets that no "=" announces: SQL, command lines, name/value pairs, XML, password files.
#include <array>

#include "core/base/redaction/characters.h"
#include "core/base/redaction/key_names.h"
#include "core/base/redaction/patterns.h"

namespace insight::base::redaction {
namespace {

struct Phrase {
    re2::RE2 pattern;
    std::string_view kind;
};

// Where the expressions below can match; the number is the index of the phrase.
constexpr Literal key_of(int phrase, std::string_view text) {
    return {.text = text, .rule = phrase, .any_case = true, .starts_word = true};
}
// `back` bytes may stand before it.
constexpr Literal phrase_word(int phrase, std::string_view text, std::uint8_t back) {
    return {.text = text, .rule = phrase, .any_case = true, .back_most = back};
}
constexpr Literal command_of(int phrase, std::string_view text, bool any_case = false) {
    return {
        .text = text, .rule = phrase, .any_case = any_case, .starts_word = true, .ends_word = true};
}

enum Phrases {  // the order of kPhrases
    kSql = kPhraseRules,
    kRedisSettings,
    kMonitor,
    kAuth,
    kHttpUser,
    kRedisPass,
    kPasswordFlag,
    kNetrc,
    kPgpass,
    kGoSource,
    kPhraseEnd,
    // not in the list: what else has to stand there
    kUserFlag,
    kAuthOfCommand,
    // of the keyed ones
    kName,
    kValue,
};

constexpr std::array kPhraseLiterals{
    key_of(kSql, "password"),
    key_of(kSql, "identified"),
    phrase_word(kRedisSettings, "requirepass", 1),
    phrase_word(kRedisSettings, "masterauth", 1),
    phrase_word(kMonitor, "\"auth\"", 0),
    Literal{.text = "AUTH", .rule = kAuth, .back_most = 2},
    Literal{.text = "redis-cli", .rule = kAuthOfCommand},
    command_of(kHttpUser, "curl", true),
    command_of(kHttpUser, "wget", true),
    command_of(kHttpUser, "http", true),
    phrase_word(kUserFlag, "-u", 0),  // also of --user
    command_of(kRedisPass, "redis-cli"),
    command_of(kRedisPass, "redis-benchmark"),
    command_of(kPasswordFlag, "mysql"),
    command_of(kPasswordFlag, "mysqldump"),
    command_of(kPasswordFlag, "mysqladmin"),
    command_of(kPasswordFlag, "mariadb"),
    command_of(kPasswordFlag, "sshpass"),
    command_of(kPasswordFlag, "docker login"),
    command_of(kPasswordFlag, "helm registry login"),
    command_of(kPasswordFlag, "cypher-shell"),
    Literal{.text = "login", .rule = kNetrc, .starts_word = true},
    Literal{.text = "@tcp(", .rule = kGoSource},
    Literal{.text = "@unix(", .rule = kGoSource},
    key_of(kName, "name"),
    key_of(kName, "key"),
    phrase_word(kValue, "value", 0),
};

// Lines that begin like host:5432: or host:*:
std::vector<Candidate> lines_with_port(std::string_view text) {
    std::vector<Candidate> out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find_first_of(" \t\n\r\f:#", begin);
        if (end == std::string_view::npos) break;
        if (text[end] == ':' && end > begin && end + 1 < text.size() &&
            (text[end + 1] == '*' || (text[end + 1] >= '0' && text[end + 1] <= '9')))
            out.push_back({kPgpass, begin});
        const std::size_t line = text.find('\n', end);
        if (line == std::string_view::npos) break;
        begin = line + 1;
    }
    return out;
}

// Where AUTH stands at all it may also be the word of a command.
std::vector<Candidate> auth_places(const Likely& likely) {
    const auto words = likely.of(kAuth);
    std::vector<Candidate> out(words.begin(), words.end());
    if (out.empty()) return out;
    const auto commands = likely.of(kAuthOfCommand);
    out.insert(out.end(), commands.begin(), commands.end());
    std::sort(out.begin(), out.end(), [](const Candidate& left, const Candidate& right) {
        return left.begin < right.begin;
    });
    return out;
}

void fixed_phrases(std::string_view text, const Likely& likely, Findings& out) {
    static const Phrase kPhrases[] = {
        // PostgreSQL, MySQL, Neo4j
        {{R"re((?i)\b(?:password|identified\s+(?:with\s+[\w"]+\s+)?(?:by|as))(?:\s+password)?\s+'((?:[^']|'')*)')re",
          byte_options()},
         "password"},
        // Redis: configuration, commands, MONITOR
        {{R"re((?i)(?:^|[\s"'])(?:requirepass|masterauth)"?\s+"?([^\s"]+))re", byte_options()},
         "password"},
        {{R"re((?i)"auth"\s+"(?:[^"\n]*"\s+")?([^"\n]+)")re", byte_options()}, "password"},
        {{R"re((?m)(?:^|> ?|redis-cli[^\n|;]*?\s)AUTH[ \t]+(?:[^\s"]+[ \t]+)?([^\s"]+))re",
          byte_options()},
         "password"},
        // command lines
        {{R"re((?i)\b(?:curl|wget|http)\b[^\n|;]*?\s(?:-u|--user)[ =]?["']?[^\s:"']*:([^\s"']+))re",
          byte_options()},
         "password"},
        {{R"re(\b(?:redis-cli|redis-benchmark)\b[^\n|;]*?\s(?:-a|--pass)[ =]?["']?([^\s"']+))re",
          byte_options()},
         "password"},
        {{R"re(\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|docker login|helm registry login|cypher-shell)\b[^\n|;]*?\s-p ?["']?([^\s"']+))re",
          byte_options()},
         "password"},
        // .netrc, .pgpass
        {{R"re(\blogin\s+\S+\s+password\s+(\S+))re", byte_options()}, "password"},
        {{R"re((?m)^[^\s:#]+:(?:[0-9]{4,5}|\*):[^:\s]+:[^:\s/]+:([^\s:]+)\s*$)re", byte_options()},
         "password"},
        // MySQL data source names of Go
        {{R"re(\b[\w.-]+:([^\s@"']+)@(?:tcp|unix)\()re", byte_options()}, "password"},
    };
    for (int i = kSql; i < kPhraseEnd; ++i) {
        const Phrase& phrase = kPhrases[i - kSql];
        const auto found = [&](const re2::StringPiece* groups) {
            if (is_worth_hiding(phrase.kind, view(groups[1])))
                out.push_back(place(text, groups[1], phrase.kind, kNamed));
        };
        if (likely.everywhere) {
            each_match<1>(phrase.pattern, text, found);
            continue;
        }
        const auto begins = likely.of(i);
        // A command reaches to the end of its line or of its part of the pipe. What the first one
        // there does not reach, no later one does.
        const auto to_end_of_part = [&](const Candidate& one) {
            return i == kAuth && one.rule != kAuthOfCommand
                       ? 0
                       : std::min(text.find_first_of("\n|;", one.begin), text.size());
        };
        switch (i) {
            case kAuth:
                each_match_at<1>(phrase.pattern, text, auth_places(likely), found, to_end_of_part);
                break;
            case kHttpUser:
                if (likely.of(kUserFlag).empty()) break;
                [[fallthrough]];
            case kRedisPass:
            case kPasswordFlag:
                each_match_at<1>(phrase.pattern, text, begins, found, to_end_of_part);
                break;
            // Its lines begin with any host: only the port behind it is a literal.
            case kPgpass:
                each_match_at<1>(phrase.pattern, text, lines_with_port(text), found);
                break;
            case kGoSource:  // it begins with any name
                if (!begins.empty()) each_match<1>(phrase.pattern, text, found);
                break;
            default:
                each_match_at<1>(phrase.pattern, text, begins, found);
        }
    }
}

bool is_letter(char c) {
    return is_lower(c) || is_upper(c);
}

bool is_one_of(char c, std::string_view all) {
    return all.find(c) != std::string_view::npos;
}

// name: …, value: …; only where both words stand.
std::vector<Candidate> likely_pairs(std::string_view text, const Likely& likely) {
    std::vector<Candidate> out;
    if (likely.of(kValue).empty()) return out;
    for (const Candidate& one : likely.of(kName)) {
        const std::size_t behind = one.begin + (is_one_of(text[one.begin], "nN") ? 4 : 3);
        if (behind < text.size() && is_one_of(text[behind], "\"' \t\n\r\f:=")) out.push_back(one);
    }
    return out;
}

// --flag and -f behind white space, a quote, "[" or "="; the character before belongs to it.
std::vector<Candidate> likely_flags(std::string_view text, const Likely&) {
    std::vector<Candidate> out;
    for (std::size_t at = 0; (at = text.find('-', at)) != std::string_view::npos; ++at) {
        std::size_t letter = at + 1;
        if (letter < text.size() && text[letter] == '-') ++letter;
        if (letter >= text.size() || !is_letter(text[letter])) continue;
        if (at == 0)
            out.push_back({0, at});
        else if (is_one_of(text[at - 1], " \t\n\r\f\"'[="))
            out.push_back({0, at - 1});
    }
    return out;
}

std::vector<Candidate> likely_elements(std::string_view text, const Likely&) {
    std::vector<Candidate> out;
    if (text.find("</") == std::string_view::npos) return out;
    for (std::size_t at = 0; (at = text.find('<', at)) != std::string_view::npos; ++at)
        if (at + 1 < text.size() && (is_word_byte(text[at + 1]) || is_one_of(text[at + 1], ":.-")))
            out.push_back({0, at});
    return out;
}

// The first group is a key that has to name a secret, the second its value.
void keyed_phrases(std::string_view text, const Likely& likely, Findings& out) {
    static const re2::RE2 kPatterns[] = {
        // {"name": "DB_PASSWORD", "value": "…"}, and the same in YAML
        {R"re((?i)\b(?:name|key)["']?\s*[:=]\s*["']?([A-Za-z0-9_.-]+)["']?\s*,?\s*["']?value["']?\s*[:=]\s*["']?([^\s"',}]+))re",
         byte_options()},
        // --password …, also as the words of a list
        {R"re((?:^|[\s"'\[=])--?([A-Za-z][A-Za-z0-9_-]*)["']?[ \t,]+\s*["']?([^\s"'-][^\s"']*))re",
         byte_options()},
        // <password>…</password>
        {R"re(<([A-Za-z0-9_:.-]+)(?:\s[^<>]*)?>([^<>]+)</)re", byte_options()},
    };
    static constexpr std::array kLikely{likely_pairs, likely_flags, likely_elements};
    for (std::size_t i = 0; i < kLikely.size(); ++i) {
        const auto found = [&](const re2::StringPiece* groups) {
            const std::string_view kind = secret_kind_of(view(groups[1]));
            if (!kind.empty() && is_worth_hiding(kind, view(groups[2])))
                out.push_back(place(text, groups[2], kind, kNamed));
        };
        if (likely.everywhere)
            each_match<2>(kPatterns[i], text, found);
        else
            each_match_at<2>(kPatterns[i], text, kLikely[i](text, likely), found);
    }
}

}  // namespace

std::span<const Literal> phrase_literals() {
    return kPhraseLiterals;
}

void find_phrases(std::string_view text, const Likely& likely, Findings& out) {
    fixed_phrases(text, likely, out);
    keyed_phrases(text, likely, out);
}

}  // namespace insight::base::redaction

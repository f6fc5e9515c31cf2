// Secrets that no "=" announces: SQL, command lines, name/value pairs, XML, password files.
#include "core/base/redaction/key_names.h"
#include "core/base/redaction/patterns.h"

namespace insight::base::redaction {
namespace {

struct Phrase {
    re2::RE2 pattern;  // its last group that matched is the secret
    std::string_view kind;
};

void fixed_phrases(std::string_view text, Findings& out) {
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
    static const auto kAny = [] {
        std::vector<std::string> patterns;
        for (const Phrase& phrase : kPhrases) patterns.push_back(phrase.pattern.pattern());
        return any_of(patterns);
    }();
    if (!matches(text, *kAny)) return;
    for (const Phrase& phrase : kPhrases)
        each_match<1>(phrase.pattern, text, [&](const re2::StringPiece* groups) {
            if (is_worth_hiding(phrase.kind, view(groups[1])))
                out.push_back(place(text, groups[1], phrase.kind, kNamed));
        });
}

// The first group is a key that has to name a secret, the second its value.
void keyed_phrases(std::string_view text, Findings& out) {
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
    static const auto kAny = [] {
        std::vector<std::string> patterns;
        for (const re2::RE2& pattern : kPatterns) patterns.push_back(pattern.pattern());
        return any_of(patterns);
    }();
    if (!matches(text, *kAny)) return;
    for (const re2::RE2& pattern : kPatterns)
        each_match<2>(pattern, text, [&](const re2::StringPiece* groups) {
            const std::string_view kind = secret_kind_of(view(groups[1]));
            if (!kind.empty() && is_worth_hiding(kind, view(groups[2])))
                out.push_back(place(text, groups[2], kind, kNamed));
        });
}

}  // namespace

void find_phrases(std::string_view text, Findings& out) {
    fixed_phrases(text, out);
    keyed_phrases(text, out);
}

}  // namespace insight::base::redaction

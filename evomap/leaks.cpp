#include "evomap/leaks.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace insight::evomap {
namespace {

// one is enough to refuse; the others are for whoever mends it
constexpr std::size_t kMostLeaks = 100;

struct Shape {
    std::string_view type;
    const char* pattern;  // its first group is what is held against the exemptions
};

// A value that redaction has replaced begins with a bracket, and no secret here may begin so.
constexpr std::array kShapes{
    Shape{"private_key", "(-----BEGIN [A-Z ]*PRIVATE KEY)"},
    Shape{"jwt", R"(\b(eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*))"},
    Shape{"github_token", R"(\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}))"},
    Shape{"api_key", R"(\b((?:sk|pk|rk)[-_][\w-]{16,}|(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}|)"
                     R"(AIza[\w-]{30,}|xox[abprs]-[\w-]{10,}|glpat-[\w-]{16,}|npm_\w{30,}|)"
                     R"(hf_\w{24,}|ek_\w{16,}|evm_a\w{16,}|SG\.[\w-]{16,}))"},
    Shape{"password", R"re((?i)(?:pass(?:word|wd|phrase)?|pwd|secret)["']?\s*[=:]\s*["']?)re"
                      R"re(([^\s"',;<\[{]{6,}))re"},
    Shape{"proxy_token", R"re((?i)(?:token|api[_-]?key|access[_-]?key|authorization)["']?\s*[=:])re"
                         R"re(\s*["']?([\w./+=-]{16,}))re"},
    Shape{"bearer", R"((?i)\bbearer\s+([\w.~+/=-]{12,}))"},
    Shape{"basic_auth", R"([a-z][a-z0-9+.-]*://([^\s/:@<\[]*:[^\s/@<\[]+@))"},
    Shape{"db_url", R"((?i)\b((?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|)"
                    R"(neo4j|bolt)(?:\+\w+)?://[^\s@<\[]+@))"},
    Shape{"ssh_target", R"(([\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+))"},
    Shape{"internal_ip",
          R"(\b((?:10|127)(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|)"
          R"(169\.254(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})\b)"},
    Shape{"internal_ip", R"((?i)\b((?:f[cd][0-9a-f]{2}|fe80):[0-9a-f:]{2,}))"},
    Shape{"local_path", R"re((?:^|[\s"'(=:,])((?:/(?:home|Users)/)[^\s"'),]+))re"},
    Shape{"local_path",
          R"re((?:^|[\s"'(=,])(/(?:root|etc|opt|srv|mnt|data|var|tmp)/[^\s"'),]+))re"},
    Shape{"local_path", R"re((?:^|[\s"'(=])([A-Za-z]:\\[^\s"']+))re"},
    Shape{"internal_host", R"(\b([a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|lan|corp|intra|)"
                           R"(svc|cluster\.local))\b)"},
};

// Homes of build machines and addresses that nobody reads.
constexpr std::array<std::string_view, 4> kHarmless{"/home/runner/", "/Users/runner/", "noreply@",
                                                    "no-reply@"};

bool harmless(const re2::StringPiece& match) {
    const std::string_view text(match.data(), match.size());
    return std::any_of(kHarmless.begin(), kHarmless.end(), [&](std::string_view known) {
        return text.find(known) != std::string_view::npos;
    });
}

const std::vector<std::unique_ptr<RE2>>& compiled() {
    static const auto* const kCompiled = [] {
        auto* out = new std::vector<std::unique_ptr<RE2>>;  // lives as long as the process
        for (const Shape& shape : kShapes)
            out->push_back(std::make_unique<RE2>(shape.pattern, RE2::Quiet));
        return out;
    }();
    return *kCompiled;
}

void walk(const Json& value, const std::string& where, std::vector<Leak>& leaks) {
    const auto look = [&](std::string_view text, const std::string& place) {
        for (std::string& type : leak_types(text))
            if (leaks.size() < kMostLeaks) leaks.push_back({std::move(type), place});
    };
    if (value.is_string()) look(value.get_ref<const std::string&>(), where);
    if (value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i)
            walk(value[i], where + "/" + std::to_string(i), leaks);
    if (!value.is_object()) return;
    for (const auto& [key, of] : value.items()) {
        look(key, where + "/(key)");
        walk(of, where + "/" + key, leaks);
        // Told apart in JSON, a name and its secret are no less a secret.
        if (of.is_string() && leak_types(of.get_ref<const std::string&>()).empty())
            look(key + "=" + of.get_ref<const std::string&>(), where + "/" + key);
    }
}

}  // namespace

std::vector<std::string> leak_types(std::string_view text) {
    std::vector<std::string> types;
    for (std::size_t i = 0; i < kShapes.size(); ++i) {
        re2::StringPiece rest(text.data(), text.size());
        re2::StringPiece found;
        while (RE2::FindAndConsume(&rest, *compiled()[i], &found)) {
            if (harmless(found)) continue;
            types.emplace_back(kShapes[i].type);
            break;
        }
    }
    types.erase(std::unique(types.begin(), types.end()), types.end());
    return types;
}

std::vector<Leak> find_leaks(const Json& value) {
    std::vector<Leak> leaks;
    walk(value, "", leaks);
    return leaks;
}

}  // namespace insight::evomap

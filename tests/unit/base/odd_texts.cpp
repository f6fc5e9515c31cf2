#include "tests/unit/base/odd_texts.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include "core/base/base64.h"
#include "core/base/json.h"
#include "tests/tree.h"

namespace insight::base {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014)
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t below(std::uint64_t bound) {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return (z ^ (z >> 31U)) % bound;
    }

  private:
    std::uint64_t state_;
};

constexpr std::string_view kPieces[] = {" ",
                                        " ",
                                        " ",
                                        "\n",
                                        "\n",
                                        "\t",
                                        "\r\n",
                                        ",",
                                        ";",
                                        "|",
                                        "&",
                                        ".",
                                        "..",
                                        "/",
                                        "//",
                                        "_",
                                        "-",
                                        "--",
                                        "- ",
                                        " -",
                                        "=",
                                        "==",
                                        "=>",
                                        ":",
                                        ": ",
                                        "::",
                                        ":=",
                                        "\"",
                                        "'",
                                        "`",
                                        "\\",
                                        "\\\"",
                                        "\\n",
                                        "\\\\",
                                        "\\u003d",
                                        "\\u00e9",
                                        "\\u20ac",
                                        "%",
                                        "%3D",
                                        "%40",
                                        "%253D",
                                        "%5C",
                                        "%zz",
                                        "<",
                                        ">",
                                        "</",
                                        "/>",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        "(",
                                        ")",
                                        "#",
                                        "$",
                                        "@",
                                        "@tcp(",
                                        "@unix(",
                                        "~",
                                        "+",
                                        "*",
                                        "password",
                                        "Password",
                                        "PASSWD",
                                        "pwd",
                                        "pass",
                                        "secret",
                                        "client_secret",
                                        "token",
                                        "accessToken",
                                        "X-Auth-Token",
                                        "api_key",
                                        "apiKey",
                                        "key",
                                        "name",
                                        "value",
                                        "NAME",
                                        "Value",
                                        "session_id",
                                        "JSESSIONID",
                                        "sig",
                                        "cookie",
                                        "Cookie: ",
                                        "Set-Cookie: ",
                                        "auth",
                                        "_auth",
                                        "authorization",
                                        "Authorization: ",
                                        "Bearer ",
                                        "bearer\t",
                                        "Basic ",
                                        "basic",
                                        "Token ",
                                        "identified by ",
                                        "IDENTIFIED WITH x AS ",
                                        "password '",
                                        "''",
                                        "requirepass ",
                                        "masterauth",
                                        "\"auth\" \"",
                                        "AUTH ",
                                        "> AUTH ",
                                        "redis-cli ",
                                        "redis-cli -a ",
                                        "redis-benchmark",
                                        "--pass ",
                                        "curl ",
                                        "curl -u ",
                                        "http ",
                                        "http://",
                                        "wget --user=",
                                        "-U ",
                                        "mysql ",
                                        "mysqldump -p",
                                        "mysqladmin",
                                        "sshpass -p ",
                                        "docker login -p ",
                                        "login ",
                                        "login x password ",
                                        "machine ",
                                        "db:5432:orders:app:",
                                        "h:*:d:u:",
                                        "12:00:00",
                                        "2026-11-21T02:07:09Z",
                                        "postgres://",
                                        "redis://:",
                                        "https://user:",
                                        "git@",
                                        "a@b",
                                        "x@y.zz",
                                        "@example.org",
                                        ".com",
                                        "-----BEGIN ",
                                        "PRIVATE KEY-----",
                                        "-----END ",
                                        "RSA ",
                                        "eyJ",
                                        "s.",
                                        "hvs.",
                                        "hf_",
                                        "sk-",
                                        "sk_live_",
                                        "SK",
                                        "key-",
                                        "SG.",
                                        "xox",
                                        "xoxb-",
                                        "ghp_",
                                        "github_pat_",
                                        "glpat-",
                                        "npm_",
                                        "dapi",
                                        ":AA",
                                        "Q~",
                                        "8Q~",
                                        ".atlasv1.",
                                        "$2b$",
                                        "$6$",
                                        "$argon2id$",
                                        "SCRAM-SHA-256$4096:",
                                        "1//0",
                                        "ya29.",
                                        "AIza",
                                        "sq0abc-",
                                        "dp.pt.",
                                        "hooks.slack.com/services/",
                                        "<password:0123456789ab>",
                                        "<token:0123456789ab0123456789ab>",
                                        "<password>",
                                        "</password>",
                                        "DE89",
                                        "GB82 WEST",
                                        "GB82-WEST",
                                        "4111",
                                        "4111 1111 1111 1111",
                                        "4111-1111",
                                        "10.0.0.1",
                                        "192.168.1.1:80",
                                        "fd00::1",
                                        "/etc/app/conf.yaml",
                                        "orders.db.internal",
                                        "main.go",
                                        "Fabrikam",
                                        "null",
                                        "true",
                                        "***",
                                        "${VAR}",
                                        "postgres",
                                        "export ",
                                        "ENV ",
                                        "b'",
                                        "|-\n",
                                        "env['",
                                        "']",
                                        "\xc3\xa9",
                                        "\xff",
                                        "\xe2\x82\xac"};

constexpr std::string_view kAlphabets[] = {
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "0123456789",
    "0123456789abcdef",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"};

constexpr std::size_t kLengths[] = {1, 2, 3, 4, 8, 10, 13, 14, 16, 20, 24, 31, 32, 35, 40, 64, 86};

// The planted secrets, joined from their parts.
const std::vector<std::string>& values() {
    static const std::vector<std::string> kValues = [] {
        std::ifstream in(test::data() / "secrets/values.json");
        std::ostringstream text;
        text << in.rdbuf();
        std::vector<std::string> out;
        const auto json = parse_json(text.str(), "the planted secrets");
        if (!json) std::abort();
        for (const Json& one : *json) {
            std::string& value = out.emplace_back();
            for (const Json& part : one.at("parts")) value += part.get<std::string>();
        }
        return out;
    }();
    return kValues;
}

std::string percent(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool safe = std::isalnum(byte) != 0;
        if (safe)
            out += c;
        else
            (out += '%') += {kHex[byte >> 4U], kHex[byte & 15U]};
    }
    return out;
}

std::string encoded(Dice& dice, const std::string& text) {
    switch (dice.below(6)) {
        case 0:
            return percent(text);
        case 1: {
            const std::string quoted = dump_json(Json(text));
            return quoted.substr(1, quoted.size() - 2);
        }
        case 2:
            return base64(text);
        case 3:
            return percent(percent(text));
        default:
            return text;
    }
}

std::string word(Dice& dice) {
    const std::string_view alphabet = kAlphabets[dice.below(std::size(kAlphabets))];
    std::string out(kLengths[dice.below(std::size(kLengths))], ' ');
    for (char& c : out) c = alphabet[dice.below(alphabet.size())];
    return out;
}

}  // namespace

std::string odd_text(std::uint64_t seed) {
    Dice dice(seed);
    std::string out;
    const std::uint64_t pieces = 3 + dice.below(60);
    for (std::uint64_t i = 0; i < pieces; ++i) {
        const std::uint64_t kind = dice.below(10);
        if (kind < 6)
            out += kPieces[dice.below(std::size(kPieces))];
        else if (kind < 8)
            out += encoded(dice, word(dice));
        else if (kind < 9)
            out += encoded(dice, values()[dice.below(values().size())]);
        else if (!out.empty())  // a byte is lost: nearly the same is not the same
            out.erase(dice.below(out.size()), 1);
    }
    return out;
}

}  // namespace insight::base

#include "core/base/redaction/key_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/base/redaction/characters.h"
#include "core/base/redaction/stems.h"
#include "core/base/text.h"

namespace insight::base::redaction {
namespace {

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// "dbPassword", "DB_PASSWORD" and "db-password" are the words "db" and "password".
std::vector<std::string> words_of(std::string_view key) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < key.size(); ++i) {
        const char c = key[i];
        const bool letter = is_upper(c) || is_lower(c) || is_digit(c);
        const bool hump = is_upper(c) && i > 0 &&
                          (is_lower(key[i - 1]) || is_digit(key[i - 1]) ||
                           (is_upper(key[i - 1]) && i + 1 < key.size() && is_lower(key[i + 1])));
        if ((!letter || hump) && !words.back().empty()) words.emplace_back();
        if (letter) words.back() += c;
    }
    if (words.back().empty()) words.pop_back();
    for (std::string& word : words) word = lower(word);
    return words;
}

// What such a key speaks of is about a secret, but none.
constexpr std::array<std::string_view, 58> kAbout{
    "name",    "names",     "ref",        "refs",       "file",   "files",    "path",     "paths",
    "id",      "ids",       "type",       "types",      "count",  "counts",   "length",   "size",
    "ttl",     "expiry",    "expires",    "expiration", "age",    "status",   "state",    "policy",
    "version", "algorithm", "provider",   "url",        "uri",    "endpoint", "issuer",   "mount",
    "at",      "limit",     "limits",     "usage",      "used",   "enabled",  "required", "valid",
    "timeout", "seconds",   "minutes",    "ms",         "bucket", "rate",     "class",    "kind",
    "method",  "format",    "encryption", "error",      "errors", "store",    "manager",  "prefix",
    "review",  "audiences"};
constexpr std::array<std::string_view, 9> kPasswords{"password",   "passwd",      "passwords",
                                                     "pwd",        "passphrase",  "userpassword",
                                                     "pgpassword", "requirepass", "masterauth"};
constexpr std::array<std::string_view, 9> kSecrets{
    "secret", "secrets", "credential", "credentials", "creds", "cvv", "cvc", "otp", "ssn"};
constexpr std::array<std::string_view, 8> kTokens{"token",         "accesstoken", "authtoken",
                                                  "authorization", "jwt",         "bearer",
                                                  "idtoken",       "refreshtoken"};
// A "key" is a secret when one of these stands before it.
constexpr std::array<std::string_view, 22> kOfKeys{
    "api",     "access",       "private", "secret",  "account", "encryption",
    "signing", "master",       "auth",    "shared",  "service", "license",
    "ssh",     "subscription", "deploy",  "storage", "webhook", "integration",
    "app",     "application",  "ingest",  "write"};
constexpr std::array<std::string_view, 9> kSessions{"sig",       "signature", "sid",
                                                    "sessionid", "phpsessid", "jsessionid",
                                                    "sesskey",   "csrftoken", "xsrf"};

// Every word above that makes a key secret has one of these three letters in a row, and a word's
// letters stand side by side in its key.
constexpr Stems kStems{"ses", "coo", "sig", "sid", "csr", "xsr", "pas", "pwd", "sec", "cre",
                       "cvv", "cvc", "otp", "ssn", "tok", "aut", "jwt", "bea", "key"};

}  // namespace

std::string_view secret_kind_of(std::string_view key) {
    // The last word decides, so that the end is what has to be kept.
    if (key.size() > kLongestKey) key.remove_prefix(key.size() - kLongestKey);
    if (!kStems.any_in(key)) return {};
    const std::vector<std::string> words = words_of(key);
    if (words.empty()) return {};
    const std::string& last = words.back();
    const std::string_view before =
        words.size() > 1 ? std::string_view(words[words.size() - 2]) : "";
    // JSESSIONID is a word of its own, session_id are two
    if (last == "id" && (before == "session" || before == "sess")) return "signature";
    // Before all others: "password_file" is a path, "token_count" a number.
    if (among(kAbout, last)) return {};
    if (last == "cookie" || last == "cookies") return "cookie";
    if (among(kSessions, last)) return "signature";
    // Only as the last word: "pass_through" and "pass rate" are none.
    if (last == "pass") return "password";
    // Anywhere in the key: "password_old" holds one, too.
    for (const std::string& word : words)
        if (among(kPasswords, word)) return "password";
    if (last.size() > 8 && last.ends_with("password")) return "password";
    for (const std::string& word : words)
        if (among(kSecrets, word)) return "secret";
    // Only as the last word: "token_bucket" and "authorization_mode" are none.
    if (among(kTokens, last) || (last.size() > 6 && last.ends_with("token"))) return "token";
    if (last == "apikey" || last == "apikeys" || last == "accesskey" || last == "accountkey" ||
        last == "sharedkey" || last == "secretkey" || last == "privatekey")
        return "api_key";
    if ((last == "key" || last == "keys") && among(kOfKeys, before)) return "api_key";
    // .npmrc has "_auth", some proxies "X-Auth"
    if (last == "auth" && (key.find("_auth") != std::string_view::npos || before == "x"))
        return "token";
    return {};
}

bool is_placeholder(std::string_view value) {
    if (value.empty()) return true;
    static constexpr std::array<std::string_view, 46> kWords{
        "true",      "false",   "null",    "none",    "nil",      "undefined", "yes",
        "no",        "ok",      "empty",   "missing", "required", "invalid",   "expired",
        "failed",    "denied",  "unset",   "changed", "rotated",  "redacted",  "masked",
        "hidden",    "removed", "string",  "text",    "optional", "unknown",   "wrong",
        "incorrect", "is",      "was",     "for",     "not",      "mismatch",  "rejected",
        "revoked",   "valid",   "refused", "error",   "expected", "the",       "from",
        "has",       "must",    "basic",   "bearer"};
    if (among(kWords, lower(value))) return true;
    // templates of shells, Helm and printf
    if (value.starts_with("${") || value.starts_with("$(") || value.starts_with("{{") ||
        value.starts_with("%s") || value.starts_with("[redacted]"))
        return true;
    if (value.front() == '$' && value.size() > 1 &&
        std::all_of(value.begin() + 1, value.end(),
                    [](char c) { return is_upper(c) || is_digit(c) || c == '_'; }))
        return true;  // $DB_PASSWORD
    // our own token, or "<your password>" of a manual
    if (value.front() == '<' && value.find('>') == value.size() - 1) return true;
    // "***", "xxxx", "....": somebody hid it already
    return std::all_of(value.begin(), value.end(), [](char c) {
        return c == '*' || c == 'x' || c == 'X' || c == '.' || c == '-' || c == '_' || c == '#';
    });
}

bool is_worth_hiding(std::string_view kind, std::string_view value) {
    if (is_placeholder(value)) return false;
    const bool digits = std::all_of(value.begin(), value.end(),
                                    [](char c) { return is_digit(c) || c == '.' || c == '-'; });
    // A session's "sid" or a "signature" is also the name of short ordinary things.
    if (kind == "signature") return value.size() >= 16 && !digits;
    // "token=Token{…}", "Bad token: identifier": a word is none, a number is a count
    if (kind == "token" || kind == "api_key") {
        const bool word = value.find_first_of("0123456789") == std::string_view::npos;
        return value.size() >= (digits || word ? 12 : 4);
    }
    // Shorter numbers behind "secret" or "password" are counts and flags.
    return !digits || value.size() >= 4;
}

std::size_t scheme_length(std::string_view value) {
    static constexpr std::array<std::string_view, 8> kSchemes{
        "bearer", "basic", "token", "digest", "apikey", "negotiate", "ntlm", "bot"};
    const std::size_t space = value.substr(0, 12).find(' ');
    if (space == std::string_view::npos || !among(kSchemes, lower(value.substr(0, space))))
        return 0;
    return std::min(value.find_first_not_of(' ', space), value.size());
}

}  // namespace insight::base::redaction

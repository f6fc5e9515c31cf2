#include "core/base/redaction.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/base64.h"
#include "core/base/crypto.h"
#include "core/base/redaction/decoded.h"
#include "core/base/redaction/find.h"
#include "core/base/redaction/key_names.h"
#include "core/base/redaction/known_values.h"

namespace insight::base {
namespace {

using redaction::Finding;
using redaction::Findings;

constexpr std::size_t kDigits = 12;      // 48 bits: 200,000 values collide once in 14,000 incidents
constexpr std::size_t kMoreDigits = 24;  // and then the later one gets a longer token
constexpr std::size_t kMostValues = 200'000;

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// One of our tokens at `at`: its digits; empty when there is none.
std::string_view digits_at(std::string_view text, std::size_t at) {
    std::size_t colon = at + 1;
    while (colon < text.size() && colon - at < 24 &&
           ((text[colon] >= 'a' && text[colon] <= 'z') || text[colon] == '_'))
        ++colon;
    if (colon == at + 1 || colon >= text.size() || text[colon] != ':') return {};
    std::size_t end = colon + 1;
    while (end < text.size() && end - colon <= kMoreDigits && is_hex(text[end])) ++end;
    const std::size_t count = end - colon - 1;
    if (end >= text.size() || text[end] != '>' || (count != kDigits && count != kMoreDigits))
        return {};
    return text.substr(colon + 1, count);
}

// Places of tokens that an earlier hide() has put there.
Findings tokens_in(std::string_view text) {
    Findings out;
    for (std::size_t at = 0; (at = text.find('<', at)) != std::string_view::npos; ++at)
        if (const std::string_view digits = digits_at(text, at); !digits.empty())
            out.push_back(
                {at,
                 static_cast<std::size_t>(digits.data() - text.data()) + digits.size() + 1,
                 {},
                 0});
    return out;
}

// Both ascending: what lies within a token is the token's own letters.
Findings without(const Findings& findings, const Findings& tokens) {
    Findings out;
    std::size_t next = 0;
    for (const Finding& finding : findings) {
        while (next < tokens.size() && tokens[next].end <= finding.begin) ++next;
        const bool inside = next < tokens.size() && tokens[next].begin <= finding.begin &&
                            finding.end <= tokens[next].end;
        if (!inside) out.push_back(finding);
    }
    return out;
}

// Runs `detect` over the text and over what it is when decoded; findings are places of the text.
template <typename Detect>
void through_encodings(std::string_view text, Findings& out, Detect detect) {
    detect(text, out);
    if (!redaction::is_encoded(text)) return;
    redaction::Decoded decoded = redaction::decode(text);
    for (int level = 0; level < redaction::kLevels; ++level) {
        Findings found;
        detect(decoded.text, found);
        for (const Finding& finding : found)
            out.push_back({decoded.from[finding.begin], decoded.from[finding.end], finding.kind,
                           finding.rank});
        if (!redaction::is_encoded(decoded.text)) return;
        redaction::Decoded next = redaction::decode(decoded);
        if (next.text == decoded.text) return;
        decoded = std::move(next);
    }
}

}  // namespace

// What was given out, and what is known to be secret.
class Border::Memory {
  public:
    explicit Memory(Secret key) : key_(std::move(key)) {
        if (key_.empty()) key_ = Secret(random_hex(32));
    }

    std::string token_for(std::string_view raw, std::string_view kind) {
        std::string value = redaction::plain(raw);
        if (const auto alias = aliases_.find(value); alias != aliases_.end()) value = alias->second;
        const std::string digest = hex(hmac_sha256(key_.reveal(), value));
        std::string digits = digest.substr(0, kDigits);
        auto known = given_.find(digits);
        if (known != given_.end() && redaction::plain(known->second.value) != value) {
            digits = digest.substr(0, kMoreDigits);
            known = given_.find(digits);
        }
        if (known != given_.end()) {
            // encoding only ever makes a value longer: the shortest form is the plain one
            if (raw.size() < known->second.value.size()) known->second.value = raw;
            return known->second.token;
        }
        std::string token = "<" + std::string(kind) + ":" + digits + ">";
        if (given_.size() < kMostValues) given_.emplace(digits, Given{token, std::string(raw)});
        return token;
    }

    void learn(std::string_view raw, std::string_view kind, bool told) {
        const std::string value = redaction::plain(raw);
        known_.add(value, kind, told);
        if (value.size() < 8) return;
        // how Kubernetes and HTTP write it, with and without its padding
        std::string encoded = base64(value);
        alias(encoded, value, kind, told);
        while (encoded.back() == '=') encoded.pop_back();
        alias(encoded, value, kind, told);
    }

    const std::string* value_of(std::string_view digits) const {
        const auto given = given_.find(std::string(digits));
        return given == given_.end() ? nullptr : &given->second.value;
    }

    [[nodiscard]] const redaction::KnownValues& known() const { return known_; }
    [[nodiscard]] std::size_t size() const { return given_.size(); }

  private:
    struct Given {
        std::string token;
        std::string value;
    };
    void alias(const std::string& form, const std::string& value, std::string_view kind,
               bool told) {
        if (aliases_.size() >= kMostValues) return;
        known_.add(form, kind, told);
        aliases_.emplace(form, value);
    }

    Secret key_;
    std::unordered_map<std::string, Given> given_;  // by the digits of the token
    std::unordered_map<std::string, std::string> aliases_;
    redaction::KnownValues known_;
};

Border::Border(RedactionRules rules, Secret key)
    : rules_(std::move(rules)), memory_(std::make_unique<Memory>(std::move(key))) {}
Border::~Border() = default;
Border::Border(Border&&) noexcept = default;
Border& Border::operator=(Border&&) noexcept = default;

void Border::learn(const Secret& value) {
    memory_->learn(value.reveal(), "secret", true);
}

std::string Border::hide(std::string_view text) {
    const Findings tokens = tokens_in(text);
    const auto look_known = [&](std::string_view part, Findings& out) {
        memory_->known().find(part, out);
    };
    Findings found;
    through_encodings(text, found, [&](std::string_view part, Findings& out) {
        redaction::find_all(part, rules_, out);
    });
    found = without(redaction::merged(std::move(found)), tokens);
    for (const Finding& finding : found)
        if (redaction::is_secret(finding.kind))
            memory_->learn(text.substr(finding.begin, finding.end - finding.begin), finding.kind,
                           false);
    through_encodings(text, found, look_known);
    found = without(redaction::merged(std::move(found)), tokens);

    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (const Finding& finding : found) {
        out += text.substr(at, finding.begin - at);
        out += memory_->token_for(text.substr(finding.begin, finding.end - finding.begin),
                                  finding.kind);
        at = finding.end;
    }
    out += text.substr(at);
    return out;
}

// The value of a key that names a secret.
Json Border::hide_value(const Json& json, std::string_view kind) {
    if (json.is_array()) {
        Json out = Json::array();
        for (const Json& item : json)
            out.push_back(item.is_string() ? hide_value(item, kind) : hide(item));
        return out;
    }
    if (!json.is_string() && !json.is_number()) return hide(json);
    const std::string value = json.is_string() ? json.get<std::string>() : dump_json(json);
    if (!redaction::is_worth_hiding(kind, value)) return hide(json);
    const std::size_t begin = redaction::scheme_length(value);
    const std::string_view secret = std::string_view(value).substr(begin);
    const Findings tokens = tokens_in(secret);
    if (tokens.size() == 1 && tokens[0].begin == 0 && tokens[0].end == secret.size()) return json;
    // a form that is the whole value names it better than the key
    Findings found;
    redaction::find_all(secret, rules_, found);
    found = redaction::merged(std::move(found));
    const bool whole = found.size() == 1 && found[0].begin == 0 && found[0].end == secret.size();
    const std::string_view named = whole ? found[0].kind : kind;
    if (redaction::is_secret(named)) memory_->learn(secret, named, false);
    return value.substr(0, begin) + memory_->token_for(secret, named);
}

// Also the words of a command line: ["--password", "…"].
Json Border::hide_list(const Json& json) {
    Json out = Json::array();
    std::string_view kind;
    for (const Json& item : json) {
        const bool word = item.is_string();
        out.push_back(word && !kind.empty() ? hide_value(item, kind) : hide(item));
        kind = {};
        if (!word) continue;
        const auto& text = item.get_ref<const std::string&>();
        if (text.starts_with("-") && text.find_first_of("= :") == std::string::npos)
            kind = redaction::secret_kind_of(text);
    }
    return out;
}

// {"columns": ["user", "requirepass"], "rows": [["app", "…"]]}: the key stands above its values.
Json Border::hide_table(const Json& columns, const Json& rows) {
    std::vector<std::string_view> kinds;
    for (const Json& column : columns)
        kinds.push_back(column.is_string()
                            ? redaction::secret_kind_of(column.get_ref<const std::string&>())
                            : std::string_view());
    Json out = Json::array();
    for (const Json& row : rows) {
        if (!row.is_array()) {
            out.push_back(hide(row));
            continue;
        }
        Json cells = Json::array();
        for (std::size_t i = 0; i < row.size(); ++i)
            cells.push_back(i < kinds.size() && !kinds[i].empty() ? hide_value(row[i], kinds[i])
                                                                  : hide(row[i]));
        out.push_back(std::move(cells));
    }
    return out;
}

Json Border::hide_json(const Json& json) {
    if (json.is_string()) return hide(json.get_ref<const std::string&>());
    if (json.is_array()) return hide_list(json);
    if (!json.is_object()) return json;
    // {"name": "DB_PASSWORD", "value": "…"}: how Kubernetes lists an environment
    std::string_view listed = redaction::secret_kind_of(text_at(json, "name"));
    if (listed.empty()) listed = redaction::secret_kind_of(text_at(json, "key"));
    const Json& columns = array_at(json, "columns");
    Json out = Json::object();
    for (const auto& [key, value] : json.items()) {
        if (key == "rows" && value.is_array() && !columns.empty()) {
            out[key] = hide_table(columns, value);
            continue;
        }
        const std::string_view kind =
            !listed.empty() && key == "value" ? listed : redaction::secret_kind_of(key);
        out[hide(key)] = kind.empty() ? hide(value) : hide_value(value, kind);
    }
    return out;
}

std::string Border::restore(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (const Finding& token : tokens_in(text)) {
        const std::string_view digits = digits_at(text, token.begin);
        const std::string* value = memory_->value_of(digits);
        if (value == nullptr || token.begin < at) continue;
        out += text.substr(at, token.begin - at);
        out += *value;
        at = token.end;
    }
    out += text.substr(at);
    return out;
}

Json Border::restore_json(const Json& json) const {
    if (json.is_string()) return restore(json.get_ref<const std::string&>());
    if (json.is_array()) {
        Json out = Json::array();
        for (const Json& item : json) out.push_back(restore(item));
        return out;
    }
    if (!json.is_object()) return json;
    Json out = Json::object();
    for (const auto& [key, value] : json.items()) out[restore(key)] = restore(value);
    return out;
}

std::size_t Border::hidden() const {
    return memory_->size();
}

}  // namespace insight::base

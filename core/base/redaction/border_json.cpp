// The border over JSON: what the key says of a value, in objects, lists and tables.
#include "core/base/redaction/key_names.h"
#include "core/base/redaction/memory.h"
#include "core/base/redaction/token_places.h"

namespace insight::base {

using redaction::Findings;
using redaction::tokens_in;

// The value of a key that names a secret.
Json Border::hide_value(const Json& json, std::string_view kind) {
    if (json.is_array()) {
        Json out = Json::array();
        for (const Json& item : json)
            out.push_back(item.is_string() ? hide_value(item, kind) : hide(item));
        return out;
    }
    // An object below such a key is a structure with keys of its own; true and null hide nothing.
    if (!json.is_string() && !json.is_number()) return hide(json);
    const std::string value = json.is_string() ? json.get<std::string>() : dump_json(json);
    if (!redaction::is_worth_hiding(kind, value)) return hide(json);
    const std::size_t begin = redaction::scheme_length(value);
    const std::string_view secret = std::string_view(value).substr(begin);
    const Findings tokens = tokens_in(secret);
    // hidden at the entrance: only its spelling may differ here
    if (tokens.size() == 1 && tokens[0].begin == 0 && tokens[0].end == secret.size())
        return value.substr(0, begin) +
               memory_->token_again(secret, redaction::digits_at(secret, 0));
    // a form that is the whole value names it better than the key
    Findings found;
    redaction::find_all(secret, rules_, found);
    found = redaction::merged(found);
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
        // With a separator the flag has its value in the same word.
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
        // Keys come from outside, too: a map by user or by address.
        out[hide(key)] = kind.empty() ? hide(value) : hide_value(value, kind);
    }
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

}  // namespace insight::base

#include "tests/planted/corpus.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/base/base64.h"
#include "tests/tree.h"

namespace insight::planted {
namespace {

std::string file(const std::string& name) {
    const std::string path = test::data() / "secrets" / name;
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in || text.str().empty()) {
        std::fprintf(stderr, "the planted secrets are missing: %s\n", path.c_str());
        std::abort();
    }
    return text.str();
}

std::string percent(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        char digits[4];
        std::snprintf(digits, sizeof digits, "%%%02X", static_cast<unsigned char>(c));
        out += safe ? std::string(1, c) : digits;
    }
    return out;
}

std::string encoded(const Slot& slot) {
    std::string value = planted_secret(slot.name);
    for (const std::string& encoding : slot.encodings) {
        if (encoding == "percent") {
            value = percent(value);
        } else if (encoding == "json") {
            const std::string quoted = base::Json(value).dump();
            value = quoted.substr(1, quoted.size() - 2);
        } else if (encoding == "base64") {
            value = base::base64(value);
        } else {
            std::abort();
        }
    }
    return value;
}

std::string filled(const std::string& text, const Filling& fill) {
    std::string out;
    std::size_t at = 0;
    while (true) {
        const std::size_t open = text.find("{{", at);
        const std::size_t close = text.find("}}", open);
        if (open == std::string::npos || close == std::string::npos) break;
        Slot slot;
        std::istringstream parts(text.substr(open + 2, close - open - 2));
        std::getline(parts, slot.name, '|');
        for (std::string encoding; std::getline(parts, encoding, '|');)
            slot.encodings.push_back(encoding);
        out += text.substr(at, open - at) + fill(slot);
        at = close + 2;
    }
    return out + text.substr(at);
}

base::Json filled(const base::Json& json, const Filling& fill) {
    if (json.is_string()) return filled(json.get<std::string>(), fill);
    base::Json out = json;
    if (json.is_structured())
        for (auto& item : out.items()) item.value() = filled(item.value(), fill);
    return out;
}

template <typename Item, typename Read>
void take(const base::Json& list, std::vector<Item>& out, Read read) {
    for (const base::Json& value : list) {
        auto item = read(value);
        if (!item) {
            std::fprintf(stderr, "%s\n", item.error().text().c_str());
            std::abort();
        }
        out.push_back(std::move(*item));
    }
}

}  // namespace

const std::vector<PlantedSecret>& planted_secrets() {
    static const std::vector<PlantedSecret> kSecrets = [] {
        std::vector<PlantedSecret> out;
        for (const base::Json& entry : base::Json::parse(file("values.json"))) {
            PlantedSecret secret{entry.at("name"), ""};
            for (const base::Json& part : entry.at("parts"))
                secret.value += part.get<std::string>();
            out.push_back(std::move(secret));
        }
        return out;
    }();
    return kSecrets;
}

const std::string& planted_secret(const std::string& name) {
    for (const PlantedSecret& secret : planted_secrets())
        if (secret.name == name) return secret.value;
    std::fprintf(stderr, "no planted secret is named %s\n", name.c_str());
    std::abort();
}

base::Json planted_json(const Filling& fill) {
    return filled(base::Json::parse(file("signals.json")), fill);
}

base::Json planted_json() {
    return planted_json(encoded);
}

std::vector<PlantedText> planted_texts(const Filling& fill) {
    std::vector<PlantedText> out;
    for (const base::Json& entry : base::Json::parse(file("texts.json")))
        out.push_back({entry.at("what"), filled(entry.at("text").get<std::string>(), fill)});
    return out;
}

std::vector<PlantedText> planted_texts() {
    return planted_texts(encoded);
}

std::vector<std::string> harmless_lines() {
    std::vector<std::string> out;
    std::istringstream lines(file("harmless.txt"));
    for (std::string line; std::getline(lines, line);) out.push_back(line);
    return out;
}

model::Signals planted_signals() {
    const base::Json all = planted_json();
    model::Signals out;
    take(all.at("metrics"), out.metrics, model::series_from_json);
    take(all.at("logs"), out.logs, model::log_record_from_json);
    take(all.at("spans"), out.spans, model::span_from_json);
    take(all.at("databases"), out.databases, model::database_row_from_json);
    take(all.at("changes"), out.changes, model::change_from_json);
    take(all.at("topology"), out.topology, model::edge_from_json);
    take(all.at("coverage"), out.coverage, model::coverage_row_from_json);
    for (const base::Json& event : all.at("events")) out.events.push_back(event);
    for (const base::Json& object : all.at("resources")) out.resources.push_back(object);
    return out;
}

model::Incident planted_incident() {
    model::Incident out;
    out.id = "inc-0000000000000001";
    out.group_key = "planted";
    take(planted_json().at("alerts"), out.alerts, model::alert_from_json);
    return out;
}

}  // namespace insight::planted

#include "collectors/kubernetes/slim.h"

#include <fmt/format.h>

#include <array>

#include "collectors/coverage.h"
#include "collectors/kubernetes/look.h"
#include "core/base/redaction/entrance.h"
#include "core/base/redaction/key_names.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;

constexpr std::size_t kMostText = 2048;
constexpr std::size_t kMostAnnotation = 512;
constexpr std::size_t kMostSeen = 50'000;
constexpr std::size_t kMostFields = 64;

// Parts of names whose values are nobody's business.
constexpr std::array<std::string_view, 12> kSecretWords{
    "PASSWORD", "PASSWD",     "SECRET",     "TOKEN", "APIKEY",     "API_KEY",
    "PRIVATE",  "CREDENTIAL", "ACCESS_KEY", "_PWD",  "PASSPHRASE", "CONNECTION_STRING"};

bool is_secret_name(std::string_view name) {
    std::string upper(name);
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return std::any_of(kSecretWords.begin(), kSecretWords.end(), [&](std::string_view word) {
        return upper.find(word) != std::string::npos;
    });
}

// "spec.template" out of f:spec/f:template: two steps tell what was written.
Json fields_of(const Json& tree) {
    Json out = Json::array();
    if (!tree.is_object()) return out;
    for (const auto& [key, below] : tree.items()) {
        // "f:" is a field; "k:" and "v:" are items of lists, "." the thing itself
        if (!key.starts_with("f:")) continue;
        const std::string first = key.substr(2);
        bool deeper = false;
        if (below.is_object())
            for (const auto& [inner, ignored] : below.items())
                if (inner.starts_with("f:") && out.size() < kMostFields) {
                    out.push_back(first + "." + base::shorten(inner.substr(2), 80));
                    deeper = true;
                }
        if (!deeper && out.size() < kMostFields) out.push_back(first);
    }
    return out;
}

void sizes(Json& data) {
    for (auto& value : data)
        value = fmt::format("({} bytes)",
                            value.is_string() ? value.get_ref<const std::string&>().size() : 0);
}

}  // namespace

Slimmer::Slimmer(base::Nanos since, bool values) : since_(since), values_(values) {}

std::string Slimmer::safe(const std::string& text) {
    // Replicas repeat the same texts hundreds of times, and veiling is the dearest step of a list.
    if (const auto it = seen_.find(text); it != seen_.end()) return it->second;
    std::string out = base::veiled(text);
    if (seen_.size() < kMostSeen) seen_.emplace(text, out);
    return out;
}

void Slimmer::environment(Json& variable) {
    if (!variable.is_object()) return;
    const auto value = variable.find("value");
    if (value == variable.end() || !value->is_string()) return;
    const std::string plain = value->get<std::string>();
    if (plain.empty()) return;
    const std::string name = text(variable, "name");
    *value = is_secret_name(name) ? base::veiled_value(plain, name) : safe(plain);
}

// "--password=x" says by itself what it is, "x" behind "--password" by the word before it.
void Slimmer::command_line(Json& words) {
    std::string option;
    for (Json& word : words) {
        if (!word.is_string()) continue;
        const std::string plain = word.get<std::string>();
        word = option.empty() || plain.starts_with('-') ? safe(plain)
                                                        : base::veiled_value(plain, option);
        const bool names =
            plain.starts_with('-') && plain.find_first_of("= :") == std::string::npos;
        option = names && is_secret_name(plain) ? plain : "";
    }
}

// What somebody wrote in words, the node agent and operators among them.
void Slimmer::event(Json& object) {
    for (const char* key : {"message", "note"})
        if (const auto said = object.find(key); said != object.end() && said->is_string())
            *said = safe(said->get<std::string>());
}

void Slimmer::containers(Json& spec) {
    if (!spec.is_object()) return;
    for (const char* group : {"containers", "initContainers", "ephemeralContainers"}) {
        const auto found = spec.find(group);
        if (found == spec.end() || !found->is_array()) continue;
        for (Json& container : *found) {
            if (!container.is_object()) continue;
            if (const auto env = container.find("env"); env != container.end() && env->is_array())
                for (Json& variable : *env) environment(variable);
            for (const char* words : {"command", "args"})
                if (const auto line = container.find(words);
                    line != container.end() && line->is_array())
                    command_line(*line);
        }
    }
}

// Nesting is bounded by the JSON parser.
void Slimmer::look_through(Json& value, std::string_view key) {
    if (value.is_array()) {
        for (Json& one : value) look_through(one, key);
    } else if (value.is_object()) {
        // {name: DB_PASSWORD, value: …}, as environments and parameters are written
        const std::string name = text(value, "name");
        for (const auto& [inner, below] : value.items())
            look_through(below, inner == "value" && !name.empty() ? std::string_view(name)
                                                                  : std::string_view(inner));
    } else if (value.is_string() && !value.get_ref<const std::string&>().empty()) {
        const std::string plain = value.get<std::string>();
        const std::string_view kind = base::redaction::secret_kind_of(key);
        if (kind.empty() || !base::redaction::is_worth_hiding(kind, plain))
            value = safe(plain);
        else if (kind == "secret")
            value = fmt::format("({} bytes)", plain.size());
        else
            value = base::veiled_value(plain, key);
    }
}

void Slimmer::foreign(Json& object) {
    for (const char* part : {"spec", "status"})
        if (const auto found = object.find(part); found != object.end()) look_through(*found, part);
}

void Slimmer::conventional(Json& object) {
    for (auto it = object.begin(); it != object.end();)
        it = it.key() == "apiVersion" || it.key() == "kind" || it.key() == "metadata" ||
                     it.key() == "spec" || it.key() == "status"
                 ? std::next(it)
                 : object.erase(it);
}

void Slimmer::forget_fields(Json& object) {
    if (const auto metadata = object.find("metadata");
        metadata != object.end() && metadata->is_object())
        metadata->erase("managedFields");
}

void Slimmer::slim(Json& object) {
    const auto metadata = object.find("metadata");
    if (metadata != object.end() && metadata->is_object()) {
        Json written = Json::array();
        for (const Json& entry : list(*metadata, "managedFields")) {
            if (time_at(entry, "time") < since_ || written.size() >= 32) continue;
            written.push_back({{"manager", base::shorten(text(entry, "manager"), 80)},
                               {"time", text(entry, "time")},
                               {"subresource", text(entry, "subresource")},
                               {"fields", fields_of(at(entry, "fieldsV1"))}});
        }
        metadata->erase("managedFields");
        if (!written.empty()) (*metadata)["managedFields"] = std::move(written);
        if (const auto notes = metadata->find("annotations");
            notes != metadata->end() && notes->is_object()) {
            notes->erase("kubectl.kubernetes.io/last-applied-configuration");
            for (Json& note : *notes)
                if (note.is_string())
                    note = base::shorten(safe(note.get<std::string>()), kMostAnnotation);
        }
    }
    for (const char* key : {"data", "binaryData"}) {
        const auto data = object.find(key);
        if (data == object.end() || !data->is_object()) continue;
        // controller revisions keep the object's template here
        if (at(*data, "spec", "template", "spec").is_object()) {
            containers((*data)["spec"]["template"]["spec"]);
        } else if (!values_ || std::string_view(key) == "binaryData") {
            sizes(*data);
        } else {
            for (auto it = data->begin(); it != data->end(); ++it)
                if (it->is_string())
                    *it = is_secret_name(it.key())
                              ? base::veiled_value(it->get<std::string>(), it.key())
                              : safe(it->get<std::string>());
        }
    }
    if (const auto spec = object.find("spec"); spec != object.end() && spec->is_object()) {
        containers(*spec);
        if (spec->contains("template") && at(*spec, "template", "spec").is_object())
            containers((*spec)["template"]["spec"]);
        if (at(*spec, "jobTemplate", "spec", "template", "spec").is_object())
            containers((*spec)["jobTemplate"]["spec"]["template"]["spec"]);
        // schemas of custom resources: megabytes that no finding needs
        if (const auto versions = spec->find("versions");
            versions != spec->end() && versions->is_array())
            for (Json& version : *versions)
                if (version.is_object()) version.erase("schema");
    }
    if (const auto hooks = object.find("webhooks"); hooks != object.end() && hooks->is_array())
        for (Json& hook : *hooks)
            if (at(hook, "clientConfig", "caBundle").is_string())
                hook["clientConfig"]["caBundle"] = "(a certificate)";
    if (const auto status = object.find("status"); status != object.end() && status->is_object())
        status->erase("images");  // of nodes: every image ever pulled
    clean(object, kMostText);
}

}  // namespace insight::collectors::kubernetes

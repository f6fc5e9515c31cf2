// What pods name and nobody has: config maps, their keys, secrets, service accounts, claims.
// Values of secrets are never looked at; whether a key exists is taken from the kubelet's words.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

struct Missing {
    std::string_view kind;  // ConfigMap, Secret, ServiceAccount, PersistentVolumeClaim
    std::string name;
    std::string key;      // of a config map or secret; empty: the whole object
    std::string used_by;  // "container app", "volume settings"
};

std::string class_of(const Missing& missing) {
    const bool key = !missing.key.empty();
    if (missing.kind == "ConfigMap") return key ? "missing_config_key" : "missing_config_map";
    if (missing.kind == "Secret") return key ? "missing_secret_key" : "missing_secret";
    if (missing.kind == "ServiceAccount") return "missing_service_account";
    return "missing_volume_claim";
}

std::string quoted_part(std::string_view message, std::string_view before) {
    const auto at_word = message.find(before);
    if (at_word == std::string_view::npos) return {};
    std::string_view rest = message.substr(at_word + before.size());
    // The kubelet quotes names in some releases and not in others.
    const bool wrapped = rest.starts_with('"');
    if (wrapped) rest.remove_prefix(1);
    return std::string(rest.substr(0, rest.find_first_of(wrapped ? "\"" : " ,:\"\n")));
}

// "couldn't find key K in ConfigMap shop/settings", "configmap \"x\" not found", "secret \"x\" not
// found", "references non-existent config key: K"
std::optional<Missing> named_in(std::string_view message) {
    if (message.find("couldn't find key ") != std::string_view::npos) {
        Missing missing;
        missing.key = quoted_part(message, "couldn't find key ");
        missing.kind =
            message.find(" in Secret ") != std::string_view::npos ? "Secret" : "ConfigMap";
        missing.name =
            quoted_part(message, missing.kind == "Secret" ? " in Secret " : " in ConfigMap ");
        // "shop/settings": the namespace is the pod's own, references cannot leave it.
        if (const auto slash = missing.name.find('/'); slash != std::string::npos)
            missing.name = missing.name.substr(slash + 1);
        return missing;
    }
    if (message.find("non-existent config key") != std::string_view::npos)
        return Missing{"ConfigMap", "", quoted_part(message, "non-existent config key: "), ""};
    if (message.find("non-existent secret key") != std::string_view::npos)
        return Missing{"Secret", "", quoted_part(message, "non-existent secret key: "), ""};
    if (message.find("not found") == std::string_view::npos) return std::nullopt;
    for (const auto& [word, kind] : std::array<std::pair<std::string_view, std::string_view>, 7>{
             {{"configmap ", "ConfigMap"},
              {"configmaps ", "ConfigMap"},
              {"secret ", "Secret"},
              {"secrets ", "Secret"},
              {"serviceaccount ", "ServiceAccount"},
              {"serviceaccounts ", "ServiceAccount"},
              {"persistentvolumeclaim ", "PersistentVolumeClaim"}}})
        if (const std::string name = quoted_part(message, std::string(word) + "\""); !name.empty())
            return Missing{kind, name, "", ""};
    return std::nullopt;
}

void complain(Look& look, const Object& pod, const Missing& missing, std::string_view message,
              const Event* event, const std::string& part, bool running) {
    const std::string object =
        fmt::format("{} {}/{}", missing.kind, plain(pod.space), plain(missing.name));
    const bool whole_object = missing.key.empty();
    std::string statement = fmt::format(
        "Pod {} {} ", path_of(pod), running ? "runs, but could not start again:" : "cannot start:");
    if (missing.name.empty())
        statement +=
            fmt::format("a {} that it mounts has no key {}", missing.kind, plain(missing.key));
    else
        statement += whole_object ? fmt::format("{} does not exist", object)
                                  : fmt::format("{} has no key {}", object, plain(missing.key));
    if (!missing.used_by.empty())
        statement += fmt::format(" ({} needs it)", plain(missing.used_by));
    statement += ending(message);
    // A running pod keeps what it has mounted: this hurts at its next start and not before.
    Note& note = look.add(pod, class_of(missing), Level::Config, running ? kHint : kBroken)
                     .says(std::move(statement))
                     .since(event != nullptr ? event->first : pod.created())
                     .concerns(part)
                     .cite(pod, {{"needs", object},
                                 {"key", plain(missing.key)},
                                 {"used by", plain(missing.used_by)},
                                 {"message", plain(message)},
                                 {"phase", plain(text(pod.status(), "phase"))}});
    if (event != nullptr) note.cite(*event);
    if (!missing.name.empty())
        if (const Object* found = look.cluster.find(missing.kind, pod.space, missing.name)) {
            std::string keys;
            if (missing.kind == "ConfigMap")
                for (const auto& [key, value] : map(*found->json, "data").items())
                    if (keys.size() < 300) keys += (keys.empty() ? "" : ", ") + plain(key);
            note.cite(*found, {{"keys", keys}});
        }
    const std::string kind = missing.kind == "PersistentVolumeClaim" ? "pvc"
                             : missing.kind == "ServiceAccount"      ? "serviceaccount"
                             : missing.kind == "Secret"              ? "secret"
                                                                     : "configmap";
    const std::string command =
        missing.name.empty()
            ? describe_command(pod)
            : fmt::format("kubectl get {} {}{}", kind, shell_word(missing.name), space_flag(pod));
    note.overturned(
        whole_object ? "If it exists now, the kubelet will start the pod within minutes."
                     : "If the key exists now, the kubelet will start the pod within minutes.",
        missing.kind == "Secret" && !missing.name.empty()
            ? fmt::format("kubectl describe secret {}{}", shell_word(missing.name), space_flag(pod))
            : command);
    note.advise(whole_object ? "Create it, or correct the name in the workload."
                             : "Add the key, or correct the name of the key in the workload.",
                command);
}

// What the specification names, optional references left out. Names of config maps are checked
// with their keys; secrets by name only.
std::vector<Missing> needs_of(const Json& pod_spec) {
    std::vector<Missing> out;
    const auto add = [&](std::string_view kind, const Json& reference, std::string_view name_key,
                         std::string_view key, const std::string& used_by) {
        const std::string_view name = text(reference, name_key);
        if (!name.empty() && !flag(reference, "optional") && out.size() < 400)
            out.push_back({kind, std::string(name), std::string(key), used_by});
    };
    for (const Json* container : wanted_containers(pod_spec)) {
        const std::string who = "container " + std::string(text(*container, "name"));
        for (const Json& entry : list(*container, "envFrom")) {
            add("ConfigMap", at(entry, "configMapRef"), "name", "", who);
            add("Secret", at(entry, "secretRef"), "name", "", who);
        }
        for (const Json& entry : list(*container, "env")) {
            const Json& map_key = at(entry, "valueFrom", "configMapKeyRef");
            add("ConfigMap", map_key, "name", text(map_key, "key"), who);
            add("Secret", at(entry, "valueFrom", "secretKeyRef"), "name", "", who);
        }
    }
    const auto add_map_volume = [&](const Json& source, std::string_view name_key,
                                    const std::string& who) {
        const Json& items = list(source, "items");
        if (items.empty()) add("ConfigMap", source, name_key, "", who);
        for (const Json& item : items) add("ConfigMap", source, name_key, text(item, "key"), who);
    };
    for (const Json& volume : list(pod_spec, "volumes")) {
        const std::string who = "volume " + std::string(text(volume, "name"));
        add_map_volume(at(volume, "configMap"), "name", who);
        add("Secret", at(volume, "secret"), "secretName", "", who);
        add("PersistentVolumeClaim", at(volume, "persistentVolumeClaim"), "claimName", "", who);
        for (const Json& source : list(volume, "projected", "sources")) {
            add_map_volume(at(source, "configMap"), "name", who);
            add("Secret", at(source, "secret"), "name", "", who);
        }
    }
    return out;
}

bool absent(const Look& look, const Object& pod, const Missing& need) {
    const Object* found = look.cluster.find(need.kind, pod.space, need.name);
    if (found == nullptr) {
        // Likely is enough only against a pod that is not well: something must be missing there.
        const Absence absence = look.cluster.absence(need.kind, pod.space);
        return absence == Absence::Certain ||
               (absence == Absence::Likely && need.kind != "Secret" && !is_ready(pod));
    }
    if (need.key.empty() || need.kind != "ConfigMap") return false;
    return !at(*found->json, "data", need.key).is_string() &&
           !at(*found->json, "binaryData", need.key).is_string();
}

void from_specification(Look& look, const Object& pod) {
    for (const Missing& need : needs_of(pod.spec())) {
        if (!absent(look, pod, need)) continue;
        const bool running = is_ready(pod) || text(pod.status(), "phase") == "Running";
        if (running && !look.check_up) continue;  // it started with it; the loss comes later
        complain(look, pod, need, "", nullptr, "", running);
        return;
    }
    // Admission lets in no pod without its account: one that is missing was deleted later, and
    // hurts the next pod and not this one.
    const std::string_view account = text(pod.spec(), "serviceAccountName");
    if (account.empty() || account == "default" ||
        look.cluster.find("ServiceAccount", pod.space, account) != nullptr ||
        look.cluster.absence("ServiceAccount", pod.space) != Absence::Certain || !look.check_up)
        return;
    complain(look, pod, {"ServiceAccount", std::string(account), "", "its account"}, "", nullptr,
             "", true);
}

}  // namespace

void references(Look& look) {
    for (const Object* pod : look.cluster.all("Pod")) {
        if (pod->deleted() || has_ended(*pod)) continue;
        bool told = false;
        for (const Container& container : containers_of(*pod)) {
            if (told || text(container.waiting(), "reason") != "CreateContainerConfigError")
                continue;
            const std::string_view message = text(container.waiting(), "message");
            if (std::optional<Missing> missing = named_in(message)) {
                missing->used_by = "container " + std::string(container.name);
                complain(look, *pod, *missing, message, nullptr, std::string(container.name),
                         false);
                told = true;
            }
        }
        if (told || is_ready(*pod)) {
            if (!told && look.check_up) from_specification(look, *pod);
            continue;
        }
        const Event* event =
            look.cluster.newest(*pod, {"FailedMount", "Failed", "Started", "Pulled"});
        const std::optional<Missing> missing =
            event != nullptr && event->reason != "Started" && event->reason != "Pulled"
                ? named_in(event->message)
                : std::nullopt;
        if (missing)
            complain(look, *pod, *missing, event->message, event, "", false);
        else
            from_specification(look, *pod);
    }
}

}  // namespace insight::analysis::kubernetes

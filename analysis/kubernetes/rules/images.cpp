// Why an image cannot be had: the words of containerd, CRI-O and the registries (distribution
// specification: "manifest unknown", "unauthorized", "denied", "toomanyrequests").
#include <fmt/format.h>

#include <array>
#include <cctype>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

struct Trouble {
    std::string_view sign;
    int kind;
};
enum Kind { kLimit, kTls, kName, kReach, kAccess, kAbsent, kPlatform, kDisk, kOther };

// Registries wrap one answer into another: an image behind a broken certificate also reads "failed
// to pull: not found", and a private one that one may not see is "not found" to strangers. So what
// stops the way there is asked before what the registry says at its end. In order: the first sign
// that is found decides.
constexpr std::array kTroubles{Trouble{"toomanyrequests", kLimit},
                               Trouble{"QPS exceeded", kLimit},
                               Trouble{"rate limit", kLimit},
                               Trouble{"429 Too Many", kLimit},
                               Trouble{"x509:", kTls},
                               Trouble{"tls: ", kTls},
                               Trouble{"server gave HTTP response to HTTPS", kTls},
                               Trouble{"certificate", kTls},
                               Trouble{"no such host", kName},
                               Trouble{"server misbehaving", kName},
                               Trouble{"name resolution", kName},
                               Trouble{"dial tcp: lookup ", kName},
                               Trouble{"connection refused", kReach},
                               Trouble{"i/o timeout", kReach},
                               Trouble{"no route to host", kReach},
                               Trouble{"network is unreachable", kReach},
                               Trouble{"connection reset", kReach},
                               Trouble{"deadline exceeded", kReach},
                               Trouble{"TLS handshake timeout", kReach},
                               Trouble{"Client.Timeout", kReach},
                               Trouble{"503 Service Unavailable", kReach},
                               Trouble{"502 Bad Gateway", kReach},
                               Trouble{"no space left", kDisk},
                               Trouble{"unauthorized", kAccess},
                               Trouble{"Unauthorized", kAccess},
                               Trouble{"authentication required", kAccess},
                               Trouble{"insufficient_scope", kAccess},
                               Trouble{"authorization failed", kAccess},
                               Trouble{"access denied", kAccess},
                               Trouble{"403 Forbidden", kAccess},
                               Trouble{"no basic auth credentials", kAccess},
                               Trouble{"denied: ", kAccess},
                               Trouble{"no match for platform", kPlatform},
                               Trouble{"no matching manifest", kPlatform},
                               Trouble{"manifest unknown", kAbsent},
                               Trouble{"not found", kAbsent},
                               Trouble{"404", kAbsent},
                               Trouble{"name unknown", kAbsent},
                               Trouble{"does not exist", kAbsent}};

struct Verdict {
    std::string_view cause_class;
    Level level;
    std::string_view words, check, advice;
};

// In the order of Kind.
constexpr std::array<Verdict, 9> kVerdicts{
    Verdict{"image_rate_limited", Level::Dependency,
            "it is asked for more often than the registry or the node's kubelet allows",
            "If pulls with credentials fail as well, the limit is not the reason.",
            "Pull with credentials or through a mirror; wait until the limit is lifted."},
    Verdict{
        "image_tls", Level::Config,
        "the registry's certificate is not accepted, or it speaks no TLS",
        "If another node pulls the same image, only this node lacks the authority's certificate.",
        "Check the registry's certificate and which authorities the nodes trust."},
    Verdict{"image_name_resolution", Level::Infrastructure,
            "the registry's name cannot be resolved",
            "If the node resolves the name by hand, it was a passing failure.",
            "Check the registry's name in the image reference and the nodes' name servers."},
    Verdict{"image_registry_unreachable", Level::Dependency, "the registry does not answer",
            "If another node pulls the same image now, the network of this node is at fault.",
            "Check the way from the node to the registry: proxy, firewall, the registry itself."},
    Verdict{"image_unauthorized", Level::Config, "the registry refuses access",
            "If the image can be pulled with the same credentials elsewhere, look at the pull "
            "secret's type and namespace.",
            "Check the pull secrets of the pod and its service account, and that the repository "
            "exists."},
    Verdict{"image_not_found", Level::Config, "the registry does not have it",
            "If the registry lists this tag, the reference names another repository.",
            "Check the tag: was it pushed, and to this repository?"},
    Verdict{"image_platform", Level::Config, "it was not built for this node's platform",
            "If the image lists the node's platform, the reference names another image.",
            "Build the image for the nodes' architecture or select other nodes."},
    Verdict{"node_disk_full", Level::Infrastructure, "the node has no space left for it",
            "If the node reports free image space, the registry's answer was cut.",
            "Free space for images on the node."},
    Verdict{"image_pull_failed", Level::Config, "it cannot be pulled",
            "If another pod pulls the same image now, it was a passing failure.",
            "Pull the image by hand on the node and read the registry's answer."}};

bool in_a_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_./:@").find(c) != std::string_view::npos;
}

// Images, tags and digests have names of their own ("certificate-manager:404"): a sign inside one
// says nothing.
bool says(std::string_view message, std::string_view sign) {
    for (std::size_t at = message.find(sign); at != std::string_view::npos;
         at = message.find(sign, at + 1)) {
        if (at > 0 && in_a_name(message[at - 1])) continue;
        std::string_view rest = message.substr(at + sign.size());
        // "404." ends a sentence, "404.html" does not.
        const bool goes_on = rest.size() > 1 && (rest[0] == '.' || rest[0] == ':')
                                 ? in_a_name(rest[1])
                                 : !rest.empty() && (rest[0] == '-' || rest[0] == '_' ||
                                                     rest[0] == '/' || rest[0] == '@');
        if (in_a_name(sign.back()) && goes_on) continue;
        return true;
    }
    return false;
}

Kind kind_of(std::string_view message) {
    for (const Trouble& trouble : kTroubles)
        if (says(message, trouble.sign)) return static_cast<Kind>(trouble.kind);
    return kOther;
}

bool about_image(const Event& event) {
    return (event.reason == "Failed" || event.reason == "ErrImageNeverPull" ||
            event.reason == "InspectFailed" || event.reason == "BackOff") &&
           (event.message.find("image") != std::string_view::npos);
}

// "Back-off pulling image" says nothing; the event of the failed pull does.
const Event* telling_event(const Look& look, const Object& pod, const Container& container) {
    const Event* found = nullptr;
    for (const Event* event : look.cluster.events_of(pod)) {
        if (!about_image(*event)) continue;
        if (!event->container.empty() && event->container != container.name) continue;
        if (found == nullptr || kind_of(event->message) != kOther) found = event;
    }
    return found;
}

void pull_failed(Look& look, const Object& pod, const Container& container,
                 std::string_view reason) {
    std::string_view message = text(container.waiting(), "message");
    const Event* event = telling_event(look, pod, container);
    // The container's state is newer, but mostly only says that the kubelet backs off.
    if (kind_of(message) == kOther && event != nullptr && kind_of(event->message) != kOther)
        message = event->message;
    else if (message.empty() && event != nullptr)
        message = event->message;
    if (message.empty()) return;
    const Verdict& verdict = kVerdicts[kind_of(message)];
    const std::string_view image = text(*container.wanted, "image");
    Note& note = look.add(pod, std::string(verdict.cause_class), verdict.level, kBroken)
                     .says(fmt::format("{} has no image{}: {} ({}): {}", label_of(container, pod),
                                       image.empty() ? "" : " " + plain(image), verdict.words,
                                       plain(reason), in_quotes(message)))
                     .since(event != nullptr ? event->first : pod.created())
                     .concerns(std::string(container.name))
                     .cite(pod, {{"container", plain(container.name)},
                                 {"image", plain(image)},
                                 {"state", plain(reason)},
                                 {"message", plain(text(container.waiting(), "message"))}})
                     .overturned(std::string(verdict.check), describe_command(pod))
                     .advise(std::string(verdict.advice), describe_command(pod));
    if (event != nullptr) note.cite(*event);
    // Of a full disk every pod of that node dies; the node is told once.
    if (kind_of(message) == kDisk)
        note.after(look.cluster.find("Node", "", text(pod.spec(), "nodeName")));
}

void other_reason(Look& look, const Object& pod, const Container& container,
                  std::string_view reason, const Verdict& verdict) {
    const std::string_view message = text(container.waiting(), "message");
    const std::string_view image = text(*container.wanted, "image");
    look.add(pod, std::string(verdict.cause_class), verdict.level, kBroken)
        .says(fmt::format("{} has no image{}: {} ({}){}", label_of(container, pod),
                          image.empty() ? "" : " " + plain(image), verdict.words, plain(reason),
                          ending(message)))
        .concerns(std::string(container.name))
        .since(pod.created())
        .cite(pod, {{"container", plain(container.name)},
                    {"image", plain(image)},
                    {"state", plain(reason)},
                    {"message", plain(message)}})
        .overturned(std::string(verdict.check), describe_command(pod))
        .advise(std::string(verdict.advice), describe_command(pod));
}

}  // namespace

void images(Look& look) {
    static constexpr Verdict kInvalid{
        "image_name_invalid", Level::Config, "its reference cannot be read",
        "If the same reference works in another pod, compare them letter by letter.",
        "Correct the image reference."};
    static constexpr Verdict kNever{"image_never_pulled", Level::Config,
                                    "it is not on the node and imagePullPolicy is Never",
                                    "If the node has the image, its name differs.",
                                    "Load the image on the node or let the kubelet pull it."};
    static constexpr Verdict kInspect{
        "image_unreadable", Level::Infrastructure, "the node cannot read it",
        "If the image can be inspected on the node, restart of the pod will do.",
        "Remove the image from the node so that it is pulled anew."};
    static constexpr Verdict kSignature{
        "image_signature", Level::Config, "its signature is not accepted",
        "If the signature can be verified by hand, the policy names another key.",
        "Sign the image with a key that the policy accepts."};
    for (const Object* pod : look.cluster.all("Pod"))
        for (const Container& container : containers_of(*pod)) {
            const std::string_view reason = text(container.waiting(), "reason");
            if (reason == "ErrImagePull" || reason == "ImagePullBackOff" ||
                reason == "RegistryUnavailable")
                pull_failed(look, *pod, container, reason);
            else if (reason == "InvalidImageName")
                other_reason(look, *pod, container, reason, kInvalid);
            else if (reason == "ErrImageNeverPull")
                other_reason(look, *pod, container, reason, kNever);
            else if (reason == "ImageInspectError")
                other_reason(look, *pod, container, reason, kInspect);
            else if (reason == "SignatureValidationFailed")
                other_reason(look, *pod, container, reason, kSignature);
        }
}

}  // namespace insight::analysis::kubernetes

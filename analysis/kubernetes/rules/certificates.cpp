// Certificates that have ended or are about to, where they stand in objects that may be read: CA
// bundles of webhooks, conversions and aggregated APIs, config maps, status of cert-manager's
// Certificates. Secrets are not opened.
#include <fmt/format.h>

#include "analysis/kubernetes/rules.h"
#include "core/base/base64.h"
#include "core/base/certificate.h"
#include "core/base/time.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

constexpr Nanos kSoon = 14 * 24 * base::kHour;
constexpr std::size_t kMostBytes = 256 << 10;

// The certificate of a bundle that ends last: a bundle is broken only when all of them have ended.
std::optional<base::Certificate> last_to_end(std::string_view pem) {
    std::optional<base::Certificate> last;
    for (const base::Certificate& dates : base::certificates_in_pem(pem))
        if (!last || dates.not_after > last->not_after) last = dates;
    return last;
}

void judge_certificate(Look& look, const Object& object, const std::string& where,
                       const base::Certificate& dates, const std::string& hurts) {
    if (look.now() == 0) return;
    const bool ended = dates.not_after <= look.now();
    const bool early = dates.not_before > look.now();
    if (!ended && !early && dates.not_after - look.now() > kSoon) return;
    const std::string end = base::format_rfc3339(dates.not_after);
    const std::string begin = base::format_rfc3339(dates.not_before);
    look.add(object, ended || early ? "certificate_expired" : "certificate_expires_soon",
             Level::Config, ended || early ? kFault : Weight{0.4, 0.2, 0.3, 2})
        .says(fmt::format("The certificate in {} of {} {} {}{}", where, label_of(object),
                          ended   ? "ended at"
                          : early ? "is not valid before"
                                  : "ends at",
                          in_quotes(early ? begin : end), hurts.empty() ? "." : "; " + hurts + "."))
        .since(ended ? std::optional(dates.not_after) : std::nullopt)
        .concerns(where)
        .cite(object, {{where, "certificate"},
                       {"subject", plain(dates.subject)},
                       {"notBefore", begin},
                       {"notAfter", end}})
        .overturned(
            "If the server presents a newer certificate that this one vouches for, look at clocks.",
            get_command(object))
        .advise("Renew it, and find out why that was not done by itself.", get_command(object));
}

void bundle(Look& look, const Object& object, const std::string& where, const Json& encoded,
            const std::string& hurts) {
    if (!encoded.is_string()) return;
    const auto& bytes = encoded.get_ref<const std::string&>();
    if (bytes.size() > kMostBytes) return;
    // PEM in Base64 once more: caBundle is a field of bytes, and JSON carries those so.
    if (const auto pem = base::from_base64(bytes))
        if (const auto dates = last_to_end(*pem))
            judge_certificate(look, object, where, *dates, hurts);
}

void issued(Look& look, const Object& certificate) {
    const std::optional<Nanos> end = time_at(certificate.status(), "notAfter");
    const Json& ready = condition(certificate, "Ready");
    if (end && look.now() != 0 && *end <= look.now()) {
        const std::string when(text(certificate.status(), "notAfter"));
        look.add(certificate, "certificate_expired", Level::Config, kBroken)
            .says(fmt::format("Certificate {} ended at {}.", path_of(certificate), in_quotes(when)))
            .since(*end)
            .cite(certificate, {{"notAfter", plain(when)},
                                {"Ready", plain(text(ready, "status"))},
                                {"message", plain(text(ready, "message"))}})
            .overturned("If clients are shown a newer certificate, this object is stale.",
                        describe_command(certificate))
            .advise("Read why it was not renewed.",
                    "kubectl get certificaterequests,orders,challenges" + space_flag(certificate));
        return;
    }
    if (text(ready, "status") != "False" ||
        look.younger(time_at(ready, "lastTransitionTime"), 5 * base::kMinute))
        return;
    look.add(certificate, "certificate_not_issued", Level::Dependency, kSuspect)
        .says(fmt::format("Certificate {} is not ready ({}): {}", path_of(certificate),
                          plain(text(ready, "reason")), in_quotes(text(ready, "message"))))
        .since(time_at(ready, "lastTransitionTime"))
        .cite(certificate, {{"Ready", "False"},
                            {"reason", plain(text(ready, "reason"))},
                            {"message", plain(text(ready, "message"))}})
        .overturned("If its secret holds a valid certificate, clients feel nothing.",
                    describe_command(certificate))
        .advise("Read why it is not issued.",
                "kubectl get certificaterequests,orders,challenges" + space_flag(certificate));
}

}  // namespace

void certificates(Look& look) {
    for (const char* kind : {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})
        for (const Object* object : look.cluster.all(kind))
            for (const Json& hook : list(*object->json, "webhooks"))
                bundle(look, *object, "webhook " + plain(text(hook, "name")),
                       at(hook, "clientConfig", "caBundle"), "the webhook cannot be trusted");
    for (const Object* object : look.cluster.all("APIService"))
        bundle(look, *object, "caBundle", at(object->spec(), "caBundle"),
               "the API cannot be trusted");
    for (const Object* object : look.cluster.all("CustomResourceDefinition"))
        bundle(look, *object, "conversion",
               at(object->spec(), "conversion", "webhook", "clientConfig", "caBundle"),
               "objects cannot be converted");
    for (const Object* object : look.cluster.all("ConfigMap"))
        for (const auto& [key, value] : map(*object->json, "data").items()) {
            if (!value.is_string()) continue;
            const auto& pem = value.get_ref<const std::string&>();
            if (pem.size() > kMostBytes ||
                pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
                continue;
            if (const auto dates = last_to_end(pem))
                judge_certificate(look, *object, "key " + plain(key), *dates, "");
        }
    for (const Object* object : look.cluster.all("Certificate")) issued(look, *object);
}

}  // namespace insight::analysis::kubernetes

#include "collectors/common_probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collectors/coverage.h"
#include "collectors/disposable.h"
#include "core/base/text.h"
#include "core/net/url.h"

namespace insight::collectors {
namespace {

constexpr base::Nanos kDay = 24 * base::kHour;
constexpr base::Nanos kEndsSoon = 14 * kDay;
constexpr std::size_t kMostShown = 6;  // longer chains belong to nobody who means well

bool ends_soon(const base::Certificate& one, base::Nanos now) {
    const base::Nanos life = one.not_after - one.not_before;
    // Certificates that live for days are renewed by machines: two thirds of their life are no
    // alarm.
    return one.not_after - now < std::min(kEndsSoon, life / 3);
}

// Names in certificates are written by strangers.
std::string subject_of(const base::Certificate& one) {
    return one.subject.empty() ? "(no name)" : shown(one.subject, 120);
}

}  // namespace

Probe clock_probe(double skew_s, double tolerance_s) {
    const bool close = std::abs(skew_s) < tolerance_s;
    return {"clock", close, fmt::format("{:+.3f} s against ours", skew_s),
            close ? "" : "synchronise the clocks (NTP): onsets would be ordered wrongly"};
}

Probe plain_probe(bool this_machine, bool credentials, std::string fix) {
    if (this_machine) return {"TLS", true, "none on this machine", ""};
    if (credentials) return {"TLS", false, "credentials travel without TLS", std::move(fix)};
    return {"TLS", true, "none; no credentials travel, what is read does", ""};
}

Probe certificate_probe(const net::ShownChain& chain, const std::string& authority,
                        base::Nanos now) {
    std::string finding = chain.protocol;
    std::string fix;
    for (std::size_t i = 0; i < std::min(chain.certificates.size(), kMostShown); ++i) {
        const base::Certificate& one = chain.certificates[i];
        finding += fmt::format("{} {} until {}", i == 0 ? ":" : ", signed by", subject_of(one),
                               base::format_rfc3339(one.not_after).substr(0, 10));
        if (!ends_soon(one, now)) continue;
        fix += fmt::format(
            "{}renew the certificate of {}: {}", fix.empty() ? "" : "; ", subject_of(one),
            one.not_after > now ? "it ends in " + base::format_duration(one.not_after - now)
                                : "it has ended");
    }
    finding += authority.empty() ? "; trusted by this system" : "; trusted by " + authority;
    return {"TLS", fix.empty(), finding, fix};
}

Probe transport_probe(const std::string& url, const net::Tls& tls, bool credentials,
                      const base::Clock& clock, base::Deadline deadline) {
    const auto parsed = net::parse_url(url);
    if (!parsed) return {"TLS", false, parsed.error().text(), parsed.error().message};
    if (!parsed->tls())
        return plain_probe(net::is_this_machine(parsed->host), credentials,
                           "use the https address, with `caFile` where its authority is your own");
    // shown_chain() looks the name up, which heeds no deadline.
    using Looked = base::Result<net::ShownChain>;
    const auto looked =
        run_disposable<Looked>(deadline, [host = parsed->host, port = parsed->port, tls, deadline] {
            return net::shown_chain(host, port, tls, deadline);
        });
    if (!looked)
        return {"TLS", false, "its certificates did not come in time",
                "look at its host and the network between"};
    if (!*looked) return {"TLS", false, looked->error().text(), looked->error().message};
    return certificate_probe(**looked, tls.ca_file, clock.now());
}

Probe transport_probe(const HttpAccess& access, const base::Clock& clock, base::Deadline deadline) {
    return transport_probe(access.url, access.tls, !access.authorization.empty(), clock, deadline);
}

}  // namespace insight::collectors

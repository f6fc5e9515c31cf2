// What doctor says of every source alike: its clock, and who can listen on the way to it.
#pragma once

#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/http_access.h"
#include "core/net/shown_chain.h"

namespace insight::collectors {

// `skew_s`: the source's clock less ours. Beyond `tolerance_s` causes and effects change places.
Probe clock_probe(double skew_s, double tolerance_s = 2);

// A way without TLS. `fix`: what would protect it.
Probe plain_probe(bool this_machine, bool credentials, std::string fix);

// A verified way: the whole chain, each certificate with its last day. Fails for one that ends
// within two weeks, or within the last third of its life where that is shorter: certificates that
// renew themselves have done so by then. `authority`: the file it is traced to; empty: the
// system's.
Probe certificate_probe(const net::ShownChain& chain, const std::string& authority,
                        base::Nanos now);

// Of an HTTP source. Over https a connection of its own is made, verified like any other, for the
// transport does not show its certificates.
Probe transport_probe(const std::string& url, const net::Tls& tls, bool credentials,
                      const base::Clock& clock, base::Deadline deadline);
Probe transport_probe(const HttpAccess& access, const base::Clock& clock, base::Deadline deadline);

}  // namespace insight::collectors

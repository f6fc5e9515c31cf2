// When certificates end: what series say of it, and what cert-manager's objects do. Certificates
// inside Secrets are not read.
#pragma once

#include <optional>
#include <set>

#include "analysis/evidence_book.h"
#include "core/model/health.h"

namespace insight::analysis::health {

// How far ahead an end is worth a word; what renews itself does so before.
constexpr model::Nanos kExpiresSoon = 30 * 24 * base::kHour;

// The last value between the baseline's start and the window's end: the moment itself in unix
// seconds (x509_cert_not_after, probe_ssl_earliest_cert_expiry) or how much is left of it, in
// seconds or, where the name says so, hours or days
// (kubelet_certificate_manager_client_ttl_seconds, envoy_server_days_until_first_cert_expiring).
// Nothing for what is neither.
std::optional<model::Exhaustion> expiry_of(const model::Series& series,
                                           const model::Window& window);

// "space/name" of the Certificates of cert-manager that were collected: they know when they are to
// be renewed, which their series do not.
std::set<std::string> known_certificates(const model::Signals& signals);
bool is_about(const model::Series& series, const std::set<std::string>& certificates);

// Certificates of cert-manager that end soon and should have been renewed, or are not renewed for
// another reason; and client certificates that the API server saw in the window
// (apiserver_client_certificate_expiration_seconds), as exactly as its buckets tell.
std::vector<model::HealthFinding> certificate_findings(const model::Incident& incident,
                                                       const model::Signals& signals,
                                                       EvidenceBook& book);

}  // namespace insight::analysis::health

// What needs no curve: certificates that end by themselves, quotas that are nearly used up.
#include <gmock/gmock.h>

#include "analysis/claims.h"
#include "analysis/health/certificates.h"
#include "analysis/health/growth.h"
#include "analysis/health/quota_use.h"
#include "analysis/health/scan.h"
#include "analysis/health/subject.h"

namespace insight::analysis::health {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;
using model::Nanos;
using model::Severity;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Nanos kDay = 24 * kHour;
constexpr Nanos kNow = 1'790'000'000LL * kSecond;

model::Incident day() {
    model::Incident out;
    out.origin = model::Origin::Scan;
    out.window = {kNow - kDay, kNow, kNow - 2 * kDay, kNow - kDay};
    return out;
}

model::Series gauge(const std::string& name, model::Labels labels, double value,
                    double per_hour = 0) {
    model::Series out;
    out.name = name;
    out.labels = std::move(labels);
    for (int i = 48; i >= 0; --i) out.points.push_back({kNow - i * kHour, value - per_hour * i});
    return out;
}

struct Stood {
    model::Report report;
    model::Health health;
};

Stood look(model::Signals signals) {
    Stood out;
    out.report.incident = day();
    out.report.verdict = model::Verdict::NothingWrong;
    out.health = scan(out.report, signals, {});
    EXPECT_EQ(out.report.claims.removed, 0) << "a statement is not proven by its evidence";
    return out;
}

model::Signals with(std::vector<model::Series> series) {
    model::Signals out;
    out.metrics = std::move(series);
    return out;
}

TEST(Certificates, a_series_names_the_moment_or_what_is_left) {
    const double in_five_days = base::to_seconds(kNow + 5 * kDay);
    for (const char* name :
         {"x509_cert_not_after", "probe_ssl_earliest_cert_expiry",
          "certmanager_certificate_expiration_timestamp_seconds",
          "nginx_ingress_controller_ssl_expire_time_seconds", "traefik_tls_certs_not_after"}) {
        ASSERT_TRUE(subject_of(name)) << name;
        EXPECT_EQ(subject_of(name)->way, Way::Expires) << name;
        EXPECT_EQ(expiry_of(gauge(name, {}, in_five_days), day().window)->at, kNow + 5 * kDay);
    }
    for (const char* name : {"kubelet_certificate_manager_client_ttl_seconds",
                             "x509_cert_expires_in_seconds", "istio_agent_cert_expiry_seconds"}) {
        ASSERT_TRUE(subject_of(name)) << name;
        EXPECT_EQ(expiry_of(gauge(name, {}, 3600), day().window)->at, kNow + kHour) << name;
    }
    EXPECT_EQ(
        expiry_of(gauge("envoy_server_days_until_first_cert_expiring", {}, 3), day().window)->at,
        kNow + 3 * kDay);
}

TEST(Certificates, what_is_no_moment_is_not_taken_for_one) {
    EXPECT_FALSE(expiry_of(gauge("x509_cert_not_after", {}, 0), day().window));
    EXPECT_FALSE(expiry_of(gauge("x509_cert_not_after", {}, 5), day().window));
    EXPECT_FALSE(expiry_of(gauge("x509_cert_not_after", {}, 1e18), day().window));
    EXPECT_FALSE(expiry_of(gauge("x509_cert_not_after", {}, NAN), day().window));
    EXPECT_FALSE(expiry_of({}, day().window));
    // Histograms count requests, however large their sums are.
    for (const char* suffix : {"_bucket", "_sum", "_count"})
        EXPECT_FALSE(
            subject_of(std::string("apiserver_client_certificate_expiration_seconds") + suffix));
}

TEST(Certificates, of_series_that_end_within_a_day_are_critical) {
    const Stood out = look(with(
        {gauge("probe_ssl_earliest_cert_expiry", {{"instance", "https://shop.example"}},
               base::to_seconds(kNow + 5 * kHour)),
         gauge("probe_ssl_earliest_cert_expiry", {{"instance", "https://far.example"}},
               base::to_seconds(kNow + 200 * kDay)),
         gauge("kubelet_certificate_manager_client_ttl_seconds", {{"node", "n1"}}, 3 * 86400)}));
    ASSERT_THAT(out.health.findings, SizeIs(2));
    EXPECT_EQ(out.health.findings[0].severity, Severity::Critical);
    EXPECT_EQ(out.health.findings[0].exhaustion->at, kNow + 5 * kHour);
    EXPECT_EQ(out.health.findings[0].exhaustion->earliest, kNow + 5 * kHour);
    EXPECT_EQ(out.health.findings[1].severity, Severity::Warning);
    EXPECT_EQ(out.health.findings[1].entity.name, "n1");
}

base::Json certificate(const std::string& name, const std::string& not_after,
                       const std::string& renewal, const std::string& ready = "True") {
    base::Json status{{"notAfter", not_after},
                      {"conditions", {{{"type", "Ready"}, {"status", ready}, {"message", "why"}}}}};
    if (!renewal.empty()) status["renewalTime"] = renewal;
    return {{"apiVersion", "cert-manager.io/v1"},
            {"kind", "Certificate"},
            {"metadata", {{"namespace", "shop"}, {"name", name}}},
            {"status", std::move(status)}};
}

TEST(Certificates, of_cert_manager_count_when_their_renewal_is_overdue) {
    const std::string in_three_days = base::format_rfc3339(kNow + 3 * kDay);
    model::Signals signals;
    signals.resources = {
        certificate("late", in_three_days, base::format_rfc3339(kNow - 5 * kDay)),
        certificate("shortlived", in_three_days, base::format_rfc3339(kNow + kDay)),
        certificate("failing", in_three_days, base::format_rfc3339(kNow + kDay), "False"),
        certificate("unknown", in_three_days, ""),
        certificate("far", base::format_rfc3339(kNow + 80 * kDay), "")};
    const Stood out = look(signals);
    std::set<std::string> named;
    for (const model::HealthFinding& finding : out.health.findings) {
        named.insert(finding.entity.name);
        EXPECT_EQ(finding.area, model::HealthArea::Certificates);
        EXPECT_EQ(finding.severity, Severity::Warning);
        EXPECT_EQ(finding.exhaustion->at, kNow + 3 * kDay);
        EXPECT_THAT(finding.advice.command, HasSubstr("kubectl describe certificate "));
    }
    EXPECT_EQ(named, (std::set<std::string>{"certificate/late", "certificate/failing",
                                            "certificate/unknown"}));
}

TEST(Certificates, what_the_object_knows_better_its_series_does_not_tell_again) {
    model::Signals signals = with({gauge("certmanager_certificate_expiration_timestamp_seconds",
                                         {{"exported_namespace", "shop"}, {"name", "shortlived"}},
                                         base::to_seconds(kNow + 3 * kDay))});
    EXPECT_THAT(look(signals).health.findings, SizeIs(1)) << "without the object it is told";
    signals.resources = {certificate("shortlived", base::format_rfc3339(kNow + 3 * kDay),
                                     base::format_rfc3339(kNow + kDay))};
    EXPECT_THAT(look(signals).health.findings, IsEmpty());
}

// Requests in the window, by how long the client's certificate still lives.
model::Signals api_server(double below_a_day, double below_a_week, double all) {
    const auto bucket = [](const std::string& le, double in_window) {
        return gauge("apiserver_client_certificate_expiration_seconds_bucket",
                     {{"le", le}, {"instance", "api:6443"}}, 1000 + in_window, in_window / 24);
    };
    return with({bucket("0", 0), bucket("86400", below_a_day), bucket("604800", below_a_week),
                 bucket("7776000", all), bucket("+Inf", all)});
}

TEST(Certificates, of_clients_of_the_api_server_end_within_the_bucket_they_fell_into) {
    const Stood out = look(api_server(0, 48, 480));
    ASSERT_THAT(out.health.findings, SizeIs(1));
    const model::Exhaustion& end = *out.health.findings[0].exhaustion;
    EXPECT_EQ(end.earliest, kNow - kDay + kDay);
    EXPECT_EQ(*end.latest, kNow + 7 * kDay);
    EXPECT_THAT(look(api_server(0, 0, 480)).health.findings, SizeIs(1))
        << "between a week and ninety days: may be soon";
    EXPECT_THAT(look(api_server(24, 48, 480)).health.findings[0].statement,
                HasSubstr("A certificate that a client of the API server uses expires between"));
}

base::Json quota(const std::string& name, const std::string& used, const std::string& hard) {
    return {
        {"kind", "ResourceQuota"},
        {"metadata", {{"namespace", "shop"}, {"name", name}}},
        {"status", {{"hard", {{"requests.memory", hard}}}, {"used", {{"requests.memory", used}}}}}};
}

TEST(Quotas, nearly_used_up_is_news_and_used_up_is_a_warning) {
    model::Signals signals;
    signals.resources = {quota("half", "2Gi", "4Gi"), quota("near", "3900Mi", "4Gi"),
                         quota("full", "4Gi", "4Gi"), quota("none", "0", "0"),
                         quota("odd", "many", "4Gi")};
    const Stood out = look(signals);
    ASSERT_THAT(out.health.findings, SizeIs(2));
    EXPECT_EQ(out.health.findings[0].entity.name, "resourcequota/shop/full");
    EXPECT_EQ(out.health.findings[0].severity, Severity::Warning);
    EXPECT_THAT(out.health.findings[0].statement, HasSubstr("is used up"));
    EXPECT_EQ(out.health.findings[1].severity, Severity::Info);
    EXPECT_THAT(out.health.findings[1].statement, HasSubstr("95.2 %"));
    EXPECT_EQ(out.health.findings[1].advice.command, "kubectl describe resourcequota -n shop near");
}

model::Labels of_quota(const std::string& type, const std::string& resource = "pods") {
    return {{"namespace", "shop"},
            {"resourcequota", "team"},
            {"resource", resource},
            {"type", type},
            {"instance", "10.0.0.1:8080"}};
}

TEST(Quotas, whose_use_grows_say_when_they_are_used_up) {
    // 40 of 100 pods, one more every two hours: 120 hours to go.
    const Stood out = look(with({gauge("kube_resourcequota", of_quota("used"), 40, 0.5),
                                 gauge("kube_resourcequota", of_quota("hard"), 100)}));
    ASSERT_THAT(out.health.findings, SizeIs(1));
    const model::HealthFinding& finding = out.health.findings[0];
    EXPECT_EQ(finding.area, model::HealthArea::Quota);
    EXPECT_EQ(finding.entity.name, "resourcequota/shop/team");
    ASSERT_TRUE(finding.exhaustion);
    EXPECT_DOUBLE_EQ(finding.exhaustion->limit, 100);
    EXPECT_NEAR(base::to_seconds(finding.exhaustion->at - kNow) / 3600, 120, 3);
    EXPECT_LE(finding.exhaustion->earliest, finding.exhaustion->at);
}

TEST(Quotas, growth_is_told_once_and_a_flat_one_by_its_last_value) {
    const Stood growing = look(with({gauge("kube_resourcequota", of_quota("used"), 95, 0.5),
                                     gauge("kube_resourcequota", of_quota("hard"), 100)}));
    ASSERT_THAT(growing.health.findings, SizeIs(1));
    EXPECT_TRUE(growing.health.findings[0].exhaustion);
    const Stood flat = look(with({gauge("kube_resourcequota", of_quota("used"), 95),
                                  gauge("kube_resourcequota", of_quota("hard"), 100)}));
    ASSERT_THAT(flat.health.findings, SizeIs(1));
    EXPECT_FALSE(flat.health.findings[0].exhaustion);
}

TEST(Quotas, samples_of_our_own_are_read_like_those_of_exporters) {
    const model::Labels labels{
        {"namespace", "shop"}, {"k8s.resourcequota.name", "team"}, {"resource", "pods"}};
    const Stood out = look(with({gauge("k8s.resource_quota.used", labels, 40, 0.5),
                                 gauge("k8s.resource_quota.hard_limit", labels, 100)}));
    ASSERT_THAT(out.health.findings, SizeIs(1));
    EXPECT_NEAR(base::to_seconds(out.health.findings[0].exhaustion->at - kNow) / 3600, 120, 3);
}

}  // namespace
}  // namespace insight::analysis::health

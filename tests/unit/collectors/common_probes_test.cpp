#include "collectors/common_probes.h"

#include <gmock/gmock.h>

namespace insight::collectors {
namespace {

using testing::HasSubstr;

constexpr base::Nanos kDay = 24 * base::kHour;
constexpr base::Nanos kNow = 1'790'000'000 * base::kSecond;  // 2026-09-21

net::ShownChain chain(base::Nanos leaf_ends_in, base::Nanos leaf_life) {
    const base::Nanos end = kNow + leaf_ends_in;
    return {"TLSv1.3",
            {{"CN=db.example", end - leaf_life, end, "CN=Example CA"},
             {"CN=Example CA", kNow - 900 * kDay, kNow + 2000 * kDay, "CN=Example CA"}}};
}

TEST(CertificateProbe, tells_the_whole_chain_and_until_when_each_holds) {
    const Probe probe = certificate_probe(chain(60 * kDay, 90 * kDay), "/etc/ca.pem", kNow);
    EXPECT_TRUE(probe.ok);
    EXPECT_EQ(probe.finding,
              "TLSv1.3: CN=db.example until 2026-11-20, signed by CN=Example CA until 2032-03-13; "
              "trusted by /etc/ca.pem");
    EXPECT_TRUE(probe.fix.empty());
    EXPECT_THAT(certificate_probe(chain(60 * kDay, 90 * kDay), "", kNow).finding,
                HasSubstr("trusted by this system"));
}

TEST(CertificateProbe, one_that_ends_soon_is_to_be_renewed_and_one_that_lives_shortly_is_not) {
    const Probe soon = certificate_probe(chain(5 * kDay, 90 * kDay), "", kNow);
    EXPECT_FALSE(soon.ok);
    EXPECT_THAT(soon.fix, HasSubstr("renew the certificate of CN=db.example: it ends in "));
    EXPECT_TRUE(certificate_probe(chain(15 * kDay, 90 * kDay), "", kNow).ok);
    // of a mesh that renews every day, with half of the day left
    EXPECT_TRUE(certificate_probe(chain(kDay / 2, kDay), "", kNow).ok);
    EXPECT_FALSE(certificate_probe(chain(kDay / 4, kDay), "", kNow).ok);
    EXPECT_THAT(certificate_probe(chain(-kDay, 90 * kDay), "", kNow).fix,
                HasSubstr("it has ended"));
}

TEST(CertificateProbe, names_that_strangers_wrote_stay_short_and_on_one_line) {
    net::ShownChain hostile{"TLSv1.2", {}};
    for (int i = 0; i < 100; ++i)
        hostile.certificates.push_back(
            {"CN=" + std::string(5000, 'x') + "\n\x1b[2J", kNow - kDay, kNow + 900 * kDay, ""});
    const Probe probe = certificate_probe(hostile, "", kNow);
    EXPECT_LT(probe.finding.size(), 1200U);
    EXPECT_EQ(probe.finding.find_first_of("\n\x1b"), std::string::npos);
}

TEST(PlainProbe, fails_only_where_credentials_cross_a_network) {
    EXPECT_FALSE(plain_probe(false, true, "use https").ok);
    EXPECT_EQ(plain_probe(false, true, "use https").fix, "use https");
    EXPECT_TRUE(plain_probe(false, false, "use https").ok);
    EXPECT_TRUE(plain_probe(true, true, "use https").ok);
}

TEST(ClockProbe, beyond_the_tolerance_says_what_goes_wrong) {
    EXPECT_TRUE(clock_probe(1.9).ok);
    EXPECT_FALSE(clock_probe(-2.1).ok);
    EXPECT_TRUE(clock_probe(-2.1, 2.5).ok);
    EXPECT_EQ(clock_probe(-2.1).finding, "-2.100 s against ours");
    EXPECT_THAT(clock_probe(9).fix, HasSubstr("NTP"));
}

}  // namespace
}  // namespace insight::collectors

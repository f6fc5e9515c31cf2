#include "core/base/certificate.h"

#include <gtest/gtest.h>

namespace insight::base {
namespace {

constexpr std::string_view kEnded = R"(-----BEGIN CERTIFICATE-----
MIIBJzCBzQIUCD21cYs04oVkAMYcRLqCLow+DZ0wCgYIKoZIzj0EAwIwFjEUMBIG
A1UEAwwLb2xkLmV4YW1wbGUwHhcNMjUwMTAxMDAwMDAwWhcNMjYwMzAxMDAwMDAw
WjAWMRQwEgYDVQQDDAtvbGQuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABNo8gHXwoprlUGFCjT2ei8Yr1my6Yralg2FfcQ0D4RXEaxoIWSeDAbqobKEV
ul5U3Sw+n56XQHFEtN9jrSPv+bEwCgYIKoZIzj0EAwIDSQAwRgIhAILD6hbbfCKm
ke0itoCxbbyuX730eblAREdAoyrLfWRnAiEA76dNVBvYsCag9kkv3cVnNPT/1aI4
HiUM6otxtAu0QdI=
-----END CERTIFICATE-----
)";

TEST(Certificate, says_from_when_to_when_it_holds) {
    const auto found = certificates_in_pem(kEnded);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].subject, "CN=old.example");
    EXPECT_EQ(found[0].issuer, "CN=old.example");
    EXPECT_EQ(format_rfc3339(found[0].not_before), "2025-01-01T00:00:00Z");
    EXPECT_EQ(format_rfc3339(found[0].not_after), "2026-03-01T00:00:00Z");
}

TEST(Certificate, a_bundle_gives_all_of_them_and_stops_at_what_is_broken) {
    const std::string twice = std::string(kEnded) + "text between\n" + std::string(kEnded);
    EXPECT_EQ(certificates_in_pem(twice).size(), 2U);
    EXPECT_TRUE(certificates_in_pem("").empty());
    EXPECT_TRUE(
        certificates_in_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
            .empty());
    EXPECT_TRUE(certificates_in_pem(kEnded.substr(0, 200)).empty());
    std::string many;
    for (int i = 0; i < 60; ++i) many += kEnded;
    EXPECT_EQ(certificates_in_pem(many).size(), 50U);
}

}  // namespace
}  // namespace insight::base

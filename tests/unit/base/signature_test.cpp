#include "core/base/signature.h"

#include <gtest/gtest.h>

#include "core/base/base64.h"
#include "tests/unit/base/rsa_key.h"

namespace insight::base {
namespace {

TEST(Signature, is_the_one_that_rfc_7515_prints) {
    const auto signature = sign_rs256(
        Secret(test::kRsaKey),
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
    ASSERT_TRUE(signature) << signature.error().text();
    EXPECT_EQ(base64url(*signature),
              "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YK"
              "t_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBA"
              "rLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6Bf"
              "I7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioyp"
              "GlUPQGe77Rw");
}

TEST(Signature, refuses_what_is_no_rsa_key_and_never_repeats_it) {
    // an EC key, an encrypted key, half a key, none
    const std::string ec =
        "-----BEGIN EC PRIVATE KEY-----\n"
        "MHcCAQEEIPl2DTVdbG84jMbCVhH0HWmPaYIFJEjZbAy5m5zH6E5doAoGCCqGSM49\n"
        "AwEHoUQDQgAE8xOUetsCa8EfOlDEBAfREhJqspDoyEh6Szz2in47Tv5n52m9dLYy\n"
        "PCbqZkOB5nTSqtscpkQD/HpykCggvx09iQ==\n-----END EC PRIVATE KEY-----\n";
    for (const std::string& key : {ec, std::string(test::kRsaKey).substr(0, 600),
                                   std::string("hunter2hunter2"), std::string()}) {
        const auto signature = sign_rs256(Secret(key), "text");
        ASSERT_FALSE(signature);
        EXPECT_EQ(signature.error().kind, ErrorKind::Invalid);
        EXPECT_EQ(signature.error().text().find("hunter2"), std::string::npos);
    }
}

TEST(Base64Url, has_no_characters_that_urls_change) {
    EXPECT_EQ(base64url(std::string("\xfb\xff\xfe", 3)), "-__-");
    EXPECT_EQ(base64url("a"), "YQ");
    EXPECT_EQ(base64url(""), "");
}

}  // namespace
}  // namespace insight::base

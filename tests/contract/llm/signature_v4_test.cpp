// Published vectors: the AWS Signature Version 4 test suite (aws-sig-v4-test-suite; access key
// AKIDEXAMPLE, service "service") and the examples of the AWS documentation. RFC 4231 for HMAC.
#include "core/llm/signature_v4.h"

#include <gtest/gtest.h>

#include "core/base/crypto.h"

namespace insight::llm {
namespace {

struct Vector {
    const char* name;
    const char* method;
    const char* url;
    std::vector<net::Header> headers;
    const char* body;
    const char* signed_headers;
    const char* signature;
};

std::string authorization(const Vector& vector, std::string token = "") {
    net::Request request;
    request.method = vector.method;
    request.url = vector.url;
    request.headers = vector.headers;
    request.body = vector.body;
    const auto status =
        sign_v4(request, {{"AKIDEXAMPLE", base::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                           base::Secret(std::move(token))},
                          "us-east-1",
                          "service",
                          base::parse_rfc3339("2015-08-30T12:36:00Z").value()});
    return status ? request.authorization->reveal() : status.error().text();
}

TEST(SignatureV4, is_that_of_the_published_test_suite) {
    const char* const plain = "host;x-amz-date";
    const char* const one = "host;my-header1;x-amz-date";
    const Vector vectors[]{
        {"get-vanilla",
         "GET",
         "https://example.amazonaws.com/",
         {},
         "",
         plain,
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"get-vanilla-query-order-key-case",
         "GET",
         "https://example.amazonaws.com/?Param2=value2&Param1=value1",
         {},
         "",
         plain,
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        {"get-vanilla-query-order-key",
         "GET",
         "https://example.amazonaws.com/?Param1=value2&Param1=Value1",
         {},
         "",
         plain,
         "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
        {"get-header-key-duplicate",
         "GET",
         "https://example.amazonaws.com/",
         {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
         "",
         one,
         "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        {"get-header-value-order",
         "GET",
         "https://example.amazonaws.com/",
         {{"My-Header1", "value4"},
          {"My-Header1", "value1"},
          {"My-Header1", "value3"},
          {"My-Header1", "value2"}},
         "",
         one,
         "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
        {"get-header-value-trim",
         "GET",
         "https://example.amazonaws.com/",
         {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
         "",
         "host;my-header1;my-header2;x-amz-date",
         "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        {"post-vanilla",
         "POST",
         "https://example.amazonaws.com/",
         {},
         "",
         plain,
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        {"post-vanilla-query",
         "POST",
         "https://example.amazonaws.com/?Param1=value1",
         {},
         "",
         plain,
         "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
        {"post-header-key-sort",
         "POST",
         "https://example.amazonaws.com/",
         {{"My-Header1", "value1"}},
         "",
         one,
         "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
        {"post-header-value-case",
         "POST",
         "https://example.amazonaws.com/",
         {{"My-Header1", "VALUE1"}},
         "",
         one,
         "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
        {"post-x-www-form-urlencoded",
         "POST",
         "https://example.amazonaws.com/",
         {{"Content-Type", "application/x-www-form-urlencoded"}},
         "Param1=value1",
         "content-type;host;x-amz-date",
         "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    };
    for (const Vector& vector : vectors)
        EXPECT_EQ(authorization(vector),
                  std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                              "aws4_request, SignedHeaders=") +
                      vector.signed_headers + ", Signature=" + vector.signature)
            << vector.name;
}

TEST(SignatureV4, canonical_request_is_that_of_the_test_suite) {
    EXPECT_EQ(canonical_request(
                  "GET", "/",
                  {{"host", "example.amazonaws.com"}, {"x-amz-date", "20150830T123600Z"}}, ""),
              "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
              "host;x-amz-date\n"
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// "Model ids hold colons": what is escaped on the wire is escaped once more for the signature.
TEST(SignatureV4, escapes_segments_of_the_path_once_more) {
    const std::string canonical =
        canonical_request("POST", "/model/eu.x-v1%3A0/converse-stream", {}, "");
    EXPECT_TRUE(canonical.starts_with("POST\n/model/eu.x-v1%253A0/converse-stream\n\n"))
        << canonical;
}

TEST(SignatureV4, a_session_token_is_sent_and_signed) {
    const std::string with =
        authorization({"", "POST", "https://example.amazonaws.com/", {}, "", "", ""}, "a-token");
    EXPECT_NE(with.find("SignedHeaders=host;x-amz-date;x-amz-security-token"), std::string::npos);
}

// The key of the documentation's example "deriving a signing key".
TEST(SignatureV4, derives_the_documented_signing_key) {
    std::string key = "AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    for (const char* step : {"20150830", "us-east-1", "iam", "aws4_request"})
        key = base::hmac_sha256(key, step);
    EXPECT_EQ(base::hex(key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(Hmac, is_that_of_rfc_4231) {
    EXPECT_EQ(base::hex(base::hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(base::hex(base::hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        base::hex(base::hmac_sha256(std::string(131, '\xaa'),
                                    "Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace insight::llm

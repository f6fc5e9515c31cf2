// AWS Signature Version 4:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/llm/settings.h"
#include "core/net/transport.h"

namespace insight::llm {

struct Signing {
    AwsKeys keys;
    std::string region;
    std::string service;
    base::Nanos now = 0;
};

// Adds x-amz-date, where needed x-amz-security-token, and the authorization. What is signed: the
// method, the URL as given, host, the headers of the request that no proxy changes, and the body.
// Path segments are encoded once more, as every service but S3 wants it. Errors: Invalid (the URL).
base::Status sign_v4(net::Request& request, const Signing& signing);

// The text that is hashed and signed, for tests against the published vectors. `headers` have
// lower-case names.
std::string canonical_request(std::string_view method, std::string_view target,
                              std::vector<net::Header> headers, std::string_view body);

}  // namespace insight::llm

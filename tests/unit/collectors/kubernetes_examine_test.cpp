// What doctor goes on asking a cluster, and when it stops.
#include "collectors/kubernetes/examine.h"

#include <gmock/gmock.h>

#include "tests/unit/kubernetes_api/scripted.h"

namespace insight::collectors::kubernetes {
namespace {

// Of a cluster that answers the question who we are with `status`; its name has a number of its
// own.
std::vector<Probe> examined(int status) {
    test::Scripted transport([&](const net::Request& request, int) {
        if (request.url.ends_with("/version"))
            return test::json(200, R"({"gitVersion":"v1.33.1"})");
        if (request.url.ends_with("/selfsubjectreviews")) return test::json(status, "{}");
        if (request.url.ends_with("/selfsubjectaccessreviews"))
            return test::json(201, R"({"status":{"allowed":true}})");
        return test::json(404, "{}");
    });
    const base::SystemClock clock;
    insight::kubernetes::Client client("eu-401", {.server = "http://c"}, transport, clock,
                                       base::kSecond);
    return examine(client, {}, clock, base::Deadline::after(std::chrono::seconds(20)));
}

TEST(Examination, ends_where_credentials_are_refused_and_nowhere_else) {
    const auto refused = examined(401);
    const auto ill = examined(500);
    EXPECT_EQ(refused.back().what, "authenticate");
    EXPECT_NE(ill.back().what, "authenticate") << "what is allowed is asked all the same";
    EXPECT_GT(ill.size(), refused.size());
}

}  // namespace
}  // namespace insight::collectors::kubernetes

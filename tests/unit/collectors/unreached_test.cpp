#include "collectors/unreached.h"

#include <gtest/gtest.h>

#include "collectors/postgres/failure.h"

namespace insight::collectors {
namespace {

using base::Error;
using base::ErrorKind;

TEST(Unreached, tells_no_connection_from_no_answer_in_the_words_of_every_client) {
    EXPECT_EQ(unreached(postgres::explain("orders", "",
                                          "connection to server at \"10.0.0.7\", port 5432 failed: "
                                          "Connection refused")),
              "unreachable");
    EXPECT_EQ(unreached(postgres::explain("orders", "", "timeout expired")), "no_answer");
    EXPECT_EQ(unreached(Error{ErrorKind::Unavailable, "Redis cart cannot be reached",
                              "No route to host"}),
              "unreachable");
    EXPECT_EQ(unreached(Error{ErrorKind::Unavailable,
                              "GET http://10.0.0.7 failed: no connection; check the address", ""}),
              "unreachable");
    EXPECT_EQ(unreached(Error{ErrorKind::Unavailable,
                              "GET http://x failed: the name x has no address; check", ""}),
              "unreachable");
}

TEST(Unreached, is_not_who_answered_or_could_not_be_asked) {
    EXPECT_EQ(unreached(Error{ErrorKind::Denied, "refuses our password", "28P01"}), "");
    EXPECT_EQ(unreached(Error{ErrorKind::Unavailable, "answered HTTP 500", "oops"}), "");
    EXPECT_EQ(unreached(postgres::explain("orders", "57014",
                                          "canceling statement due to statement timeout")),
              "");
    EXPECT_EQ(unreached(Error{ErrorKind::Timeout, "no time was left to ask Redis cart", ""}), "");
    EXPECT_EQ(unreached(Error{ErrorKind::Invalid, "a TLS file cannot be used", ""}), "");
    EXPECT_EQ(unreached(postgres::explain("orders", "53300", "sorry, too many clients already")),
              "");
}

TEST(Unreached, shows_the_words_of_the_other_side_where_there_are_any) {
    EXPECT_EQ(told_by(Error{ErrorKind::Timeout, "ours", "theirs"}), "theirs");
    EXPECT_EQ(told_by(Error{ErrorKind::Timeout, "ours", ""}), "ours");
}

}  // namespace
}  // namespace insight::collectors

#include "core/base/conninfo.h"

namespace insight::base {
namespace {

TEST(Conninfo, no_value_adds_a_keyword_of_its_own) {
    EXPECT_EQ(conninfo({{"host", "db"}, {"password", "a' host='evil\\"}}),
              "host='db' password='a\\' host=\\'evil\\\\' ");
    EXPECT_EQ(conninfo({{"user", ""}}), "user='' ");
}

}  // namespace
}  // namespace insight::base

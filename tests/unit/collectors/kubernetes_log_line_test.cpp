#include "collectors/kubernetes/log_line.h"

#include <gmock/gmock.h>

namespace insight::collectors::kubernetes {
namespace {

using testing::HasSubstr;
using testing::Not;

model::LogRecord line(const char* text) {
    model::LogRecord out;
    read_line(text, out);
    return out;
}

TEST(LogLine, finds_severity_message_and_trace_in_the_usual_formats) {
    const auto structured =
        line(R"({"level":"warn","msg":"pool is low","traceId":"abc","error":"no rows"})");
    EXPECT_EQ(structured.severity, 13);
    EXPECT_EQ(structured.body, "pool is low: no rows");
    EXPECT_EQ(structured.trace_id, "abc");
    EXPECT_EQ(line(R"({"level":50,"msg":"x"})").severity, 17);
    EXPECT_EQ(line("ts=1 level=error msg=x").severity, 17);
    EXPECT_EQ(line("E1120 21:31:47.318833 1 main.go:10] boom").severity, 17);
    EXPECT_EQ(line("2026-11-20 21:31:47 [main] ERROR c.e.Shop - boom").severity, 17);
    EXPECT_EQ(line("panic: runtime error").severity, 21);
    EXPECT_EQ(line("GET /error/info 200 Errors were found").severity, 0);
    EXPECT_EQ(line("{not json}").body, "{not json}");
    EXPECT_THAT(line("login password=hunter2").body, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace insight::collectors::kubernetes

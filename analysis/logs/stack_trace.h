// Records of several lines as one line, so that a stack trace has one template whatever its depth.
#pragma once

#include <string>
#include <string_view>

namespace insight::analysis::logs {

// A line that only makes sense below another one: "at a.b.C.d(C.java:1)", "... 12 more",
// `File "x.py", line 3, in f`, a goroutine's source position. Languages: Java and its relatives,
// JavaScript, C#, Python, Go.
bool is_stack_frame(std::string_view line);

// First line, exception, deepest "Caused by" and the top frames of the program itself (not of its
// language's runtime and frameworks; when it has none, the top frame), in `out`. A record without
// frames is taken as it is, white space for line ends, up to what the scan reads.
void flatten(std::string_view body, std::string& out);

}  // namespace insight::analysis::logs

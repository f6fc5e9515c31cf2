// Lines of a terminal report: indents, hanging labels and colour.
#pragma once

#include <string>
#include <string_view>

#include "agent/report/text.h"

namespace insight::report {

inline constexpr int kIndent = 3;  // of what stands below a heading

enum class Ink { Plain, Bold, Dim, Red, Yellow, Green };

class Sheet {
  public:
    explicit Sheet(const TextStyle& style);

    void blank();  // one empty line, never two
    void heading(std::string_view text);
    // wrapped; every line is indented
    void text(std::string_view text, int indent, Ink ink = Ink::Plain);
    // "   Label     text": the text begins at `column` and wraps under itself
    void labelled(std::string_view label, std::string_view text, int column = 15,
                  Ink ink = Ink::Plain);
    // "1. text", wrapped under the text
    void item(std::string_view mark, std::string_view text, int indent);
    // "$ command", never wrapped so that it can be copied
    void command(std::string_view command, int indent);
    void raw(std::string_view line);  // as it is

    [[nodiscard]] std::string paint(std::string_view text, Ink ink) const;
    [[nodiscard]] int width() const { return style_.width; }
    std::string take();

  private:
    // evidence ids in brackets stand back a little
    [[nodiscard]] std::string with_citations(std::string_view line, Ink ink) const;

    TextStyle style_;
    std::string out_;
};

}  // namespace insight::report

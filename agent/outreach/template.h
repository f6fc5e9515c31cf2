// Bodies of webhooks as people write them: text with {{placeholders}}.
//
// {{ticket.title}} is replaced by that value of the data: a text without its quotes, anything else
// as JSON. In a template for JSON ({"text": "{{ticket.title}}"}) texts are escaped so that no value
// can leave the string it stands in. {{json ticket}} puts the JSON of a value, quotes included.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::outreach {

class Template {
  public:
    // Errors: Invalid: a placeholder that does not end, or one of more than 128 bytes.
    static base::Result<Template> parse(std::string text);

    // A path that leads nowhere gives an empty text. With `escape` texts are made fit for the
    // inside of a JSON string.
    [[nodiscard]] std::string fill(const base::Json& data, bool escape) const;

  private:
    explicit Template(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace insight::outreach

// Answers that a real OAP server 10.1.0 gave (tests/data/skywalking).
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "collectors/skywalking/estate.h"
#include "core/base/json.h"
#include "tests/tree.h"

namespace insight::collectors::skywalking {

// The `field` of the data; throws when the file is not there.
inline base::Json captured(const std::string& name, const std::string& field) {
    std::ifstream file(test::data() / "skywalking" / (name + ".json"));
    if (!file) throw std::runtime_error("no captured answer " + name);
    std::stringstream text;
    text << file.rdbuf();
    return base::parse_json(text.str(), name).value().at("data").at(field);
}

}  // namespace insight::collectors::skywalking

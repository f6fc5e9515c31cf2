// Planted secrets, and every kind of signal with them in it. The data stands in tests/data/secrets.
//
//   const model::Signals signals = planted_signals();
//   … make the bytes that would leave the process …
//   EXPECT_EQ(leaks(bytes), std::vector<std::string>{});
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::planted {

struct PlantedSecret {
    std::string name;
    std::string value;
};

// A place that a text of the corpus leaves for a secret.
struct Slot {
    std::string name;
    std::vector<std::string> encodings;  // "percent", "json", "base64"; the innermost first
};
using Filling = std::function<std::string(const Slot&)>;

const std::vector<PlantedSecret>& planted_secrets();
const std::string& planted_secret(const std::string& name);  // ends the test when there is none

// signals.json with every slot filled; the default is the secret itself, encoded as asked.
base::Json planted_json();
base::Json planted_json(const Filling& fill);

struct PlantedText {
    std::string what;
    std::string text;
};
std::vector<PlantedText> planted_texts();
std::vector<PlantedText> planted_texts(const Filling& fill);

// Lines that only look like secrets.
std::vector<std::string> harmless_lines();

// The same as typed signals; alerts come as an incident.
model::Signals planted_signals();
model::Incident planted_incident();

}  // namespace insight::planted

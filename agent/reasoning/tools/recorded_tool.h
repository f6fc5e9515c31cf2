// Tools outside the recording: how they are written down, and their faces in a replay.
#pragma once

#include "agent/reasoning/tool.h"

namespace insight::agent::reasoning {

base::Json face_json(const llm::Tool& face);

// The tools of a recorded run; they answer nothing themselves, their answers are recorded.
Tools recorded_tools(const base::Json& run);

}  // namespace insight::agent::reasoning

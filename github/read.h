// GitHub's JSON as the plain data of data.h. Keys that are missing or of another type read as
// empty; texts are valid UTF-8 without control characters and bounded, except paths, contents and
// patches, which stay as git has them.
#pragma once

#include "core/base/json.h"
#include "github/data.h"

namespace insight::github {

Nanos time_at(const base::Json& object, std::string_view key);

Commit commit_from(const base::Json& json);
// `patch_bytes` is what is left for patches; what is taken is taken off.
FileDiff file_from(const base::Json& json, std::size_t& patch_bytes);
PullRequest pull_request_from(const base::Json& json);
Comment comment_from(const base::Json& json);
Issue issue_from(const base::Json& json);
Check check_run_from(const base::Json& json);
Check status_from(const base::Json& json);
Release release_from(const base::Json& json);
Deployment deployment_from(const base::Json& json);

}  // namespace insight::github

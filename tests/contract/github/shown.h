// What the client gives, as JSON for the tests.
#pragma once

#include "core/base/json.h"
#include "github/client.h"

namespace insight::github {

base::Json shown(const base::Error& error);
base::Json shown(const About& about);
base::Json shown(const Commit& commit);
base::Json shown(const FileDiff& file);
base::Json shown(const CommitDetail& detail);
base::Json shown(const Comparison& comparison);
base::Json shown(const Blame& blame);
base::Json shown(const File& file);
base::Json shown(const TreeEntry& entry);
base::Json shown(const Branch& branch);
base::Json shown(const NewCommit& commit);
base::Json shown(const PullRequest& pull);
base::Json shown(const Comment& comment);
base::Json shown(const Issue& issue);
base::Json shown(const Check& check);
base::Json shown(const Release& release);
base::Json shown(const Deployment& deployment);

template <typename T>
base::Json shown(const std::vector<T>& items) {
    base::Json out = base::Json::array();
    for (const T& item : items) out.push_back(shown(item));
    return out;
}

template <typename T>
base::Json shown(const Listing<T>& listing) {
    return {
        {"items", shown(listing.items)}, {"truncated", listing.truncated}, {"note", listing.note}};
}

template <typename T>
base::Json shown(const base::Result<T>& result) {
    if (!result) return {{"error", shown(result.error())}};
    if constexpr (std::is_void_v<T>)
        return {{"done", true}};
    else
        return {{"value", shown(*result)}};
}

}  // namespace insight::github

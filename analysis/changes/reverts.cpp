#include "analysis/changes/reverts.h"

#include <re2/re2.h>

#include <algorithm>

#include "analysis/changes/diff.h"
#include "analysis/changes/shipping.h"
#include "analysis/hash.h"

namespace insight::analysis::changes {
namespace {

// Values that long do not come back by chance; "on" and "3" do.
constexpr std::size_t kSpecific = 12;
constexpr std::size_t kMostCompared = 600;

// What can be compared of a change, taken out of it once.
struct Face {
    const model::Change* change = nullptr;
    std::string family;  // images are deployed, so they are one family with deploys
    std::string about;   // the first two words of the summary: "setting work_mem"
    std::string before, after;
    std::string reverted_sha;      // named by its message
    std::string reverted_subject;  // the same, by its first line
    std::uint64_t removed = 0;     // of its diff, whatever the order; 0: nothing
    std::uint64_t added = 0;
};

std::uint64_t hash_of_lines(const std::vector<Hunk>& hunks, char sign) {
    std::uint64_t sum = 0;
    for (const Hunk& hunk : hunks)
        for (const auto& [mark, line] : hunk.lines)
            // A sum, so that the order of hunks does not matter; a revert may list them otherwise.
            if (mark == sign) sum += finish_hash(hash_of(line, hash_of(hunk.file + "\n")));
    return sum;
}

std::string first_words(std::string_view text) {
    static const re2::RE2 kWords(R"(^\s*(\S+\s+\S+))");
    std::string out;
    re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kWords, &out);
    return out;
}

Face face_of(const model::Change& change) {
    static const re2::RE2 kSha(R"((?i)\breverts commit ([0-9a-f]{7,64})\b)");
    static const re2::RE2 kSubject(R"re(^Revert "(.+)")re");
    static const re2::RE2 kReapplied(R"re(^Reapply "(.+)")re");
    Face face;
    face.change = &change;
    face.family = is_deploy(change) ? "deploy" : change.kind;
    face.about = first_words(change.summary);
    face.before = change.before;
    face.after = change.after;
    re2::RE2::PartialMatch(change.summary, kSha, &face.reverted_sha);
    if (!re2::RE2::PartialMatch(change.summary, kSubject, &face.reverted_subject) &&
        re2::RE2::PartialMatch(change.summary, kReapplied, &face.reverted_subject))
        // git writes Reapply for the revert of a revert (2.43 and later).
        face.reverted_subject = "Revert \"" + face.reverted_subject + "\"";
    if (!change.diff.empty()) {
        const std::vector<Hunk> hunks = hunks_of(change);
        face.removed = hash_of_lines(hunks, '-');
        face.added = hash_of_lines(hunks, '+');
    }
    return face;
}

// Deploys that only name what they deploy go from what the entity ran before.
void fill_versions(std::vector<Face>& faces) {
    std::map<std::string, std::string> running;
    for (Face& face : faces) {
        const model::Change& change = *face.change;
        if (face.family != "deploy" || change.ref.empty() || !face.before.empty() ||
            !face.after.empty())
            continue;
        std::string& version = running[change.entity];
        face.before = version;
        face.after = change.ref;
        version = change.ref;
    }
}

bool by_message(const Face& earlier, const Face& later) {
    const model::Change& change = *earlier.change;
    if (!later.reverted_sha.empty() && change.ref.size() >= 7 &&
        (change.ref.starts_with(later.reverted_sha) || later.reverted_sha.starts_with(change.ref)))
        return true;
    // Pull requests add their number behind the quoted subject.
    return !later.reverted_subject.empty() && change.kind == "commit" &&
           (change.summary == later.reverted_subject ||
            change.summary.starts_with(later.reverted_subject + " ("));
}

bool by_value(const Face& earlier, const Face& later) {
    if (earlier.family != later.family || earlier.before == earlier.after ||
        earlier.change->entity != later.change->entity)
        return false;
    // An entity has one image list and one number of replicas, but many settings.
    const bool same_thing =
        earlier.family == "deploy" || earlier.family == "scaling" || earlier.about == later.about;
    const bool swapped = later.after == earlier.before && later.before == earlier.after;
    if (swapped &&
        (same_thing || std::max(earlier.before.size(), earlier.after.size()) >= kSpecific))
        return true;
    return same_thing && !earlier.before.empty() && later.after == earlier.before;
}

bool by_diff(const Face& earlier, const Face& later) {
    return (earlier.removed != 0 || earlier.added != 0) && earlier.removed != earlier.added &&
           earlier.removed == later.added && earlier.added == later.removed;
}

}  // namespace

Reverts reverts_among(const std::vector<const model::Change*>& changes) {
    Reverts out;
    std::vector<Face> faces;
    for (std::size_t i = changes.size() - std::min(changes.size(), kMostCompared);
         i < changes.size(); ++i)
        faces.push_back(face_of(*changes[i]));
    fill_versions(faces);
    for (std::size_t i = 0; i < faces.size(); ++i)
        for (std::size_t j = i + 1; j < faces.size(); ++j) {
            const Face& earlier = faces[i];
            const Face& later = faces[j];
            if (!by_message(earlier, later) && !by_value(earlier, later) &&
                !by_diff(earlier, later))
                continue;
            out.taken_back_by.emplace(earlier.change, later.change);
            out.takes_back.emplace(later.change, earlier.change);
            break;
        }
    return out;
}

}  // namespace insight::analysis::changes

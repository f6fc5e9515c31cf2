#include "core/store/snapshot_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using base::Json;

constexpr std::size_t kRemarks = 100;

std::string shown(std::string_view outside) {
    return base::shorten(base::one_line(base::clean_utf8(outside)), 80);
}

std::string repaired_remark(std::string_view file) {
    return fmt::format("{}: bytes that are no UTF-8 were replaced", file);
}

}  // namespace

SnapshotReader::SnapshotReader(std::string where, SnapshotLimits limits, bool keep, LogSink* logs)
    : where_(std::move(where)), limits_(limits), keep_(keep), logs_(logs) {}

// A sink is told of the incident and the coverage before the first record.
bool SnapshotReader::ready_for_logs() const {
    return logs_ != nullptr && !broken_ && digests_.contains(std::string(kIncident)) &&
           digests_.contains(std::string(kCoverage));
}

std::unique_ptr<SnapshotReader> SnapshotReader::for_logs() {
    if (!ready_for_logs()) return nullptr;
    logs_begun_ = true;
    logs_->begin(snapshot_.incident, snapshot_.signals.coverage);
    SnapshotLimits limits = limits_;
    // Records that are streamed take no memory: other limits than for what is kept.
    limits.file_bytes = limits.total_bytes = limits_.streamed_bytes;
    auto out = std::make_unique<SnapshotReader>(where_, limits, keep_, logs_);
    out->apart_ = true;
    return out;
}

void SnapshotReader::absorb(SnapshotReader&& other) {
    digests_.merge(other.digests_);
    entries_ += other.entries_;
    snapshot_.streamed_logs += other.snapshot_.streamed_logs;
    for (std::string& text : other.snapshot_.remarks) remark(std::move(text));
    // By name, so that what is told does not depend on which thread was sooner.
    if (other.broken_ && (!broken_ || other.broken_name_ < broken_name_)) {
        broken_ = std::move(other.broken_);
        broken_name_ = std::move(other.broken_name_);
    }
}

tl::unexpected<base::Error> SnapshotReader::refuse(ErrorKind kind, std::string_view what) const {
    return base::fail(kind, fmt::format("snapshot {}: {}", where_, what));
}

void SnapshotReader::remark(std::string text) {
    if (remarked_.size() < kRemarks && remarked_.insert(text).second)
        snapshot_.remarks.push_back(std::move(text));
}

base::Status SnapshotReader::begin(const std::string& name, std::uint64_t announced_bytes) {
    if (++entries_ > limits_.files)
        return refuse(
            ErrorKind::TooLarge,
            fmt::format("it has more than {} files: it is not one of ours", limits_.files));
    if (digests_.contains(name))
        return refuse(ErrorKind::Invalid, fmt::format("{} is in it twice", shown(name)));
    if (announced_bytes > limits_.file_bytes)
        return refuse(ErrorKind::TooLarge,
                      fmt::format("{} has {} bytes, more than the {} allowed", shown(name),
                                  announced_bytes, limits_.file_bytes));
    name_ = name;
    file_ = find_snapshot_file(name);
    hash_.emplace();
    line_.clear();
    line_number_ = 0;
    file_bytes_ = 0;
    if (name == kLogs && (apart_ || ready_for_logs())) {
        if (!apart_) logs_->begin(snapshot_.incident, snapshot_.signals.coverage);
        logs_begun_ = true;
        feed_.emplace(*logs_, limits_.line_bytes);
    }
    if (file_ == nullptr && name != kManifest)
        remark(fmt::format("file {} is not known and was ignored", shown(name)));
    return {};
}

base::Status SnapshotReader::data(std::string_view bytes) {
    file_bytes_ += bytes.size();
    total_bytes_ += bytes.size();
    if (file_bytes_ > limits_.file_bytes || total_bytes_ > limits_.total_bytes)
        return refuse(ErrorKind::TooLarge,
                      fmt::format("{} grows beyond the {} bytes allowed ({} for all files)",
                                  shown(name_), limits_.file_bytes, limits_.total_bytes));
    hash_->update(bytes);
    if (file_ == nullptr && name_ != kManifest) return {};
    if (feed_) {
        const base::Status fed = feed_->push(bytes);
        return fed ? fed : refuse(fed.error().kind, fed.error().message);
    }
    if (file_ != nullptr && file_->lines) return split(bytes);
    return add_to_line(bytes);
}

base::Status SnapshotReader::split(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos) return add_to_line(bytes);
        ++line_number_;
        if (line_.empty() && end <= limits_.line_bytes) {  // the usual case copies nothing
            take(bytes.substr(0, end));
        } else {
            base::Status added = add_to_line(bytes.substr(0, end));
            if (!added) return added;
            line_.reserve(line_.size() + kLinePadding);
            take(line_);
            line_.clear();
        }
        bytes.remove_prefix(end + 1);
    }
    return {};
}

base::Status SnapshotReader::add_to_line(std::string_view bytes) {
    if (line_.size() + bytes.size() > limits_.line_bytes)
        return refuse(ErrorKind::TooLarge,
                      fmt::format("{} line {} is longer than the {} bytes allowed", name_,
                                  line_number_ + 1, limits_.line_bytes));
    line_ += bytes;
    return {};
}

base::Status SnapshotReader::end() {
    digests_[name_] = hash_->hex();
    hash_.reset();
    if (feed_) return end_feed();
    const bool lines = file_ != nullptr && file_->lines;
    if (lines && line_.empty()) return {};
    if (lines) ++line_number_;
    line_.reserve(line_.size() + kLinePadding);
    if (lines || file_ != nullptr || name_ == kManifest) take(line_);
    line_.clear();
    return {};
}

base::Status SnapshotReader::end_feed() {
    const base::Result<LogFeed::Result> fed = feed_->finish();
    feed_.reset();
    if (!fed) return refuse(fed.error().kind, fed.error().message);
    snapshot_.streamed_logs += fed->records;
    for (const std::string& key : fed->unknown_keys)
        remark(fmt::format("{}: key {} is not known and was ignored", name_, shown(key)));
    if (fed->repaired) remark(repaired_remark(name_));
    if (fed->wrong) {
        line_number_ = fed->wrong->line;
        wrong(fed->wrong->error);
    }
    return {};
}

// The first content that is wrong is remembered.
void SnapshotReader::wrong(const base::Error& error) {
    if (broken_) return;
    const std::string line =
        line_number_ > 0 ? fmt::format(" line {}", line_number_) : std::string();
    broken_ = base::Error{error.kind,
                          fmt::format("snapshot {}: {}{}: {}", where_, name_, line, error.message),
                          error.cause};
    broken_name_ = name_;
}

// The usual case of the large files.
bool SnapshotReader::take_fast(std::string_view text) {
    if (file_ == nullptr || file_->take_line == nullptr ||
        !file_->take_line(lines_, text, snapshot_))
        return false;
    for (const std::string_view key : lines_.unknown_keys())
        remark(fmt::format("{}: key {} is not known and was ignored", name_, shown(key)));
    return true;
}

// One line, or the whole file where it is one value.
void SnapshotReader::take(std::string_view text) {
    // The manifest is read whatever came before it: it says what happened.
    if (file_ != nullptr && (broken_ || (file_->lines && blank(text)))) return;
    if (take_fast(text)) {
        if (!keep_) snapshot_.signals = {};
        return;
    }
    bool repaired = false;
    base::Result<Json> value = read_line(text, repaired);
    if (repaired) remark(repaired_remark(name_));
    if (!value) return wrong(value.error());
    if (name_ == kManifest) {
        manifest_ = std::move(*value);
        return;
    }
    note_unknown_keys(*value);
    const base::Status taken = file_->take(*value, snapshot_);
    if (!taken) return wrong(taken.error());
    if (!keep_) snapshot_.signals = {};
}

void SnapshotReader::note_unknown_keys(const Json& value) {
    if (file_->keys.empty()) return;
    if (value.is_array())
        for (const Json& item : value) note_unknown_keys(item);
    if (!value.is_object()) return;
    for (const auto& [key, ignored] : value.items())
        if (std::find(file_->keys.begin(), file_->keys.end(), key) == file_->keys.end())
            remark(fmt::format("{}: key {} is not known and was ignored", name_, shown(key)));
}

base::Status SnapshotReader::check_manifest() const {
    const std::int64_t version = base::integer_at(*manifest_, "formatVersion");
    if (version != kSnapshotVersion)
        return refuse(ErrorKind::Corrupt,
                      fmt::format("manifest.json has formatVersion {}, only {} is known", version,
                                  kSnapshotVersion));
    const Json& listed = base::object_at(*manifest_, "files");
    for (const auto& [name, digest] : digests_) {
        if (name == kManifest) continue;
        const bool known = find_snapshot_file(name) != nullptr;
        // A file that is not known is never read: it does no harm unlisted.
        if (!listed.contains(name) && known)
            return refuse(
                ErrorKind::Corrupt,
                fmt::format("{} is not listed in manifest.json: it was added later", shown(name)));
        if (listed.contains(name) && listed[name] != digest)
            return refuse(ErrorKind::Corrupt,
                          fmt::format("{} does not match its digest in manifest.json: one of the "
                                      "two was changed, fetch the snapshot again",
                                      shown(name)));
    }
    for (const auto& [name, digest] : listed.items())
        if (!digests_.contains(name))
            return refuse(ErrorKind::Corrupt,
                          fmt::format("{} is listed in manifest.json but missing: fetch the "
                                      "snapshot again",
                                      shown(name)));
    return {};
}

base::Result<Snapshot> SnapshotReader::finish(bool manifest_required) {
    // Its digests come first: a file that was changed is told as such, not as wrong content.
    if (manifest_) {
        base::Status checked = check_manifest();
        if (!checked) return base::fail(checked.error());
    } else if (digests_.contains(std::string(kManifest))) {
        return refuse(ErrorKind::Corrupt,
                      "manifest.json is not valid JSON: fetch the snapshot again");
    } else if (manifest_required) {
        return refuse(ErrorKind::Corrupt, "manifest.json is missing, so nothing can be checked");
    } else {
        remark("manifest.json is missing: the content was read unchecked");
    }
    if (broken_) return base::fail(*broken_);
    for (const std::string_view needed : {kIncident, kCoverage})
        if (!digests_.contains(std::string(needed)))
            return refuse(ErrorKind::Invalid,
                          fmt::format("{} is missing: every snapshot needs it", needed));
    // The log came before the incident: its records were kept, and are told now.
    if (logs_ != nullptr && !logs_begun_) {
        stream_logs(snapshot_.incident, snapshot_.signals, *logs_);
        snapshot_.streamed_logs = snapshot_.signals.logs.size();
        snapshot_.signals.logs.clear();
    }
    return std::move(snapshot_);
}

}  // namespace insight::store

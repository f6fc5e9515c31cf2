// Log records that go to a sink while the rest of the snapshot is read.
#include <gmock/gmock.h>

#include "core/store/snapshot.h"
#include "core/store/snapshot_format.h"
#include "core/store/snapshot_lines.h"
#include "tests/unit/store/snapshots.h"

namespace insight::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Kept final : public LogSink {
  public:
    void begin(const model::Incident& incident,
               const std::vector<model::CoverageRow>& coverage) override {
        id = incident.id;
        rows = coverage.size();
    }
    void take(std::size_t part, const model::LogView& record) override {
        parts.at(part).push_back(base::dump_json(to_json(keep(record))));
    }

    std::string id;
    std::size_t rows = 0;
    std::array<std::vector<std::string>, kLogParts> parts;
};

Snapshot with_logs(std::size_t count) {
    Snapshot out = full_snapshot();
    const model::LogRecord first = out.signals.logs.front();
    for (std::size_t i = 1; i < count; ++i) {
        out.signals.logs.push_back(first);
        out.signals.logs.back().body = "line " + std::to_string(i) + std::string(i % 300, 'x');
    }
    return out;
}

TEST(StreamedLogs, reach_the_same_parts_from_folder_archive_and_memory) {
    // More than a batch and not a whole number of runs.
    const Snapshot snapshot = with_logs(3 * kLogRun + 17);
    Kept memory;
    stream_logs(snapshot.incident, snapshot.signals, memory);
    EXPECT_EQ(memory.parts[0].size(), 2 * kLogRun);
    EXPECT_EQ(memory.parts[1].size(), kLogRun + 17);
    const Folder folder;
    ASSERT_TRUE(write_snapshot(folder.file("s"), snapshot));
    Kept from_folder;
    const auto read = read_snapshot(folder.file("s"), from_folder);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(from_folder.parts, memory.parts);
    EXPECT_EQ(from_folder.id, snapshot.incident.id);
    EXPECT_EQ(from_folder.rows, snapshot.signals.coverage.size());
    EXPECT_TRUE(read->signals.logs.empty());
    EXPECT_EQ(read->streamed_logs, snapshot.signals.logs.size());
    EXPECT_EQ(read->signals.spans.size(), snapshot.signals.spans.size());
    Kept from_archive;
    ASSERT_TRUE(unpack_snapshot(*pack_snapshot(snapshot), from_archive));
    EXPECT_EQ(from_archive.parts, memory.parts);
}

TEST(StreamedLogs, wait_for_the_incident_in_archives_of_another_order) {
    const Snapshot snapshot = with_logs(3);
    FileBytes files = write_files(snapshot);
    std::reverse(files.begin(), files.end());
    const std::string bytes = archive_of([&](struct archive* archive) {
        for (const auto& [name, content] : files) add_entry(archive, name, content);
    });
    Kept kept;
    const auto read = unpack_snapshot(bytes, kept);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(kept.id, snapshot.incident.id);
    EXPECT_EQ(kept.parts[0].size(), 3U);
    EXPECT_EQ(read->streamed_logs, 3U);
}

TEST(StreamedLogs, are_looked_at_where_a_snapshot_has_none) {
    Snapshot none = full_snapshot();
    none.signals.logs.clear();
    Kept kept;
    ASSERT_TRUE(unpack_snapshot(*pack_snapshot(none), kept));
    EXPECT_EQ(kept.id, none.incident.id) << "a sink is always told of the incident";
}

base::Result<Snapshot> read_lines(const std::string& lines, Kept& kept) {
    const Folder folder;
    const std::string path = folder.file("s");
    EXPECT_TRUE(write_snapshot(path, full_snapshot()));
    std::filesystem::remove(path + "/manifest.json");
    write_bytes(path + "/logs.ndjson", lines);
    return read_snapshot(path, kept);
}

TEST(StreamedLogs, name_the_first_line_that_is_wrong) {
    std::string lines;
    for (std::size_t i = 0; i < 2 * kLogRun; ++i) lines += "{\"time\":1,\"body\":\"x\"}\n";
    lines += "\nnot json\n[1]\n";
    Kept kept;
    const auto read = read_lines(lines, kept);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, base::ErrorKind::Invalid);
    EXPECT_THAT(read.error().message,
                HasSubstr("logs.ndjson line " + std::to_string(2 * kLogRun + 2) + ":"));
}

TEST(StreamedLogs, say_which_keys_are_not_known_and_which_bytes_were_replaced) {
    Kept kept;
    const auto read = read_lines(
        "{\"body\":\"a\",\"zone\":1}\n{\"body\":\"b\xff\",\"alpha\":1}\n{\"body\":\"c\"}", kept);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_THAT(read->remarks, testing::UnorderedElementsAre(
                                   "logs.ndjson: key zone is not known and was ignored",
                                   "logs.ndjson: key alpha is not known and was ignored",
                                   "logs.ndjson: bytes that are no UTF-8 were replaced",
                                   "manifest.json is missing: the content was read unchecked"));
    ASSERT_EQ(kept.parts[0].size(), 3U);
    EXPECT_THAT(kept.parts[0][1], HasSubstr("b\xef\xbf\xbd"));
}

TEST(StreamedLogs, that_were_changed_do_not_match_the_manifest) {
    const Folder folder;
    const std::string path = folder.file("s");
    ASSERT_TRUE(write_snapshot(path, with_logs(10)));
    std::string bytes = bytes_of(path + "/logs.ndjson");
    bytes[bytes.find("line 5")] = 'L';
    write_bytes(path + "/logs.ndjson", bytes);
    Kept kept;
    const auto read = read_snapshot(path, kept);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, base::ErrorKind::Corrupt);
    EXPECT_THAT(read.error().message, HasSubstr("logs.ndjson"));
}

TEST(StreamedLogs, with_an_endless_line_are_refused) {
    const Folder folder;
    const std::string path = folder.file("s");
    ASSERT_TRUE(write_snapshot(path, full_snapshot()));
    write_bytes(path + "/logs.ndjson", "{}\n" + std::string(5000, 'x'));
    Kept kept;
    const auto read = read_snapshot(path, kept, {.line_bytes = 4096});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, base::ErrorKind::TooLarge);
    EXPECT_THAT(read.error().message, HasSubstr("logs.ndjson line 2 is longer"));
}

}  // namespace
}  // namespace insight::store

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/store/snapshot_format.h"
#include "tests/unit/store/snapshots.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr const char* kLittleIncident = R"({"formatVersion":1,"id":"inc-1","question":"why?"})";

// An archive with the two needed files and one more entry.
std::string with_entry(const std::string& name, const std::string& bytes,
                       const std::function<void(struct archive_entry*)>& change = {}) {
    return archive_of([&](struct archive* archive) {
        add_entry(archive, "incident.json", kLittleIncident);
        add_entry(archive, "coverage.json", "[]");
        add_entry(archive, name, bytes, change);
    });
}

base::Error refused(const std::string& archive, SnapshotLimits limits = {}) {
    const auto found = unpack_snapshot(archive, limits);
    EXPECT_FALSE(found);
    return found ? base::Error{} : found.error();
}

TEST(HostileArchive, that_reaches_outside_of_itself_is_refused) {
    for (const char* name : {"../logs.ndjson", "/etc/cron.d/x", "a/../../logs.ndjson", "a/.."}) {
        const auto error = refused(with_entry(name, "{}\n"));
        EXPECT_EQ(error.kind, ErrorKind::Invalid) << name;
        EXPECT_THAT(error.message, HasSubstr("outside of itself")) << name;
    }
}

TEST(HostileArchive, with_a_link_or_a_device_is_refused) {
    const auto symbolic = refused(with_entry("logs.ndjson", "", [](struct archive_entry* entry) {
        archive_entry_set_filetype(entry, AE_IFLNK);
        archive_entry_set_symlink(entry, "/etc/passwd");
    }));
    EXPECT_THAT(symbolic.message, HasSubstr("logs.ndjson as a link"));
    const auto hard = refused(with_entry("logs.ndjson", "", [](struct archive_entry* entry) {
        archive_entry_set_hardlink(entry, "incident.json");
    }));
    EXPECT_THAT(hard.message, HasSubstr("logs.ndjson as a link"));
    const auto pipe = refused(with_entry("logs.ndjson", "", [](struct archive_entry* entry) {
        archive_entry_set_filetype(entry, AE_IFIFO);
    }));
    EXPECT_THAT(pipe.message, HasSubstr("logs.ndjson as no plain file"));
}

TEST(HostileArchive, with_a_file_twice_is_refused) {
    EXPECT_THAT(refused(with_entry("incident.json", kLittleIncident)).message,
                HasSubstr("incident.json is in it twice"));
}

TEST(HostileArchive, that_announces_a_huge_file_is_refused_before_reading_it) {
    // One ustar header without its content: name, mode, size in octal digits, type, checksum.
    std::string header(512, '\0');
    header.replace(0, 11, "logs.ndjson");
    header.replace(100, 7, "0000644");
    header.replace(124, 11, "77777777777");
    header.replace(148, 8, "        ");
    header.replace(156, 1, "0");
    header.replace(257, 5, "ustar");
    header.replace(263, 2, "00");
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    for (int digit = 5; digit >= 0; --digit, sum /= 8)
        header[148 + static_cast<std::size_t>(digit)] = static_cast<char>('0' + sum % 8);
    header[154] = '\0';
    const auto error = refused(header);
    EXPECT_EQ(error.kind, ErrorKind::TooLarge);
    EXPECT_THAT(error.message, HasSubstr("logs.ndjson has 8589934591 bytes"));
}

TEST(HostileArchive, that_grows_when_unpacked_is_stopped_at_the_limits) {
    const std::string zeros(8U << 20, '0');
    const std::string bomb = with_entry("notes.txt", zeros);
    EXPECT_LT(bomb.size(), 10'000U);
    SnapshotLimits limits;
    limits.total_bytes = 4U << 20;
    EXPECT_EQ(refused(bomb, limits).kind, ErrorKind::TooLarge);
    limits = {};
    limits.line_bytes = 1U << 20;
    const auto line = refused(with_entry("logs.ndjson", zeros), limits);
    EXPECT_EQ(line.kind, ErrorKind::TooLarge);
    EXPECT_THAT(line.message, HasSubstr("logs.ndjson line 1 is longer"));
}

TEST(HostileArchive, with_many_files_is_refused) {
    const std::string bytes = archive_of([](struct archive* archive) {
        for (int i = 0; i < 1000; ++i) add_entry(archive, "f" + std::to_string(i), "");
    });
    EXPECT_EQ(refused(bytes).kind, ErrorKind::TooLarge);
}

TEST(HostileArchive, that_is_cut_short_is_refused_wherever_it_was_cut) {
    const std::string whole = *pack_snapshot(full_snapshot());
    const Folder folder;
    const std::string path = folder.file("x.tar.zst");
    for (std::size_t size = 0; size < whole.size(); size += 29) {
        write_bytes(path, std::string_view(whole).substr(0, size));
        EXPECT_FALSE(verify_snapshot(path)) << size << " of " << whole.size();
    }
}

TEST(HostileArchive, of_noise_is_refused) {
    EXPECT_EQ(refused("").kind, ErrorKind::Corrupt);
    EXPECT_EQ(refused("not an archive at all").kind, ErrorKind::Corrupt);
    EXPECT_EQ(refused(std::string(100'000, '\xfd')).kind, ErrorKind::Corrupt);
}

TEST(HostileArchive, with_deep_json_is_refused) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_THAT(refused(with_entry("events.ndjson", deep)).message,
                HasSubstr("events.ndjson line 1: it is nested deeper"));
}

TEST(HostileArchive, with_strange_names_and_keys_is_read_with_few_remarks) {
    std::string lines;
    for (int i = 0; i < 1000; ++i)
        lines += "{\"from\":\"a\",\"to\":\"b\",\"kind\":\"calls\",\"k" + std::to_string(i) +
                 std::string(200, 'x') + "\":1}\n";
    const auto found = unpack_snapshot(with_entry("topology.ndjson", lines));
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_LE(found->remarks.size(), 100U);
    for (const std::string& remark : found->remarks) EXPECT_LT(remark.size(), 200U);
}

TEST(LongSnapshot, of_a_hundred_thousand_lines_is_read_whole) {
    Snapshot wanted;
    wanted.incident.id = "inc-1";
    wanted.incident.question = "why?";
    wanted.incident.origin = model::Origin::Question;
    for (int i = 0; i < 100'000; ++i)
        wanted.signals.topology.push_back({std::to_string(i), "b", "calls"});
    const auto found = unpack_snapshot(*pack_snapshot(wanted));
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_EQ(found->signals.topology.size(), 100'000U);
    EXPECT_EQ(found->signals.topology.back().from, "99999");
}

TEST(HostileFolder, with_links_or_pipes_is_refused) {
    const Folder folder;
    const std::string path = folder.file("s");
    Snapshot little = full_snapshot();
    little.signals.spans.clear();
    ASSERT_TRUE(write_snapshot(path, little));
    const std::string spans = path + "/spans.ndjson";
    ASSERT_EQ(::symlink("/etc/passwd", spans.c_str()), 0);
    EXPECT_THAT(read_snapshot(path).error().message, HasSubstr("spans.ndjson is a link"));
    ASSERT_EQ(::unlink(spans.c_str()), 0);
    ASSERT_EQ(::mkfifo(spans.c_str(), 0600), 0);
    EXPECT_THAT(read_snapshot(path).error().message, HasSubstr("spans.ndjson is no plain file"));
    ASSERT_EQ(::unlink(spans.c_str()), 0);
    ASSERT_EQ(::mkdir(spans.c_str(), 0700), 0);
    const auto found = read_snapshot(path);
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_THAT(found->remarks, testing::ElementsAre(HasSubstr("folder spans.ndjson")));
}

}  // namespace
}  // namespace insight::store

#include "core/store/snapshot.h"

#include <gmock/gmock.h>

#include "core/store/snapshot_format.h"
#include "tests/unit/store/snapshots.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

void expect_same(const base::Result<Snapshot>& found, const Snapshot& wanted) {
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_THAT(found->remarks, IsEmpty());
    EXPECT_EQ(write_files(*found), write_files(wanted));
}

TEST(Snapshot, is_equal_when_read_again_from_a_folder_an_archive_and_memory) {
    const Folder folder;
    const Snapshot wanted = full_snapshot();
    EXPECT_EQ(write_files(wanted).size(), snapshot_files().size() + 1) << "every file has content";
    for (const char* name : {"folder", "window.tar.zst"}) {
        const std::string path = folder.file(name);
        const auto written = write_snapshot(path, wanted);
        ASSERT_TRUE(written) << written.error().text();
        expect_same(read_snapshot(path), wanted);
        const auto verified = verify_snapshot(path);
        EXPECT_TRUE(verified) << verified.error().text();
        EXPECT_EQ(write_snapshot(path, wanted).error().kind, ErrorKind::Conflict);
    }
    expect_same(unpack_snapshot(*pack_snapshot(wanted)), wanted);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2)
        << "nothing unfinished is left behind";
}

TEST(Snapshot, has_the_same_bytes_each_time) {
    const Folder folder;
    ASSERT_TRUE(write_snapshot(folder.file("x.tar.zst"), full_snapshot()));
    EXPECT_EQ(*pack_snapshot(full_snapshot()), bytes_of(folder.file("x.tar.zst")));
}

TEST(Snapshot, may_be_written_into_an_empty_folder) {
    const Folder folder;
    std::filesystem::create_directory(folder.file("empty"));
    EXPECT_TRUE(write_snapshot(folder.file("empty") + "/", full_snapshot()));
    EXPECT_TRUE(verify_snapshot(folder.file("empty")));
}

TEST(Snapshot, needs_only_the_incident_and_the_coverage) {
    Snapshot little;
    little.incident.id = "inc-1";
    little.incident.question = "why?";
    little.incident.origin = model::Origin::Question;
    EXPECT_EQ(write_files(little).size(), 3U);
    expect_same(unpack_snapshot(*pack_snapshot(little)), little);
    const std::string without =
        archive_of([](struct archive* archive) { add_entry(archive, "coverage.json", "[]"); });
    EXPECT_THAT(unpack_snapshot(without).error().message, HasSubstr("incident.json is missing"));
}

TEST(Snapshot, says_which_keys_and_files_it_did_not_know) {
    const std::string bytes = archive_of([](struct archive* archive) {
        for (const auto& [name, content] : write_files(full_snapshot()))
            if (name != "topology.ndjson" && name != "manifest.json")
                add_entry(archive, "./case/" + name, content);
        add_entry(archive, "./case/topology.ndjson",
                  "{\"from\":\"a\",\"to\":\"b\",\"kind\":\"calls\",\"weight\":1}\r\n\n"
                  "{\"from\":\"b\",\"to\":\"c\",\"kind\":\"calls\",\"weight\":1}");
        add_entry(archive, "./case/notes.txt", "hello");
    });
    const auto found = unpack_snapshot(bytes);
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_EQ(found->signals.topology.size(), 2U);
    EXPECT_THAT(found->remarks, testing::UnorderedElementsAre(
                                    "topology.ndjson: key weight is not known and was ignored",
                                    "file notes.txt is not known and was ignored",
                                    "manifest.json is missing: the content was read unchecked"));
}

TEST(Snapshot, without_manifest_is_not_verified) {
    const Folder folder;
    const std::string path = folder.file("s");
    ASSERT_TRUE(write_snapshot(path, full_snapshot()));
    std::filesystem::remove(path + "/manifest.json");
    EXPECT_TRUE(read_snapshot(path));
    EXPECT_EQ(verify_snapshot(path).error().kind, ErrorKind::Corrupt);
}

TEST(Snapshot, names_the_line_that_is_wrong) {
    const Folder folder;
    const std::string path = folder.file("s");
    ASSERT_TRUE(write_snapshot(path, full_snapshot()));
    std::filesystem::remove(path + "/manifest.json");
    write_bytes(path + "/metrics.ndjson", "{\"name\":\"up\",\"points\":[]}\n\nnot json\n");
    const auto found = read_snapshot(path);
    EXPECT_EQ(found.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(found.error().message, HasSubstr("metrics.ndjson line 3"));
}

// What `kubectl get … -o json` wrote somewhere else.
TEST(Snapshot, takes_lists_of_objects_for_what_they_list) {
    const Folder folder;
    const std::string path = folder.file("s");
    ASSERT_TRUE(write_snapshot(path, full_snapshot()));
    std::filesystem::remove(path + "/manifest.json");
    std::string deep = R"({"kind":"Pod","metadata":{"name":"deep"}})";
    for (int i = 0; i < 9; ++i) deep = R"({"kind":"List","items":[)" + deep + "]}";
    write_bytes(
        path + "/resources.ndjson",
        R"({"kind":"List","apiVersion":"v1","items":[{"kind":"Pod","metadata":{"name":"a"}},)"
        R"({"kind":"List","items":[{"kind":"Node","metadata":{"name":"n"}}]}]})"
        "\n"
        R"({"kind":"JobList","apiVersion":"batch/v1","items":[{"metadata":{"name":"j"}}]})"
        "\n"
        R"({"kind":"SecretList","items":[]})"
        "\n"
        R"({"kind":"AllowList","metadata":{"name":"l"},"items":[{"cidr":"::/0"}]})"
        "\n" +
            deep + "\n");
    write_bytes(path + "/events.ndjson",
                R"({"kind":"EventList","apiVersion":"v1","items":[{"reason":"BackOff"}]})");
    const auto found = read_snapshot(path);
    ASSERT_TRUE(found) << found.error().text();
    std::vector<std::string> resources;
    for (const base::Json& object : found->signals.resources)
        resources.push_back(base::dump_json(object));
    ASSERT_EQ(resources.size(), 6U);
    EXPECT_EQ(resources[0], R"({"kind":"Pod","metadata":{"name":"a"}})");
    EXPECT_EQ(resources[1], R"({"kind":"Node","metadata":{"name":"n"}})");
    EXPECT_EQ(resources[2], R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"}})");
    EXPECT_EQ(resources[3], R"({"items":[],"kind":"SecretList"})");
    EXPECT_THAT(resources[4], HasSubstr("::/0"));
    EXPECT_THAT(resources[5], HasSubstr(R"({"items":[{"kind":"Pod")")) << "lists without end";
    EXPECT_EQ(base::dump_json(found->signals.events.at(0)),
              R"({"apiVersion":"v1","kind":"Event","reason":"BackOff"})");

    write_bytes(path + "/resources.ndjson", R"({"kind":"List","items":[{},7]})");
    EXPECT_THAT(read_snapshot(path).error().message,
                HasSubstr("resources.ndjson line 1: an item is not an object"));
}

TEST(Snapshot, that_is_not_there_is_said_so) {
    EXPECT_EQ(read_snapshot("/nowhere/at/all").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(verify_snapshot("/dev/null").error().kind, ErrorKind::Invalid);
}

// Every file of the folder, one byte flipped from its start to its end.
class Flipped : public testing::TestWithParam<std::string> {};

TEST_P(Flipped, byte_is_refused_and_its_file_named) {
    const Folder folder;
    const std::string path = folder.file("s");
    ASSERT_TRUE(write_snapshot(path, full_snapshot()));
    const std::string file = path + "/" + GetParam();
    const std::string whole = bytes_of(file);
    ASSERT_FALSE(whole.empty());
    const std::size_t step = 1 + whole.size() / 20;
    for (std::size_t at = 0; at < whole.size(); at += step) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        write_bytes(file, flipped);
        const auto verified = verify_snapshot(path);
        ASSERT_FALSE(verified) << "byte " << at;
        EXPECT_EQ(verified.error().kind, ErrorKind::Corrupt) << verified.error().text();
        EXPECT_THAT(verified.error().message, HasSubstr(GetParam())) << "byte " << at;
        EXPECT_FALSE(read_snapshot(path)) << "byte " << at;
    }
    write_bytes(file, whole);
    EXPECT_TRUE(verify_snapshot(path));
}

INSTANTIATE_TEST_SUITE_P(Files, Flipped,
                         testing::Values("changes.ndjson", "coverage.json", "databases.ndjson",
                                         "events.ndjson", "incident.json", "logs.ndjson",
                                         "manifest.json", "metrics.ndjson", "resources.ndjson",
                                         "spans.ndjson", "topology.ndjson"),
                         [](const auto& file) {
                             return file.param.substr(0, file.param.find('.'));
                         });

TEST(SnapshotArchive, with_a_flipped_byte_is_refused) {
    const std::string whole = *pack_snapshot(full_snapshot());
    const Folder folder;
    const std::string path = folder.file("x.tar.zst");
    // Every byte of the compression's header and of the seal, some of the rest.
    const auto step = [&](std::size_t at) { return at < 16 || at + 80 > whole.size() ? 1U : 17U; };
    for (std::size_t at = 0; at < whole.size(); at += step(at)) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        write_bytes(path, flipped);
        const auto verified = verify_snapshot(path);
        ASSERT_FALSE(verified) << "byte " << at << " of " << whole.size();
        EXPECT_THAT(verified.error().message, HasSubstr(path)) << "byte " << at;
    }
}

TEST(SnapshotArchive, that_was_added_to_or_taken_from_is_refused) {
    const Folder folder;
    const std::string path = folder.file("s");
    ASSERT_TRUE(write_snapshot(path, full_snapshot()));
    std::filesystem::remove(path + "/spans.ndjson");
    EXPECT_THAT(verify_snapshot(path).error().message, HasSubstr("spans.ndjson"));
    const Folder other;
    Snapshot less = full_snapshot();
    less.signals.spans.clear();
    ASSERT_TRUE(write_snapshot(other.file("s"), less));
    write_bytes(other.file("s/spans.ndjson"), "{}\n");
    EXPECT_THAT(verify_snapshot(other.file("s")).error().message, HasSubstr("spans.ndjson"));
}

}  // namespace
}  // namespace insight::store

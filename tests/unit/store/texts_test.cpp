// Bytes that no encoding allows, and values as large as they may be, come back from every store as
// they were given.
#include <gmock/gmock.h>

#include "core/store/documents.h"
#include "core/store/outbox.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using AnyText = OpenStore;

const std::string kOdd("a\0b\xff\xfe'\\x41\"\n?1$1/*+", 19);

TEST_P(AnyText, keeps_nul_and_invalid_utf8_wherever_text_goes) {
    auto given = delivery(kOdd, {firing(kOdd)});
    given.alerts[0].generator_url = kOdd;
    given.alerts[0].labels["namespace"] = kOdd;
    const auto accepted = store_->accept(given);
    ASSERT_TRUE(accepted) << accepted.error().text();
    const std::string id = accepted->incidents.at(0);
    const auto row = store_->incident(id);
    ASSERT_TRUE(row) << row.error().text();
    EXPECT_EQ(row->incident.group_key, kOdd);
    EXPECT_EQ(row->incident.scope.space, kOdd);
    EXPECT_EQ(row->incident.alerts.at(0).fingerprint, kOdd);
    EXPECT_EQ(row->incident.alerts.at(0).generator_url, kOdd);

    const Job job = **store_->claim(kStart + base::kHour, base::kHour);
    ASSERT_TRUE(store_->put_stage(job, kOdd, kOdd));
    EXPECT_EQ(*store_->stage(id, kOdd), kOdd);
    ASSERT_TRUE(store_->put_report(job, kOdd, kOdd, 0.1, kOdd));
    EXPECT_EQ(*store_->report(id), kOdd);
    EXPECT_EQ(store_->incident(id)->summary, kOdd);
    EXPECT_EQ(store_->incident(id)->confidence, 0.1);

    ASSERT_TRUE(store_->put_token(kOdd, {kOdd, Role::Viewer, 1}));
    EXPECT_EQ(store_->token(kOdd)->name, kOdd);
    ASSERT_TRUE(store_->put_sample({kOdd, kOdd, 1, kOdd.substr(0, 3)}));
    EXPECT_EQ(store_->samples(kOdd, kOdd, 0, 2)->at(0).content, kOdd.substr(0, 3));
    ASSERT_TRUE(store_->documents().put({"notes", kOdd, 0, 1, "x"}));
    EXPECT_EQ(store_->documents().document("notes", kOdd)->key, kOdd);
    Parcel parcel;
    parcel.channel = kOdd;
    parcel.key = kOdd;
    ASSERT_TRUE(store_->outbox().post(parcel));
    EXPECT_EQ(store_->outbox().parcels({kOdd, "", std::nullopt, 1})->at(0).key, kOdd);
}

TEST_P(AnyText, sorts_by_byte) {
    Documents& documents = store_->documents();
    const std::vector<std::string> sorted{std::string("\0", 1), "B",   "a", "a b", "a-b", "aB",
                                          "\xc3\xa4",           "\xff"};
    for (const std::string& key : sorted) ASSERT_TRUE(documents.put({"notes", key, 0, 1, {}}));
    std::vector<std::string> found;
    const auto listed = documents.documents({"notes", "", "", 100});
    ASSERT_TRUE(listed) << listed.error().text();
    for (const Document& one : *listed) found.push_back(one.key);
    EXPECT_EQ(found, sorted);
}

TEST_P(AnyText, takes_a_group_key_that_no_index_could_hold) {
    std::string key;
    while (key.size() < 100'000) key += base::sha256_hex(key);
    const auto first = store_->accept(delivery(key, {firing("a")}));
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(store_->accept(delivery(key, {firing("a")}))->incidents, first->incidents);
    EXPECT_EQ(store_->accept(delivery(key + "x", {firing("a")}))->opened, 1);
}

TEST_P(AnyText, keeps_a_stage_of_many_mebibytes) {
    const std::string id = store_->accept(delivery("g", {firing("a")}))->incidents.at(0);
    const Job job = **store_->claim(kStart + base::kHour, base::kHour);
    std::string bytes(33U << 20, '\0');
    for (std::size_t i = 0; i < bytes.size(); i += 1000) bytes[i] = static_cast<char>(i / 1000);
    const auto put = store_->put_stage(job, "snapshot", bytes);
    ASSERT_TRUE(put) << put.error().text();
    const auto found = store_->stage(id, "snapshot");
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_TRUE(*found == bytes);
    EXPECT_EQ(store_->put_stage(job, "snapshot", std::string((256U << 20) + 1, 'x')).error().kind,
              base::ErrorKind::TooLarge);
}

TEST_P(AnyText, keeps_the_largest_and_the_smallest_numbers) {
    model::Alert alert = firing("a", INT64_MAX);
    alert.status = model::AlertStatus::Firing;
    alert.ends_at = INT64_MIN;
    const auto accepted = store_->accept(delivery("g", {alert}));
    ASSERT_TRUE(accepted) << accepted.error().text();
    const auto found = store_->incident(accepted->incidents.at(0))->incident.alerts.at(0);
    EXPECT_EQ(found.starts_at, INT64_MAX);
    EXPECT_EQ(found.ends_at, INT64_MIN);
}

INSIGHT_ON_EACH_STORE(AnyText);

}  // namespace
}  // namespace insight::store

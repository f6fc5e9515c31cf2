// A node, a store and a hub of our own, all on this machine.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/crypto.h"
#include "core/store/store.h"
#include "evomap/publisher.h"
#include "evomap/wire.h"
#include "tests/evomap_hub/server.h"

namespace insight::test {

using base::kHour;
using base::kMinute;
using base::kSecond;

// Starts at the real time, because the hub has one of its own; then only moves when told.
class HandClock final : public base::Clock {
  public:
    HandClock() : now_(base::SystemClock().now()) {}
    [[nodiscard]] base::Nanos now() const override { return now_; }
    void pass(base::Nanos length) { now_ += length; }

  private:
    std::atomic<base::Nanos> now_;
};

class Folder {
  public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("evomap-" + base::random_hex(6))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline evomap::SeedGene some_gene() {
    return {"Recover from an exhausted connection pool",
            "Applies when the wait queue grows while the processor stays idle.",
            {"connection_exhaustion", "latency"},
            "repair",
            "Confirm from the wait queue that the pool is exhausted. Find who holds connections "
            "for longest. Verify that the alerting signal is back in its usual range.",
            0.9,
            {"2026-11-21T00:00:00.000Z", "devops-insight"}};
}

inline evomap::SeedCapsule some_capsule(const std::string& title = "The pool was exhausted") {
    evomap::SeedCapsule out;
    out.title = title + " by a call that held its connection";
    out.body = "Clients waited for a connection while the ones in use were idle in transaction.";
    out.signals = {"connection_exhaustion"};
    out.confidence = 0.9;
    out.blast_radius = 1;
    out.solution = {"investigation", {}, "The cause was found and proven; nothing was changed."};
    out.context.root_cause = "A remote call inside a transaction.";
    out.metadata = {"2026-11-21T00:00:00.000Z", "devops-insight"};
    return out;
}

inline evomap::Bundle some_bundle(const std::string& title = "The pool was exhausted") {
    return evomap::to_wire(some_gene(), some_capsule(title),
                           {.trace = {{"build", "Read the clients of the database", "48 rows"},
                                      {"validate", "Checked every claim against its evidence",
                                       "12 of 12 proven"}},
                            .validation = {},
                            .reused_gene = {}})
        .value();
}

class Evomap : public testing::Test {
  protected:
    explicit Evomap(HubRules rules = {}) : server_(rules) {
        unsetenv("A2A_NODE_SECRET");
        unsetenv("A2A_NODE_ID");
        settings_.enabled = true;
        settings_.hub = server_.root();
        settings_.state_directory = folder_.path() + "/node";
        reopen();
    }

    void reopen() {
        auto node = evomap::Node::open(settings_, *transport_, clock_, [](base::Nanos) {});
        ASSERT_TRUE(node.has_value()) << node.error().text();
        node_ = std::move(*node);
        publisher_ = std::make_unique<evomap::Publisher>(*node_, ledger_, genes_, clock_);
    }

    // Posts and tries once, as a courier does. Gives the parcel as it stands then.
    store::Parcel carry(const std::string& key, const base::Json& body) {
        store::Parcel parcel;
        parcel.channel = evomap::kChannel;
        parcel.key = key;
        parcel.body = body;
        parcel.created_at = clock_.now();
        EXPECT_TRUE(store_->outbox().post(parcel));
        return attempt(key);
    }

    store::Parcel attempt(const std::string& key) {
        store::Outbox& outbox = store_->outbox();
        const auto claimed = outbox.claim(evomap::kChannel, clock_.now(), kMinute);
        if (claimed && *claimed) {
            const store::Parcel& parcel = **claimed;
            const auto sending = publisher_->send(parcel, [&](const base::Json& progress) {
                return outbox.note_progress(parcel, progress);
            });
            last_ = sending;
            using Fate = evomap::Sending::Fate;
            const base::Status kept = sending.fate == Fate::Sent
                                          ? outbox.sent(parcel, sending.answer)
                                      : sending.fate == Fate::Refused
                                          ? outbox.refused(parcel, sending.note, sending.answer)
                                          : outbox.retry(parcel, sending.note, clock_.now());
            EXPECT_TRUE(kept.has_value());
        }
        const auto all = outbox.parcels({});
        for (const store::Parcel& one : all.value())
            if (one.key == key) return one;
        ADD_FAILURE() << key;
        return {};
    }

    std::size_t calls(const std::string& path) { return server_.hub().calls(path).size(); }

    Folder folder_;
    HubServer server_;
    HandClock clock_;
    std::unique_ptr<net::Transport> transport_ = net::make_transport(net::Adapter::Cpprest);
    std::unique_ptr<store::Store> store_ = store::open_store("sqlite:").value();
    evomap::Ledger ledger_{store_->documents()};
    evomap::Genes genes_{store_->documents()};
    evomap::Settings settings_;
    std::unique_ptr<evomap::Node> node_;
    std::unique_ptr<evomap::Publisher> publisher_;
    evomap::Sending last_;
};

}  // namespace insight::test

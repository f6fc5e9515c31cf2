// Ties reports, the store and the EvoMap network together: decides, redacts, queues, delivers,
// asks and tells.
//
// Nothing here can harm an investigation: what fails is logged and kept in the outbox. Threads: any
// call from any thread; heartbeats, questions and deliveries have threads of their own.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "agent/around.h"
#include "agent/outbox_courier.h"
#include "agent/publishing/decision.h"
#include "agent/publishing/lesson.h"
#include "agent/publishing/remedy.h"
#include "core/store/store.h"
#include "evomap/publisher.h"

namespace insight::agent {

// What a publication would be, or why there is none.
struct Draft {
    Decision decision;
    std::string key;  // of its parcel
    std::string kind;
    evomap::SeedGene gene;  // whole, not redacted
    evomap::SeedCapsule capsule;
    evomap::Bundle bundle;  // what would travel
};

class Publishing final : public Sender {
  public:
    // Reads the node's file. Nothing is sent yet. Errors: of evomap::Node::open.
    static base::Result<std::unique_ptr<Publishing>> open(const evomap::Settings& settings,
                                                          store::Store& store,
                                                          net::Transport& transport,
                                                          const base::Clock& clock);
    ~Publishing() override;
    Publishing(const Publishing&) = delete;
    Publishing& operator=(const Publishing&) = delete;

    // What the workers have to tell; *this outlives them.
    Around around();

    void start();  // heartbeats where they are wanted, and the courier
    void stop();

    // Before an investigation: asks the network, without waiting for the answer, which is kept in
    // the collection "evomap.seen" under the incident's id.
    void look_up(const model::Incident& incident);

    // Says in the report (its key "evomap") what is published of it, or why nothing is, and what
    // others have seen of it.
    void annotate(Json& report);
    // Queues what annotate() has said. The same report twice is queued once. Errors: of the store.
    base::Status post(const Json& report);

    // Somebody follows the advice of an asset in this incident; what comes of it will be told to
    // it. Errors: Invalid (no asset id), of the store.
    base::Status follow(const std::string& incident, const std::string& asset);

    // A fix was made, and looked at on the original signal: publishes it when it held, tells the
    // assets whose advice was followed, and counts for the Genes. The same outcome of an incident
    // counts once. Errors: NotFound (no report), of the store.
    base::Status verified(const std::string& incident, Remedy remedy);

    // One draft of an investigation, one a warning of a scan. `asked` as in decide().
    std::vector<Draft> drafts(const Json& report, bool asked);
    // A person wants this one published now, whatever autoPublish says. Errors: Denied (why not).
    base::Status publish(const Json& report);

    Delivery deliver(const store::Parcel& parcel,
                     const std::function<base::Status(const Json&)>& note) override;
    OutboxCourier& courier() { return *courier_; }

    [[nodiscard]] evomap::Node& node() { return *node_; }
    [[nodiscard]] evomap::Ledger& ledger() { return ledger_; }
    [[nodiscard]] evomap::Genes& genes() { return genes_; }
    [[nodiscard]] const evomap::Settings& settings() const { return settings_; }

  private:
    static constexpr const char* kSeen = "evomap.seen";  // what others said, by incident

    Publishing(evomap::Settings settings, store::Store& store, const base::Clock& clock,
               std::unique_ptr<evomap::Node> node);

    Draft draft(const Json& report, const Lesson& lesson, std::string key, Decision decision);
    base::Status queue(const std::string& incident, const Draft& draft);
    base::Status tell_followed(const Json& report, const Remedy& remedy);
    base::Status count(const std::string& incident, bool success);
    void live();  // the thread of heartbeats and questions
    void ask(const std::string& incident, const std::vector<std::string>& signals);
    void audit(const store::Parcel& parcel, const Delivery& delivery);

    const evomap::Settings settings_;
    store::Store& store_;
    const base::Clock& clock_;
    std::unique_ptr<evomap::Node> node_;
    evomap::Ledger ledger_;
    evomap::Genes genes_;
    evomap::Publisher publisher_;
    std::unique_ptr<OutboxCourier> courier_;

    struct Question {
        std::string incident;
        std::vector<std::string> signals;
    };
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Question> questions_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace insight::agent

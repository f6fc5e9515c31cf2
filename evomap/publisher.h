// Carries one parcel of the outbox to the hub: validate, then publish, or tell an experience.
//
// It may be cut off at any point and is then called again with what it noted. The hub knows a
// repeat by the message id, which is made of the node and the assets, and by the assets' ids.
#pragma once

#include <functional>

#include "core/store/outbox.h"
#include "evomap/genes.h"
#include "evomap/learning.h"
#include "evomap/ledger.h"
#include "evomap/node.h"

namespace insight::evomap {

// The channel of the outbox, and what its parcels hold.
inline constexpr const char* kChannel = "evomap";
Json bundle_parcel(const Bundle& bundle);
Json experience_parcel(const Experience& experience);

// What came of an attempt. Later: `wait` is what the hub asked for, 0 if it did not.
struct Sending {
    enum class Fate { Sent, Refused, Later };
    Fate fate = Fate::Later;
    Json answer;
    std::string note;  // one sentence where it was not sent
    base::Nanos wait = 0;
};

// Threads: one parcel at a time.
class Publisher {
  public:
    Publisher(Node& node, Ledger& ledger, Genes& genes, const base::Clock& clock)
        : node_(node), ledger_(ledger), genes_(genes), clock_(clock) {}

    // `note` keeps what must not be done twice.
    using Note = std::function<base::Status(const Json& progress)>;
    Sending send(const store::Parcel& parcel, const Note& note);

  private:
    Sending publish(const store::Parcel& parcel, const Note& note);
    // Nothing when the hub agrees; `progress` then has the bundle that it agreed to.
    std::optional<Sending> validated(Bundle& bundle, Json& progress, const Note& note);
    Sending decided(const store::Parcel& parcel, const Bundle& bundle, const Answer& answer);
    Sending duplicate(const store::Parcel& parcel, const Bundle& bundle, const Json& told);
    Sending accepted(const store::Parcel& parcel, const Bundle& bundle, const Json& told,
                     std::string state, bool repeat);
    Sending refused(const store::Parcel& parcel, const Bundle& bundle, std::string why,
                    const Json& told);

    Node& node_;
    Ledger& ledger_;
    Genes& genes_;
    const base::Clock& clock_;
};

}  // namespace insight::evomap

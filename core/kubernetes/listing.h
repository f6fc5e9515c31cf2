// A collection of the API, page by page
// (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks).
#pragma once

#include <functional>
#include <optional>

#include "core/kubernetes/client.h"

namespace insight::kubernetes {

struct ListLimits {
    std::size_t page = 500;
    std::size_t items = 50'000;
    std::size_t bytes = 64U << 20;  // of JSON as it arrives
    int pages = 1000;               // a server that always knows one more page ends here
};

struct Listed {
    std::vector<base::Json> items;
    std::string kind;                   // of an item: "Pod"
    std::string version;                // "apps/v1"
    std::string truncated;              // why not everything was read; empty when everything was
    std::string note;                   // what else to know: started anew, went on inconsistently
    std::size_t bytes = 0;              // of JSON, of the items that were kept
    std::optional<base::Error> broken;  // a later page failed: `items` are what came before it
};

// What becomes of an item as soon as it is there; false: it is not kept. Must not throw.
using Keep = std::function<bool(base::Json& item)>;

// The list begins anew: what was counted of its items is void.
using Anew = std::function<void()>;

// Reads from the server's cache first (resourceVersion=0), which costs it next to nothing. An
// expired list goes on with the token the server offers, else starts anew, once. Items get `kind`
// and `apiVersion`, which typed lists leave out. Errors: as the first page fails.
base::Result<Listed> list(Client& client, const Target& target, const Query& query,
                          const ListLimits& limits, base::Deadline deadline, const Keep& keep,
                          const Anew& anew = {});

}  // namespace insight::kubernetes

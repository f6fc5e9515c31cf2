// What the evomap commands print for people.
#pragma once

#include <string>
#include <vector>

#include "core/store/outbox.h"
#include "evomap/credentials.h"
#include "evomap/genes.h"
#include "evomap/ledger.h"

namespace insight::cli {

// Everything about the node but its secret.
base::Json as_json(const evomap::NodeRecord& node);
base::Json as_json(const evomap::GeneRecord& gene);

std::string_view state_name(store::ParcelState state);

std::string node_text(const evomap::NodeRecord& node);
std::string rows_text(const std::vector<evomap::LedgerRow>& rows);
std::string genes_text(const std::vector<evomap::GeneRecord>& genes);
std::string parcels_text(const std::vector<store::Parcel>& parcels);
std::string hints_text(const base::Json& hints);

}  // namespace insight::cli

#include "evomap/bundle.h"

#include "evomap/canonical.h"

namespace insight::evomap {

Json Bundle::assets() const {
    Json out = Json::array({gene, capsule});
    if (!event.is_null()) out.push_back(event);
    return out;
}

std::string Bundle::gene_id() const {
    return base::text_at(gene, "asset_id");
}

std::string Bundle::capsule_id() const {
    return base::text_at(capsule, "asset_id");
}

std::string Bundle::event_id() const {
    return base::text_at(event, "asset_id");
}

// In this order: each id covers the ids that stand in it, so the Gene comes before what names it.
base::Status seal(Bundle& bundle) {
    if (auto done = stamp(bundle.gene); !done) return done;
    bundle.capsule["gene"] = bundle.gene_id();
    if (auto done = stamp(bundle.capsule); !done) return done;
    if (bundle.event.is_null()) return {};
    bundle.event["genes_used"] = Json::array({bundle.gene_id()});
    bundle.event["capsule_id"] = bundle.capsule_id();
    return stamp(bundle.event);
}

base::Result<Bundle> with_validation(Bundle bundle, const std::vector<std::string>& commands) {
    bundle.gene["validation"] = commands;
    bundle.capsule["validation"] = commands;
    if (auto done = seal(bundle); !done) return base::fail(done.error());
    return bundle;
}

base::Result<Bundle> bundle_from(const Json& assets) {
    Bundle out;
    bool sound = assets.is_array();
    for (const Json& asset : sound ? assets : Json::array()) {
        const std::string type = base::text_at(asset, "type");
        Json* place = type == "Gene"             ? &out.gene
                      : type == "Capsule"        ? &out.capsule
                      : type == "EvolutionEvent" ? &out.event
                                                 : nullptr;
        if (place == nullptr || !place->is_null()) {
            sound = false;
            break;
        }
        *place = asset;
    }
    if (sound && !out.gene.is_null() && !out.capsule.is_null()) return out;
    return base::fail(base::ErrorKind::Invalid,
                      "a bundle is one Gene, one Capsule and at most one EvolutionEvent");
}

}  // namespace insight::evomap

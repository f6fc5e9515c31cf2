#include "evomap/seed.h"

#include <fmt/format.h>

#include "evomap/canonical.h"

namespace insight::evomap {
namespace {

Json to_json(const SeedMetadata& metadata) {
    return {{"created_at", metadata.created_at}, {"model_name", metadata.model_name}};
}

Json to_json(const SeedFile& file) {
    Json out{{"path", file.path}};
    if (!file.content.empty()) out["content"] = file.content;
    if (!file.diff.empty()) out["diff"] = file.diff;
    return out;
}

Json to_json(const SeedContext& context) {
    Json out = Json::object();
    if (!context.monitoring_data.empty()) out["monitoring_data"] = context.monitoring_data;
    if (!context.root_cause.empty()) out["root_cause"] = context.root_cause;
    if (!context.affected_services.empty()) out["affected_services"] = context.affected_services;
    return out;
}

// Text that is not UTF-8 has no id; whoever builds a seed cleans it first.
Json stamped(Json asset) {
    if (const auto done = stamp(asset); !done) asset["asset_id"] = "";
    return asset;
}

// Reads keys and remembers the first that is wrong.
class Reader {
  public:
    Reader(const Json& object, std::string what) : object_(object), what_(std::move(what)) {}

    std::string text(const char* key) {
        const Json* found = find(key);
        if (found == nullptr) return {};
        if (!found->is_string()) wrong(key, "text");
        return found->is_string() ? found->get<std::string>() : std::string();
    }

    double number(const char* key, double least, double most) {
        const Json* found = find(key);
        if (found == nullptr) return 0;
        const double value = found->is_number() ? found->get<double>() : most + 1;
        if (!(value >= least && value <= most)) {
            wrong(key, fmt::format("a number from {} to {}", least, most));
            return 0;
        }
        return value;
    }

    std::vector<std::string> texts(const char* key) {
        const Json* found = find(key);
        std::vector<std::string> out;
        if (found == nullptr) return out;
        if (!found->is_array()) wrong(key, "a list of texts");
        for (const Json& one : *found)
            if (one.is_string())
                out.push_back(one.get<std::string>());
            else
                wrong(key, "a list of texts");
        return out;
    }

    const Json& part(const char* key, Json::value_t type) {
        static const Json kNone;
        const Json* found = find(key);
        if (found == nullptr) return kNone;
        if (found->type() != type)
            wrong(key, type == Json::value_t::array ? "a list" : "an object");
        return found->type() == type ? *found : kNone;
    }

    SeedMetadata metadata() {
        const Json& found = part("metadata", Json::value_t::object);
        return {base::text_at(found, "created_at"), base::text_at(found, "model_name")};
    }

    base::Status done() {
        if (error_.empty() && object_.is_object() && object_.contains("asset_id") &&
            !verifies(object_))
            error_ = what_ + ": asset_id does not belong to the rest of it; was it changed?";
        if (error_.empty()) return {};
        return base::fail(base::ErrorKind::Invalid, error_);
    }

  private:
    const Json* find(const char* key) {
        if (!object_.is_object()) {
            wrong("the whole", "an object");
            return nullptr;
        }
        const auto it = object_.find(key);
        return it == object_.end() ? nullptr : &*it;
    }

    void wrong(const std::string& key, const std::string& expected) {
        if (error_.empty()) error_ = fmt::format("{}: {} must be {}", what_, key, expected);
    }

    const Json& object_;
    std::string what_;
    std::string error_;
};

constexpr double kMostFiles = 1e9;

}  // namespace

Json to_json(const SeedGene& gene) {
    return stamped({{"asset_type", "Gene"},
                    {"title", gene.title},
                    {"body", gene.body},
                    {"signals", gene.signals},
                    {"category", gene.category},
                    {"strategy", gene.strategy},
                    {"confidence", gene.confidence},
                    {"metadata", to_json(gene.metadata)}});
}

Json to_json(const SeedCapsule& capsule) {
    Json files = Json::array();
    for (const SeedFile& file : capsule.solution.files) files.push_back(to_json(file));
    return stamped({{"asset_type", "Capsule"},
                    {"title", capsule.title},
                    {"body", capsule.body},
                    {"signals", capsule.signals},
                    {"confidence", capsule.confidence},
                    {"blast_radius", capsule.blast_radius},
                    {"solution",
                     {{"type", capsule.solution.type},
                      {"files", std::move(files)},
                      {"description", capsule.solution.description}}},
                    {"context", to_json(capsule.context)},
                    {"metadata", to_json(capsule.metadata)}});
}

base::Result<SeedGene> seed_gene_from_json(const Json& value) {
    Reader reader(value, "the Gene");
    SeedGene gene{reader.text("title"),    reader.text("body"),
                  reader.texts("signals"), reader.text("category"),
                  reader.text("strategy"), reader.number("confidence", 0, 1),
                  reader.metadata()};
    if (const auto done = reader.done(); !done) return base::fail(done.error());
    return gene;
}

base::Result<SeedCapsule> seed_capsule_from_json(const Json& value) {
    Reader reader(value, "the Capsule");
    SeedCapsule capsule;
    capsule.title = reader.text("title");
    capsule.body = reader.text("body");
    capsule.signals = reader.texts("signals");
    capsule.confidence = reader.number("confidence", 0, 1);
    capsule.blast_radius = reader.number("blast_radius", 0, kMostFiles);
    const Json& solution = reader.part("solution", Json::value_t::object);
    capsule.solution.type = base::text_at(solution, "type");
    capsule.solution.description = base::text_at(solution, "description");
    for (const Json& file : base::array_at(solution, "files"))
        capsule.solution.files.push_back({base::text_at(file, "path"),
                                          base::text_at(file, "content"),
                                          base::text_at(file, "diff")});
    const Json& context = reader.part("context", Json::value_t::object);
    capsule.context.monitoring_data = base::object_at(context, "monitoring_data");
    capsule.context.root_cause = base::text_at(context, "root_cause");
    for (const Json& service : base::array_at(context, "affected_services"))
        if (service.is_string())
            capsule.context.affected_services.push_back(service.get<std::string>());
    capsule.metadata = reader.metadata();
    if (const auto done = reader.done(); !done) return base::fail(done.error());
    return capsule;
}

}  // namespace insight::evomap

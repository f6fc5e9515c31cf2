#include "agent/fixes/plan.h"

#include "core/base/crypto.h"
#include "github/repository.h"

namespace insight::fixes {
namespace {

using base::Json;

Json or_null(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
}

std::optional<std::string> text_or_nothing(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

// All that will happen and nothing else: the digest that people approve is made of it. What only
// explains (diff, risks) may be told otherwise.
Json deed(const Plan& plan) {
    Json files = Json::array();
    for (const PlannedFile& file : plan.files)
        files.push_back({{"path", file.path},
                         {"before", or_null(file.before)},
                         {"after", or_null(file.after)},
                         {"executable", file.executable}});
    return {{"incident", plan.incident},
            {"role", plan.role},
            {"repository", plan.repository.text()},
            {"base", plan.base},
            {"branch", plan.branch},
            {"title", plan.title},
            {"message", plan.message},
            {"body", plan.body},
            {"draft", plan.draft},
            {"labels", plan.labels},
            {"files", std::move(files)}};
}

// For those who are asked on their way.
std::string summary_of(const Plan& plan) {
    std::string out = plan.repository.text() + ": ";
    out += plan.draft ? "draft pull request" : "pull request";
    out += " to " + plan.base + ", " + std::to_string(plan.files.size()) +
           (plan.files.size() == 1 ? " file" : " files");
    for (const std::string& risk : plan.risks) out += "; " + risk;
    return out;
}

}  // namespace

std::string digest(const Plan& plan) {
    return base::sha256_hex(base::dump_json(deed(plan)));
}

std::string key_of(const Plan& plan) {
    return plan.incident + "." + plan.role + "." + digest(plan).substr(0, 16);
}

Json to_json(const Plan& plan) {
    Json out = deed(plan);
    out["digest"] = digest(plan);
    out["diff"] = plan.diff;
    out["summary"] = summary_of(plan);
    out["risks"] = plan.risks;
    out["fix"] = plan.fix;
    return out;
}

base::Result<Plan> plan_from_json(const Json& json) {
    const auto repository = github::parse_name(base::text_at(json, "repository"));
    if (!json.is_object() || !repository)
        return base::fail(base::ErrorKind::Corrupt, "the stored plan of a pull request is none");
    Plan plan;
    plan.incident = base::text_at(json, "incident");
    plan.role = base::text_at(json, "role");
    plan.repository = *repository;
    plan.base = base::text_at(json, "base");
    plan.branch = base::text_at(json, "branch");
    plan.title = base::text_at(json, "title");
    plan.message = base::text_at(json, "message");
    plan.body = base::text_at(json, "body");
    // the careful side where it is missing; the digest would tell anyway
    plan.draft = base::flag_at(json, "draft", true);
    for (const Json& label : base::array_at(json, "labels"))
        if (label.is_string()) plan.labels.push_back(label.get<std::string>());
    for (const Json& file : base::array_at(json, "files"))
        plan.files.push_back({base::text_at(file, "path"), text_or_nothing(file, "before"),
                              text_or_nothing(file, "after"), base::flag_at(file, "executable")});
    plan.diff = base::text_at(json, "diff");
    for (const Json& risk : base::array_at(json, "risks"))
        if (risk.is_string()) plan.risks.push_back(risk.get<std::string>());
    plan.fix = base::object_at(json, "fix");
    if (digest(plan) != base::text_at(json, "digest"))
        return base::fail(base::ErrorKind::Corrupt,
                          "the stored plan of a pull request is not the one that was approved");
    return plan;
}

std::string branch_for(const std::string& incident, const std::string& role) {
    std::string name;
    for (const char c : incident) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_';
        name += plain ? c : '-';
    }
    return (role == "monitoring" ? "insight/monitoring/" : "insight/fix/") + name.substr(0, 100);
}

}  // namespace insight::fixes

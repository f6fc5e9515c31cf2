#include "agent/fixes/settings.h"

#include <array>

#include "github/repository.h"

namespace insight::fixes {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array kFields{
    Field{"enabled", FieldType::Flag, "false",
          "propose pull requests that undo the cause of an incident"},
    Field{"approval", FieldType::Text, "required",
          "required: somebody approves each one first; none: they are opened at once"},
    Field{"draft", FieldType::Flag, "true", "open them as drafts"},
    Field{"leastProbability", FieldType::Number, "0.5",
          "how probable the blamed change must be, 0 to 1"},
    Field{"allowedPaths", FieldType::TextList, "",
          "patterns of files that may be changed (deploy/**); empty: all"},
    Field{"deniedPaths", FieldType::TextList, "", "patterns of files that are never changed"},
    Field{"maxFiles", FieldType::Count, "20", "files of one pull request, at most"},
    Field{"maxLines", FieldType::Count, "400", "added and removed lines together, at most"},
    Field{"labels", FieldType::TextList, "", "labels of the pull requests"},
    Field{"modelPatches", FieldType::Flag, "false",
          "let the language model write a patch where no change can be undone"},
    Field{"monitoring", FieldType::Text, "separate",
          "missing or noisy rules: separate (a pull request of their own), together, or off"},
    Field{"monitoringRepository", FieldType::Text, "",
          "owner/repo that holds the rules; empty: the repository of the fix"},
    Field{"monitoringFolder", FieldType::Text, "monitoring", "folder for the files of rules"},
};

constexpr std::array<std::string_view, 2> kApprovals{"required", "none"};
constexpr std::array<std::string_view, 3> kMonitoring{"separate", "together", "off"};

constexpr std::array kLimits{
    config::Limit{"approval", 0, 0, kApprovals},
    config::Limit{"leastProbability", 0, 1},
    config::Limit{"maxFiles", 1, 300},
    config::Limit{"maxLines", 1, 20'000},
    config::Limit{"monitoring", 0, 0, kMonitoring},
};

}  // namespace

const config::Block kBlock{.name = "fixes",
                           .purpose = "pull requests that undo the cause of an incident",
                           .fields = kFields,
                           .limits = kLimits};

base::Result<Settings> settings_from(const config::BlockSettings& block) {
    const config::Instance& own = block.own;
    Settings out;
    out.enabled = own.flag("enabled");
    out.approval = own.text("approval") != "none";
    out.draft = own.flag("draft");
    out.least_probability = own.number("leastProbability");
    out.rules.allowed = own.text_list("allowedPaths");
    out.rules.denied = own.text_list("deniedPaths");
    out.rules.most_files = static_cast<std::size_t>(own.count("maxFiles"));
    out.rules.most_lines = static_cast<std::size_t>(own.count("maxLines"));
    out.labels = own.text_list("labels");
    out.model_patches = own.flag("modelPatches");
    const std::string where = own.text("monitoring");
    out.monitoring = where == "off"        ? Monitoring::Off
                     : where == "together" ? Monitoring::Together
                                           : Monitoring::Separate;
    out.monitoring_repository = own.text("monitoringRepository");
    if (!out.monitoring_repository.empty())
        if (auto name = github::parse_name(out.monitoring_repository); !name)
            return base::fail(base::ErrorKind::Invalid,
                              "fixes.monitoringRepository: " + name.error().message);
    out.monitoring_folder = own.text("monitoringFolder");
    return out;
}

}  // namespace insight::fixes

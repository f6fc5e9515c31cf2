#include "collectors/elasticsearch/probes.h"

#include <fmt/format.h>

#include <array>

#include "collectors/common_probes.h"
#include "collectors/coverage.h"
#include "collectors/elasticsearch/cursor.h"
#include "collectors/elasticsearch/mapping.h"
#include "collectors/elasticsearch/rights.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::ErrorKind;
using base::Json;

class Doctor {
  public:
    Doctor(Api& api, std::string indices, const base::Clock& clock, base::Deadline deadline)
        : api_(api), indices_(std::move(indices)), clock_(clock), deadline_(deadline) {}

    std::vector<Probe> run(bool logs, bool health) {
        const auto product = identify(api_, deadline_);
        if (!product) {
            const bool denied = product.error().kind == ErrorKind::Denied;
            out_.push_back({"reach " + api_.access().url, false, product.error().text(),
                            denied ? product.error().message + "\n" + api_key_call(indices_)
                                   : product.error().message});
            return std::move(out_);
        }
        product_ = *product;
        out_.push_back(
            {"reach " + api_.access().url, true,
             fmt::format("{} {}, cluster {}", product_.name(), product_.version, product_.cluster),
             ""});
        version();
        out_.push_back(transport_probe(api_.access(), clock_, deadline_));
        identity();
        // Serverless offers neither nodes nor shards to its users.
        if (health && !product_.serverless) {
            clock();
            rights();
        }
        if (logs) places();
        return std::move(out_);
    }

  private:
    [[nodiscard]] std::string role() const {
        return product_.opensearch ? opensearch_role_call(indices_) : api_key_call(indices_);
    }
    [[nodiscard]] std::string fix(const base::Error& error) const {
        return error.kind == ErrorKind::Denied ? error.message + "\n" + role() : error.message;
    }

    void version() {
        if (!product_.version.empty() && !product_.opensearch && !product_.at_least(7, 10))
            out_.push_back({"version", false, product_.version + " is older than 7.10",
                            "upgrade: logs are read by scroll meanwhile"});
    }

    void identity() {
        const auto who = api_.get(
            product_.opensearch ? "/_plugins/_security/authinfo" : "/_security/_authenticate",
            deadline_, 1U << 20);
        if (!who) {
            // without security there is nobody to be
            if (who.error().kind == ErrorKind::Denied)
                out_.push_back({"authenticate", false, who.error().text(), fix(who.error())});
            return;
        }
        const std::string user = shown(
            base::text_at(*who, product_.opensearch ? "user_name" : "username", "nobody"), 100);
        const bool anonymous =
            base::text_at(base::object_at(*who, "authentication_realm"), "type") == "__anonymous";
        out_.push_back({"authenticate", !anonymous, "as " + user,
                        anonymous ? "configure `apiKey`, `token`, or `user` and `password`" : ""});
    }

    void clock() {
        const base::Nanos asked = clock_.now();
        const auto stats =
            api_.get("/_nodes/_local/stats/os?filter_path=nodes.*.timestamp", deadline_, 1U << 20);
        if (!stats) return;  // told by rights()
        for (const auto& [id, node] : base::object_at(*stats, "nodes").items()) {
            const double ours = (base::to_seconds(asked) + base::to_seconds(clock_.now())) / 2;
            out_.push_back(clock_probe(base::number_at(node, "timestamp") / 1000 - ours));
            return;
        }
    }

    void rights() {
        struct Check {
            const char* path;
            const char* without;  // what is missing then
        };
        // A filter that nothing passes tries the right and keeps the answer small.
        static constexpr std::array kChecks{
            Check{"/_cluster/health", "the cluster's health"},
            Check{"/_nodes/stats/jvm?filter_path=nodes.*.name", "nodes, thread pools, disks"},
            Check{"/_cluster/settings", "settings and their changes"},
            Check{"/_all/_settings/index.blocks.*?ignore_unavailable=true", "blocks of indices"},
            Check{"/_cat/indices?format=json&h=index&health=red", "unhealthy indices"},
            Check{"/_cat/shards/devops-insight-none*?format=json&h=state", "shards without a node"},
            Check{"/_cluster/allocation/explain?filter_path=none", "why shards have no node"},
            Check{"/_tasks?filter_path=none&actions=none", "slow tasks"},
        };
        for (const Check& check : kChecks) {
            const auto answer = api_.get(check.path, deadline_);
            const std::string_view path = check.path;
            const std::string what = "GET " + std::string(path.substr(0, path.find('?')));
            // 400: there is no shard that could be explained
            if (answer || answer.error().kind == ErrorKind::Invalid)
                out_.push_back({what, true, "answered", ""});
            else
                out_.push_back(
                    {what, false,
                     fmt::format("{}; missing then: {}", answer.error().text(), check.without),
                     fix(answer.error())});
        }
    }

    void places() {
        const std::string patterns = path_part(indices_);
        const std::string what = "logs in " + indices_;
        const auto caps =
            api_.get(fmt::format("/{}/_field_caps?ignore_unavailable=true&allow_no_indices=true&"
                                 "include_unmapped=true&fields={}",
                                 patterns, path_part(wanted_fields())),
                     deadline_);
        if (!caps) {
            out_.push_back({what, false, caps.error().text(), fix(caps.error())});
            return;
        }
        std::size_t others = 0;
        const auto found = dialects(*caps, others);
        if (found.empty()) {
            out_.push_back({what, false, "no index there has both a date and a message",
                            "correct `indices`, or allow reading them:\n" + role()});
            return;
        }
        std::string words;
        for (const Dialect& one : found)
            words +=
                fmt::format("{}{} indices (time {}, message {}, severity {}, service {})",
                            words.empty() ? "" : "; ", one.indices.size(), one.time, one.message,
                            one.severity.field.empty() ? "in the text" : one.severity.field,
                            one.service.empty() ? "not told" : one.service);
        out_.push_back({what, true, shown(words, 600), ""});
        Cursor cursor(api_, product_, patterns);
        const auto page = cursor.next(
            // Costs no shard anything, and still needs the right to open a point in time or a
            // scroll.
            {{"query", {{"match_none", Json::object()}}}, {"sort", Json::array({"_doc"})}}, 1,
            deadline_, 1U << 20);
        if (!page)
            out_.push_back({"read logs", false, page.error().text(), fix(page.error())});
        else
            out_.push_back({"read logs", cursor.note().empty(),
                            cursor.note().empty() ? "page by page" : cursor.note(),
                            cursor.note().empty() ? "" : role()});
        cursor.close(deadline_);
    }

    Api& api_;
    std::string indices_;
    const base::Clock& clock_;
    base::Deadline deadline_;
    Product product_;
    std::vector<Probe> out_;
};

}  // namespace

std::vector<Probe> probe(Api& api, const std::string& indices, bool logs, bool health,
                         const base::Clock& clock, base::Deadline deadline) {
    return Doctor(api, indices, clock, deadline).run(logs, health);
}

}  // namespace insight::collectors::elasticsearch

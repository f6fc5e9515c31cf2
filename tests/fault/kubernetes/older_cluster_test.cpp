// The oldest servers that are supported: no aggregated discovery, kinds that are still beta, and
// objects in their older shape. What kube-apiserver 1.20.2 answered is recorded: building one takes
// the compiler of its time, a patch and a quarter of an hour.
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "tests/fault/hostile_window.h"
#include "tests/tree.h"

namespace insight::test {
namespace {

using base::Json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string of(const std::string& kind, const std::string& more) {
    return R"({"kind":")" + kind + R"(List","items":[)" + more + "]}";
}

// Objects as lists give them: without kind and apiVersion.
const std::map<std::string, std::string>& objects() {
    static const std::map<std::string, std::string> kObjects{
        {"/api/v1/pods", of("Pod", R"({"metadata":{"name":"web-1","namespace":"shop","uid":"p1",
            "labels":{"app":"web"}},"spec":{"nodeName":"n1","containers":[{"name":"web"}]},
            "status":{"phase":"Running","podIP":"10.0.0.5"}})")},
        {"/api/v1/services", of("Service", R"({"metadata":{"name":"web","namespace":"shop"},
            "spec":{"selector":{"app":"web"},"ports":[{"port":80}]}})")},
        {"/apis/batch/v1beta1/cronjobs", of("CronJob", R"({"metadata":{"name":"nightly",
            "namespace":"shop"},"spec":{"schedule":"0 3 * * *"},"status":{}})")},
        {"/apis/policy/v1beta1/poddisruptionbudgets",
         of("PodDisruptionBudget",
            R"({"metadata":{"name":"web","namespace":"shop"},"spec":{"minAvailable":1},
            "status":{"disruptionsAllowed":0}})")},
        {"/apis/autoscaling/v2beta2/horizontalpodautoscalers",
         of("HorizontalPodAutoscaler",
            R"({"metadata":{"name":"web","namespace":"shop"},"spec":{"maxReplicas":5,
            "scaleTargetRef":{"kind":"Deployment","name":"web"}},"status":{"currentReplicas":5}})")},
        {"/apis/discovery.k8s.io/v1beta1/endpointslices",
         of("EndpointSlice",
            R"({"metadata":{"name":"web-x","namespace":"shop",
            "labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4",
            "endpoints":[{"addresses":["10.0.0.5"],"conditions":{"ready":true},
            "targetRef":{"kind":"Pod","name":"web-1","namespace":"shop"},
            "topology":{"kubernetes.io/hostname":"n1"}}],"ports":[{"port":80}]})")},
        {"/apis/networking.k8s.io/v1beta1/ingresses",
         of("Ingress",
            R"({"metadata":{"name":"front","namespace":"shop"},"spec":{"rules":[{"http":{"paths":[
            {"path":"/","backend":{"serviceName":"web","servicePort":80}}]}}]}})")},
        {"/apis/networking.k8s.io/v1/ingresses",
         of("Ingress",
            R"({"metadata":{"name":"front","namespace":"shop"},"spec":{"rules":[{"http":{"paths":[
            {"path":"/","backend":{"service":{"name":"web","port":{"number":80}}}}]}}]}})")},
    };
    return kObjects;
}

class OlderCluster : public testing::TestWithParam<net::Adapter>, protected HostileWindow {
  protected:
    OlderCluster() : HostileWindow(GetParam()) {
        limit = milliseconds(20'000);
        std::ifstream file(data() / "kubernetes/discovery_1_20.json");
        std::stringstream text;
        text << file.rdbuf();
        discovery_ = base::parse_json(text.str(), "the discovery").value();
    }
    ~OlderCluster() override { std::filesystem::remove(path_); }

    // As older servers: the kind is there in fewer versions.
    void without(const std::string& group, const std::string& version) {
        discovery_.erase("/apis/" + group + "/" + version);
        for (Json& one : discovery_["/apis"]["groups"])
            if (one["name"] == group)
                for (auto it = one["versions"].begin(); it != one["versions"].end();)
                    it = (*it)["version"] == version ? one["versions"].erase(it) : std::next(it);
    }

    model::Signals collect() {
        HostileServer server([this](Peer& peer) {
            while (const auto request = peer.read_request()) {
                const std::size_t start = request->find(' ') + 1;
                const std::string path =
                    request->substr(start, request->find_first_of(" ?", start) - start);
                {
                    const std::lock_guard lock(mutex_);
                    asked_.insert(path);
                }
                if (!answer(peer, path)) return;
            }
        });
        path_ = std::filesystem::temp_directory_path() /
                ("insight-older-cluster-" + std::to_string(getpid()));
        std::ofstream(path_) << "{current-context: a, contexts: [{name: a, context: {cluster: c, "
                                "user: u}}], users: [{name: u, user: {token: "
                             << kSecret << "}}], clusters: [{name: c, cluster: {server: \""
                             << server.url() << "\"}}]}";
        Json settings{{"kubeconfig", path_.string()}, {"logs", false}};
        settings.update(more_settings);
        const auto source = open("kubernetes", std::move(settings));
        return HostileWindow::collect(*source);
    }

    static std::vector<std::string> kinds(const model::Signals& signals) {
        std::vector<std::string> out;
        for (const Json& one : signals.resources)
            out.push_back(base::text_at(one, "apiVersion") + " " + base::text_at(one, "kind"));
        return out;
    }
    static std::vector<std::string> edges(const model::Signals& signals) {
        std::vector<std::string> out;
        for (const model::Edge& edge : signals.topology)
            out.push_back(edge.from + " " + edge.kind + " " + edge.to);
        return out;
    }

    // A group of somebody's own, as these servers list it; null: what serves it is broken.
    void with_group(const std::string& group, const std::string& version, const Json& resources) {
        discovery_["/apis"]["groups"].push_back(
            {{"name", group}, {"versions", {{{"version", version}}}}});
        discovery_["/apis/" + group + "/" + version] =
            resources.is_null() ? Json() : Json{{"resources", resources}};
    }

    Json more_settings = Json::object();
    std::set<std::string> asked_;

  private:
    bool answer(Peer& peer, const std::string& path) {
        constexpr const char* kJson = "Content-Type: application/json\r\n";
        if (const auto found = discovery_.find(path); found != discovery_.end() && found->is_null())
            return peer.answer("no backend", "", "503 Service Unavailable");
        if (const auto found = discovery_.find(path); found != discovery_.end())
            return peer.answer(base::dump_json(*found), kJson);
        if (const auto found = objects().find(path); found != objects().end()) {
            // "/apis/batch/v1beta1/cronjobs": the list says which version its items have
            const std::size_t start = path.starts_with("/apis/") ? 6 : 5;
            const std::string version = path.substr(start, path.rfind('/') - start);
            return peer.answer(R"({"apiVersion":")" + version + "\"," + found->second.substr(1),
                               kJson);
        }
        return peer.answer(R"({"kind":"List","items":[]})", kJson);
    }

    Json discovery_;
    std::filesystem::path path_;
    std::mutex mutex_;
};

TEST_P(OlderCluster, kinds_of_1_20_are_read_in_the_versions_it_has) {
    const model::Signals out = collect();
    EXPECT_EQ(count(out, Outcome::Failed) + count(out, Outcome::Denied), 0U);
    for (const char* kind :
         {"batch/v1beta1 CronJob", "policy/v1beta1 PodDisruptionBudget",
          "autoscaling/v2beta2 HorizontalPodAutoscaler", "discovery.k8s.io/v1beta1 EndpointSlice",
          "networking.k8s.io/v1 Ingress"})
        EXPECT_THAT(kinds(out), Contains(kind));
    for (const char* path :
         {"/apis/batch/v1/cronjobs", "/apis/policy/v1/poddisruptionbudgets",
          "/apis/autoscaling/v2/horizontalpodautoscalers",
          "/apis/discovery.k8s.io/v1/endpointslices", "/apis/networking.k8s.io/v1beta1/ingresses"})
        EXPECT_FALSE(asked_.contains(path)) << path << " is not served, or not the best";
}

TEST_P(OlderCluster, topology_follows_the_older_slices) {
    EXPECT_THAT(edges(collect()), Contains(HasSubstr("ingress/front calls ")));
}

TEST_P(OlderCluster, an_ingress_that_names_its_backend_the_older_way_leads_there) {
    without("networking.k8s.io", "v1");
    const model::Signals out = collect();
    EXPECT_THAT(kinds(out), Contains("networking.k8s.io/v1beta1 Ingress"));
    EXPECT_THAT(edges(out), Contains(HasSubstr("ingress/front calls ")));
}

TEST_P(OlderCluster, a_version_that_is_older_still_is_taken_and_a_missing_kind_is_no_failure) {
    without("autoscaling", "v2beta2");
    without("batch", "v1beta1");
    const model::Signals out = collect();
    EXPECT_THAT(kinds(out), Contains("autoscaling/v1 HorizontalPodAutoscaler").Times(0));
    EXPECT_TRUE(asked_.contains("/apis/autoscaling/v1/horizontalpodautoscalers"));
    EXPECT_THAT(kinds(out), Not(Contains(HasSubstr("CronJob"))));
    EXPECT_EQ(count(out, Outcome::Failed), 0U);
}

TEST_P(OlderCluster, a_named_kind_is_found_group_by_group_and_never_a_subresource) {
    const auto resource = [](const char* name, const char* kind, bool namespaced) {
        return Json{
            {"name", name}, {"kind", kind}, {"namespaced", namespaced}, {"verbs", {"list"}}};
    };
    with_group("kafka.strimzi.io", "v1beta2",
               {resource("kafkas", "Kafka", true), resource("kafkas/status", "Kafka", true)});
    with_group("fleet.example.org", "v1", Json::array({resource("fleets", "Fleet", false)}));
    with_group("broken.example.org", "v1", nullptr);
    more_settings = {{"customKinds",
                      {"kafkas.kafka.strimzi.io", "fleets.fleet.example.org",
                       "things.broken.example.org", "kafkas.kafka.strimzi.oi"}},
                     {"namespaces", {"shop"}}};
    const model::Signals out = collect();
    EXPECT_TRUE(asked_.contains("/apis/kafka.strimzi.io/v1beta2/namespaces/shop/kafkas"));
    EXPECT_TRUE(asked_.contains("/apis/fleet.example.org/v1/fleets"));
    EXPECT_THAT(asked_, Not(Contains(HasSubstr("status"))));
    const auto broken = row_of(out, "/apis/broken.example.org/things");
    EXPECT_EQ(broken.outcome, Outcome::Failed);
    EXPECT_THAT(broken.note, HasSubstr("what serves the group broken.example.org"));
    const auto typing = row_of(out, "/apis/kafka.strimzi.oi/kafkas");
    EXPECT_EQ(typing.outcome, Outcome::Empty);
    EXPECT_THAT(typing.note, HasSubstr("did you mean kafka.strimzi.io?"));
}

INSIGHT_BOTH_ADAPTERS(OlderCluster);

}  // namespace
}  // namespace insight::test

#include "agent/reasoning/action.h"

#include <gmock/gmock.h>

#include "agent/reasoning/names.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;
using testing::HasSubstr;

const Targets kTargets{{"cart", "orders-db", "agents", "cart-7f9c", "legacy"},
                       {{"cart", "deployment"},
                        {"orders-db", "statefulset"},
                        {"agents", "daemonset"},
                        {"cart-7f9c", "pod"}},
                       {"lab", "shop"}};

base::Result<model::Recommendation> made(const char* action, const char* target,
                                         Json parameters = Json::object()) {
    return recommendation_of({action, target, std::move(parameters), {}}, kTargets);
}

TEST(Action, words_and_command_are_ours) {
    const auto rolled = made("roll_back", "cart", {{"revision", 3}});
    ASSERT_TRUE(rolled);
    EXPECT_EQ(rolled->command, "kubectl -n shop rollout undo deployment/cart --to-revision=3");
    EXPECT_TRUE(rolled->changes_something);
    EXPECT_THAT(rolled->statement, HasSubstr("(proposed by the model)"));
    const auto read = made("read_logs", "cart");
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->changes_something);
}

TEST(Action, a_command_names_the_kind_that_was_recorded) {
    EXPECT_EQ(made("restart", "orders-db")->command,
              "kubectl -n shop rollout restart statefulset/orders-db");
    EXPECT_EQ(made("describe", "cart-7f9c")->command, "kubectl -n shop describe pod/cart-7f9c");
    EXPECT_FALSE(made("restart", "cart-7f9c")) << "a pod has no rollout";
    EXPECT_FALSE(made("scale", "agents", {{"replicas", 3}})) << "a daemon set has no replicas";
    EXPECT_TRUE(made("restart", "agents"));
}

// "deployment" was taken for whatever nobody had recorded.
TEST(Action, no_command_names_an_object_that_nobody_recorded) {
    for (const auto& [action, parameters] :
         std::map<std::string, Json>{{"restart", Json::object()},
                                     {"roll_back", Json::object()},
                                     {"scale", {{"replicas", 3}}},
                                     {"raise_memory_limit", {{"quantity", "1Gi"}}},
                                     {"raise_cpu_limit", {{"quantity", "500m"}}},
                                     {"describe", Json::object()},
                                     {"read_logs", Json::object()}}) {
        const auto guessed = made(action.c_str(), "legacy", parameters);
        ASSERT_TRUE(guessed) << action;
        EXPECT_EQ(guessed->command, "") << action;
        EXPECT_THAT(guessed->statement, HasSubstr("No object legacy of a cluster was recorded"));
    }
    EXPECT_THAT(made("watch", "legacy")->statement, testing::Not(HasSubstr("recorded")));
    EXPECT_NE(made("cancel_session", "legacy", {{"session", 7}})->command, "");
}

TEST(Action, a_kind_is_what_signals_call_it) {
    store::Snapshot snapshot;
    snapshot.signals.metrics = {
        {"kube_statefulset_replicas", {{"statefulset", "Orders"}}, "", {}, {}},
        {"http_requests_total", {{"deployment", "blue"}, {"k8s.pod.name", "cart-0"}}, "", {}, {}}};
    snapshot.signals.spans.emplace_back().attributes = {{"k8s.deployment.name", "cart"}};
    snapshot.signals.resources = {{{"kind", "Service"}, {"metadata", {{"name", "legacy"}}}},
                                  {{"kind", "DaemonSet"}, {"metadata", {{"name", "agents"}}}}};
    const LogStream logs;
    const model::Report report;
    EXPECT_EQ(known_kinds({snapshot, logs, report}),
              (std::map<std::string, std::string>{{"orders", "statefulset"},
                                                  {"cart-0", "pod"},
                                                  {"cart", "deployment"},
                                                  {"agents", "daemonset"}}));
}

TEST(Action, what_is_not_in_the_catalogue_is_refused) {
    EXPECT_FALSE(made("kubectl delete namespace shop", "cart"));
    EXPECT_FALSE(made("", "cart"));
}

TEST(Action, a_target_is_a_known_entity_and_a_name) {
    EXPECT_FALSE(made("restart", "payment"));
    EXPECT_FALSE(made("restart", "cart; rm -rf /"));
    EXPECT_FALSE(made("restart", "$(id)"));
}

TEST(Action, parameters_are_what_they_must_be) {
    EXPECT_FALSE(made("scale", "cart"));
    EXPECT_FALSE(made("scale", "cart", {{"replicas", "3; id"}}));
    EXPECT_FALSE(made("scale", "cart", {{"replicas", 100'000}}));
    EXPECT_TRUE(made("scale", "cart", {{"replicas", 3}}));
    EXPECT_FALSE(made("raise_memory_limit", "cart", {{"quantity", "1Gi --force"}}));
    EXPECT_TRUE(made("raise_memory_limit", "cart", {{"quantity", "1Gi"}}));
    EXPECT_FALSE(made("cancel_session", "orders-db", {{"session", -1}}));
}

TEST(Action, every_name_of_the_schema_is_told_in_the_prompt) {
    for (const Json& name : action_names())
        EXPECT_THAT(catalogue_text(), HasSubstr("- " + name.get<std::string>() + ":"));
}

}  // namespace
}  // namespace insight::agent::reasoning

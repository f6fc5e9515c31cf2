// Kubeconfig, roles, discovery order, base64 and dates.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "core/kubernetes/access_review.h"
#include "core/kubernetes/discovery.h"
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/role.h"

namespace insight::kubernetes {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Kubeconfig : public testing::Test {
  protected:
    Kubeconfig()
        : folder_(fs::temp_directory_path() /
                  ("insight-kubeconfig-" + std::to_string(getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name())) {
        fs::create_directories(folder_);
        wanted_.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto it = environment_.find(name);
            if (it == environment_.end()) return std::nullopt;
            return it->second;
        };
        wanted_.service_account = folder_ / "account";
    }
    ~Kubeconfig() override { fs::remove_all(folder_); }

    std::string write(const std::string& name, const std::string& text) {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }
    base::Result<Access> find(const std::string& path, const std::string& context = {}) {
        wanted_.kubeconfig = path;
        wanted_.context = context;
        return find_access(wanted_);
    }
    std::string error(const std::string& text) {
        const auto found = find(write("config", text));
        return found ? "(no error)" : found.error().text();
    }

    fs::path folder_;
    std::map<std::string, std::string> environment_;
    Wanted wanted_;
};

constexpr const char* kTwo = R"(
apiVersion: v1
kind: Config
current-context: east
clusters:
- name: east
  cluster: {server: "https://east:6443/", certificate-authority-data: Q0E=, tls-server-name: api.east}
- name: west
  cluster: {server: "https://west:6443", certificate-authority: pki/ca.crt}
contexts:
- name: east
  context: {cluster: east, user: ann, namespace: shop}
- name: west
  context: {cluster: west, user: bob}
users:
- name: ann
  user: {token: 12345}
- name: bob
  user: {client-certificate: pki/bob.crt, client-key: pki/bob.key, as: deployer, as-groups: [ops, dev]}
)";

std::string kubeconfig_of_user(const std::string& user) {
    return "{current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}], "
           "clusters: [{name: c, cluster: {server: 'https://c'}}], users: [{name: u, user: " +
           user + "}]}";
}

TEST_F(Kubeconfig, impersonates_with_all_that_the_file_says) {
    const auto access = find(write(
        "config", kubeconfig_of_user("{token: t, as: ann, as-uid: '7', as-groups: [ops], "
                                     "as-user-extra: {acme.io/team: [web, db], plain: [x]}}")));
    ASSERT_TRUE(access) << access.error().text();
    const std::vector<std::pair<std::string, std::string>> expected{
        {"Impersonate-User", "ann"},
        {"Impersonate-Uid", "7"},
        {"Impersonate-Group", "ops"},
        {"Impersonate-Extra-acme.io%2Fteam", "web"},
        {"Impersonate-Extra-acme.io%2Fteam", "db"},
        {"Impersonate-Extra-plain", "x"}};
    ASSERT_EQ(access->impersonation.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(access->impersonation[i].first, expected[i].first);
        EXPECT_EQ(access->impersonation[i].second, expected[i].second);
    }
}

// kubectl refuses it too: the request would go out with all the rights of the real user.
TEST_F(Kubeconfig, refuses_groups_without_the_user_who_is_in_them) {
    for (const char* user : {"{token: t, as-groups: [ops]}", "{token: t, as-uid: '7'}",
                             "{token: t, as-user-extra: {a: [b]}}"}) {
        const auto access = find(write("config", kubeconfig_of_user(user)));
        ASSERT_FALSE(access) << user;
        EXPECT_NE(access.error().message.find("need `as`"), std::string::npos);
    }
    EXPECT_TRUE(find(write("config", kubeconfig_of_user("{token: t, as-groups: []}"))));
}

TEST_F(Kubeconfig, gives_the_current_context_with_inline_authority_and_server_name) {
    const auto access = find(write("config", kTwo));
    ASSERT_TRUE(access) << access.error().text();
    EXPECT_EQ(access->server, "https://east:6443");
    EXPECT_EQ(access->tls.ca_pem, "CA");
    EXPECT_EQ(access->tls.server_name, "api.east");
    EXPECT_TRUE(access->tls.verify);
    EXPECT_EQ(access->token.reveal(), "12345") << "a token of digits is text";
    EXPECT_EQ(access->space, "shop");
}

TEST_F(Kubeconfig, relative_files_begin_at_the_file_they_stand_in) {
    const auto access = find(write("sub/config", kTwo), "west");
    ASSERT_TRUE(access) << access.error().text();
    EXPECT_EQ(access->tls.ca_file, folder_ / "sub/pki/ca.crt");
    EXPECT_EQ(access->tls.certificate_file, folder_ / "sub/pki/bob.crt");
    EXPECT_THAT(access->impersonation, ElementsAre(net::Header("Impersonate-User", "deployer"),
                                                   net::Header("Impersonate-Group", "ops"),
                                                   net::Header("Impersonate-Group", "dev")));
}

TEST_F(Kubeconfig, of_several_files_the_first_definition_wins_and_missing_ones_are_skipped) {
    const std::string first = write("first", R"(
clusters: [{name: east, cluster: {server: "https://first:1"}}]
users: [{name: ann, user: {token: t}}]
)");
    environment_["KUBECONFIG"] =
        first + ":" + (folder_ / "gone").string() + ":" + write("second", kTwo);
    const auto access = find("");
    ASSERT_TRUE(access) << access.error().text();
    EXPECT_EQ(access->server, "https://first:1");
    EXPECT_EQ(access->token.reveal(), "t");
    EXPECT_EQ(access->context, "east");
}

TEST_F(Kubeconfig, home_is_looked_at_last_and_the_pod_after_it) {
    write("account/token", "abc\n");
    write("account/namespace", "ops\n");
    environment_["KUBERNETES_SERVICE_HOST"] = "fd00::1";
    environment_["KUBERNETES_SERVICE_PORT"] = "6443";
    environment_["HOME"] = folder_;
    const auto inside = find("");
    ASSERT_TRUE(inside) << inside.error().text();
    EXPECT_EQ(inside->server, "https://[fd00::1]:6443");
    EXPECT_EQ(inside->space, "ops");
    write(".kube/config", kTwo);
    EXPECT_EQ(find("")->server, "https://east:6443");
}

TEST_F(Kubeconfig, a_user_is_there_by_the_whole_name_however_many_there_are) {
    const std::string start =
        "current-context: a\ncontexts: [{name: a, context: {cluster: b, user: dev}}]\n"
        "clusters: [{name: b, cluster: {server: \"https://x\"}}]\nusers:\n";
    EXPECT_THAT(error(start + "- {name: devops, user: {token: t}}\n"),
                HasSubstr("user 'dev', who is not there"));
    std::string many = start;
    for (int i = 0; i < 30; ++i) many += "- {name: u" + std::to_string(i) + "}\n";
    EXPECT_TRUE(find(write("config", many + "- {name: dev}\n"))) << "has nothing to prove";
}

TEST_F(Kubeconfig, says_what_is_wrong_and_where) {
    EXPECT_THAT(find(folder_ / "gone").error().message, HasSubstr("does not exist"));
    EXPECT_THAT(find(write("c", kTwo), "south").error().message,
                HasSubstr("no context 'south'; there are east, west"));
    EXPECT_THAT(error("current-context: a\ncontexts: [{name: a, context: {cluster: b}}]\n"),
                HasSubstr("cluster 'b', which is not there"));
    EXPECT_THAT(error("current-context: a\ncontexts: [{name: a, context: {cluster: b, user: u}}]\n"
                      "clusters: [{name: b, cluster: {server: \"https://x\"}}]\n"),
                HasSubstr("user 'u', who is not there"));
    const std::string base =
        "current-context: a\ncontexts: [{name: a, context: {cluster: b, user: u}}]\n";
    EXPECT_THAT(error(base + "clusters: [{name: b, cluster: {server: x}}]\n"),
                HasSubstr("https:// or http://"));
    EXPECT_THAT(error(base + "clusters: [{name: b, cluster: {server: \"https://x\", proxy-url: "
                             "\"http://p\"}}]\n"),
                HasSubstr("proxy-url"));
    const std::string cluster = base + "clusters: [{name: b, cluster: {server: \"https://x\"}}]\n";
    EXPECT_THAT(error(cluster + "users: [{name: u, user: {auth-provider: {name: gcp}}}]\n"),
                HasSubstr("1.26"));
    EXPECT_THAT(error(cluster + "users: [{name: u, user: {exec: {apiVersion: "
                                "client.authentication.k8s.io/v1alpha1, command: x}}}]\n"),
                HasSubstr("v1beta1"));
    EXPECT_THAT(error(cluster + "users: [{name: u, user: {client-certificate-data: \"%%\", "
                                "client-key-data: aa}}]\n"),
                HasSubstr("base64"));
    EXPECT_THAT(error("a: [\n"), HasSubstr("line"));
    EXPECT_THAT(error(std::string(1000, '[')), Not(HasSubstr("no error")));
}

TEST(HttpDate, is_read_as_servers_send_it) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777 * base::kSecond);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), 0);
    EXPECT_EQ(parse_http_date("Sun, 06 Xov 1994 08:49:37 GMT"), 0);
}

TEST(Versions, are_ordered_as_kubernetes_orders_them) {
    std::vector<std::string> all{"v1alpha1", "v2beta1", "foo", "v1", "v1beta3", "v2", "v1beta10"};
    std::sort(all.begin(), all.end(), version_before);
    EXPECT_THAT(all, ElementsAre("v2", "v1", "v2beta1", "v1beta10", "v1beta3", "v1alpha1", "foo"));
}

TEST(Catalog, prefers_the_versions_asked_for) {
    Catalog catalog;
    for (const char* version : {"v1", "v2beta2", "v2beta1"})
        catalog.add({"autoscaling", version, "horizontalpodautoscalers", "", true, true});
    catalog.add({"autoscaling", "v2", "horizontalpodautoscalers", "", true, false});
    const std::array<std::string_view, 3> wanted{"v2", "v2beta2", "v1"};
    EXPECT_EQ(catalog.find("autoscaling", "horizontalpodautoscalers", wanted)->version, "v2beta2")
        << "what cannot be listed is no choice";
    EXPECT_EQ(catalog.find("autoscaling", "horizontalpodautoscalers")->version, "v1");
    EXPECT_EQ(catalog.find("autoscaling", "pods"), nullptr);
}

TEST(Role, names_exactly_what_is_used) {
    Target nodes{"", "v1", "nodes"};
    nodes.namespaced = false;
    const std::vector<Target> needed{{"", "v1", "pods"},
                                     {"", "v1", "events"},
                                     {"", "v1", "pods", "", "", "log", "get"},
                                     {"apps", "v1", "deployments"},
                                     nodes};
    const std::string all = role_yaml(needed, {"reader", "system:serviceaccount:ops:insight", {}});
    EXPECT_THAT(all, HasSubstr("kind: ClusterRole\nmetadata: {name: reader}"));
    EXPECT_THAT(all, HasSubstr("resources: [events, nodes, pods]\n  verbs: [list]"));
    EXPECT_THAT(all, HasSubstr("resources: [pods/log]\n  verbs: [get]"));
    EXPECT_THAT(all, HasSubstr("- kind: ServiceAccount\n  namespace: ops\n  name: insight"));
    EXPECT_THAT(all, Not(HasSubstr("*")));
    const std::string one = role_yaml(needed, {"reader", "ann", {"shop"}});
    EXPECT_THAT(one, HasSubstr("kind: Role\nmetadata: {name: reader, namespace: shop}"));
    EXPECT_THAT(one, HasSubstr("kind: ClusterRole\nmetadata: {name: reader}\nrules:\n- apiGroups: "
                               "[\"\"]\n  resources: [nodes]"));
    EXPECT_EQ(role_yaml({}, {}), "");
}

TEST(Target, escapes_what_would_lead_elsewhere) {
    EXPECT_EQ(path_of({"apps", "v1", "deployments", "a/../b", "x?y"}),
              "/apis/apps/v1/namespaces/a%2F..%2Fb/deployments/x%3Fy");
    EXPECT_FALSE(is_path_safe(".."));
    EXPECT_FALSE(is_path_safe("a/b"));
    EXPECT_TRUE(is_path_safe("kube-system"));
}

}  // namespace
}  // namespace insight::kubernetes

// Opens one repository and does what the lines on standard input say, one JSON object a line in,
// one out: {"do": "commits", "timeout": seconds, …}. Argument: {url, token, appId, privateKey,
// installation, repository, adapter, writeGap (seconds), watched: {service, paths, environments}}.
#include <iostream>

#include "core/model/signals.h"
#include "github/changes.h"
#include "tests/contract/github/shown.h"

namespace {

using namespace insight;
using namespace insight::github;
using base::Json;

std::string text(const Json& order, const char* key) {
    return base::text_at(order, key);
}

int number(const Json& order, const char* key = "number") {
    return static_cast<int>(base::integer_at(order, key));
}

Nanos time(const Json& order, const char* key) {
    return base::from_seconds(base::number_at(order, key));
}

std::vector<std::string> texts(const Json& order, const char* key) {
    std::vector<std::string> out;
    for (const Json& one : base::array_at(order, key)) out.push_back(one.get<std::string>());
    return out;
}

CommitRequest commit_request(const Json& order) {
    CommitRequest out{text(order, "branch"),
                      text(order, "parent"),
                      base::flag_at(order, "replace"),
                      text(order, "message"),
                      {}};
    for (const Json& one : base::array_at(order, "edits")) {
        FileEdit edit{text(one, "path"), std::nullopt,
                      base::flag_at(one, "executable") ? EntryKind::Executable : EntryKind::File};
        if (one.contains("content")) edit.content = text(one, "content");
        out.edits.push_back(std::move(edit));
    }
    return out;
}

Json changes(Client& client, Repository& repository, const Watched& watched, const Json& order,
             Deadline deadline) {
    const model::Window window{time(order, "start"), time(order, "end"),
                               time(order, "baselineStart"), time(order, "start")};
    const Changes found = changes_of(repository, watched, client.settings(), window, deadline);
    Json out{{"changes", Json::array()}, {"looked", Json::array()}};
    for (const auto& change : found.changes) out["changes"].push_back(model::to_json(change));
    for (const Looked& one : found.looked) {
        out["looked"].push_back({{"query", one.query},
                                 {"count", one.count},
                                 {"truncated", one.truncated},
                                 {"note", one.note}});
        if (!one.status) out["looked"].back()["error"] = shown(one.status.error());
    }
    return out;
}

Json examine(Client& client, const RepositoryName& name, bool writes, Deadline deadline) {
    Json out = Json::array();
    for (const Finding& one : client.examine(name, writes, deadline))
        out.push_back(
            {{"what", one.what}, {"ok", one.ok}, {"finding", one.finding}, {"fix", one.fix}});
    return out;
}

Json pull_requests(Repository& on, const std::string& what, const Json& order, Deadline until) {
    if (what == "pull_request") return shown(on.pull_request(number(order), until));
    if (what == "pull_request_files") return shown(on.pull_request_files(number(order), until));
    if (what == "pull_request_commits") return shown(on.pull_request_commits(number(order), until));
    if (what == "pull_requests_of") return shown(on.pull_requests_of(text(order, "head"), until));
    if (what == "pull_requests_with")
        return shown(on.pull_requests_with(text(order, "sha"), until));
    if (what == "create_pull_request")
        return shown(
            on.create_pull_request({text(order, "title"), text(order, "body"), text(order, "head"),
                                    text(order, "base"), base::flag_at(order, "draft", true)},
                                   until));
    if (what == "update_pull_request") {
        PullRequestEdit edit;
        if (order.contains("title")) edit.title = text(order, "title");
        if (order.contains("body")) edit.body = text(order, "body");
        if (order.contains("open")) edit.open = base::flag_at(order, "open");
        return shown(on.update_pull_request(number(order), edit, until));
    }
    if (what == "add_review") {
        std::vector<ReviewRemark> remarks;
        for (const Json& one : base::array_at(order, "remarks")) {
            remarks.push_back({text(one, "path"), number(one, "line"), number(one, "firstLine"),
                               text(one, "body"), std::nullopt});
            if (one.contains("suggestion")) remarks.back().suggestion = text(one, "suggestion");
        }
        return shown(
            on.add_review(number(order), text(order, "sha"), text(order, "body"), remarks, until));
    }
    return {};
}

Json conversation(Repository& on, const std::string& what, const Json& order, Deadline until) {
    if (what == "comments") return shown(on.comments(number(order), until));
    if (what == "add_comment")
        return shown(on.add_comment(number(order), text(order, "body"), until));
    if (what == "put_comment")
        return shown(
            on.put_comment(number(order), text(order, "marker"), text(order, "body"), until));
    if (what == "add_labels")
        return shown(on.add_labels(number(order), texts(order, "labels"), until));
    if (what == "remove_label")
        return shown(on.remove_label(number(order), text(order, "label"), until));
    if (what == "ensure_label")
        return shown(on.ensure_label({text(order, "name"), "d73a4a", "made by a test"}, until));
    if (what == "issue") return shown(on.issue(number(order), until));
    if (what == "issues")
        return shown(on.issues(
            {text(order, "label"), !base::flag_at(order, "closedToo"), time(order, "since"), 100},
            until));
    if (what == "create_issue")
        return shown(on.create_issue({text(order, "title"), text(order, "body"),
                                      texts(order, "labels"), texts(order, "assignees")},
                                     until));
    if (what == "update_issue") {
        IssueEdit edit;
        if (order.contains("body")) edit.body = text(order, "body");
        if (order.contains("open")) edit.open = base::flag_at(order, "open");
        if (order.contains("completed")) edit.completed = base::flag_at(order, "completed");
        if (order.contains("labels")) edit.labels = texts(order, "labels");
        return shown(on.update_issue(number(order), edit, until));
    }
    return {};
}

// One request as it is, below the repository: what no call of the client asks for by itself.
Json raw(Client& client, const Json& order, Deadline until) {
    const Settings& settings = client.settings();
    static const base::SystemClock clock;
    static const auto transport = net::make_transport(net::Adapter::Curl);
    Api api(settings, address_of(settings.url).value(), *transport, clock, {});
    Call call;
    call.method = text(order, "method");
    call.path = text(order, "path");
    if (order.contains("body")) call.body = order["body"];
    call.what = "the request";
    const auto reply = api.ask(call, until);
    if (!reply) return {{"error", shown(reply.error())}};
    return {{"value", {{"status", reply->status}, {"json", reply->json}, {"next", reply->next}}}};
}

Json history(Repository& on, const std::string& what, const Json& order, Deadline until) {
    if (what == "about") return shown(on.about(until));
    if (what == "commits")
        return shown(on.commits(
            {text(order, "branch"), text(order, "path"), time(order, "since"), time(order, "until"),
             static_cast<int>(base::integer_at(order, "limit", 100))},
            until));
    if (what == "commit") return shown(on.commit(text(order, "ref"), until));
    if (what == "compare")
        return shown(on.compare(text(order, "base"), text(order, "head"), until));
    if (what == "blame")
        return shown(
            on.blame(text(order, "path"), number(order, "line"), text(order, "ref"), until));
    if (what == "contents")
        return shown(on.contents(text(order, "path"), text(order, "ref"), until));
    if (what == "tree") return shown(on.tree(text(order, "ref"), until));
    if (what == "branch") return shown(on.branch(text(order, "name"), until));
    if (what == "commit_files") return shown(on.commit_files(commit_request(order), until));
    if (what == "delete_branch") return shown(on.delete_branch(text(order, "name"), until));
    if (what == "checks") return shown(on.checks(text(order, "ref"), until));
    if (what == "add_check")
        return shown(on.add_check(
            text(order, "sha"),
            {text(order, "name"), CheckState::Neutral, "what it found", 0, 0, {}}, until));
    if (what == "releases") return shown(on.releases(time(order, "since"), until));
    if (what == "deployments") return shown(on.deployments(time(order, "since"), until));
    if (what == "blocked_until") return {{"value", on.blocked_until() / base::kSecond}};
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const auto given = base::parse_json(argv[1], "the settings");
    if (!given) return 2;
    Settings settings;
    settings.url = text(*given, "url");
    settings.token = base::Secret(text(*given, "token"));
    settings.app_id = text(*given, "appId");
    settings.private_key = base::Secret(text(*given, "privateKey"));
    settings.installation = text(*given, "installation");
    settings.write_gap = time(*given, "writeGap");
    settings.max_diffs = static_cast<int>(base::integer_at(*given, "maxDiffs", 40));
    const auto name = parse_name(text(*given, "repository"));
    if (!name) {
        std::cout << Json{{"error", shown(name.error())}} << std::endl;
        return 1;
    }
    const Json& how = base::object_at(*given, "watched");
    Watched watched{
        *name, text(how, "branch"), text(how, "service"), {}, texts(how, "environments")};
    for (const auto& [path, service] : base::object_at(how, "paths").items())
        watched.paths[path] = service.get<std::string>();

    const base::SystemClock clock;
    const auto transport = net::make_transport(
        text(*given, "adapter") == "curl" ? net::Adapter::Curl : net::Adapter::Cpprest);
    auto client = Client::open(settings, *transport, clock);
    if (!client) {
        std::cout << Json{{"error", shown(client.error())}} << std::endl;
        return 1;
    }
    const auto repository = (*client)->repository(*name);
    std::cout << Json{{"ready", true}} << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        const Json order = base::parse_json(line, "the order").value();
        const std::string what = text(order, "do");
        const auto until = Deadline::after(std::chrono::milliseconds(
            static_cast<std::int64_t>(base::number_at(order, "timeout", 20) * 1000)));
        Json answer;
        if (what == "changes") answer = changes(**client, *repository, watched, order, until);
        if (what == "raw") answer = raw(**client, order, until);
        if (what == "examine")
            answer = examine(**client, *name, base::flag_at(order, "writes"), until);
        for (const auto part : {history, pull_requests, conversation})
            if (answer.is_null()) answer = part(*repository, what, order, until);
        std::cout << base::dump_json(answer) << std::endl;
    }
}

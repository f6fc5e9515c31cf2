#include "agent/repository_source.h"

#include "collectors/coverage.h"
#include "github/changes.h"

namespace insight::agent {
namespace {

class RepositorySource final : public collectors::Source {
  public:
    RepositorySource(github::Client& client, const github::Watched& watched)
        : client_(client), watched_(watched), repository_(client.repository(watched.name)) {}

    model::Signals collect(const collectors::Request& request) override {
        collectors::Coverage coverage("github/" + watched_.name.text(),
                                      collectors::intervals_of(request.window));
        github::Changes found = github::changes_of(*repository_, watched_, client_.settings(),
                                                   request.window, request.deadline);
        for (const github::Looked& looked : found.looked) {
            if (!looked.status)
                coverage.failed(looked.query, looked.status.error());
            else if (looked.truncated)
                coverage.truncated(looked.query, looked.count, looked.note);
            else
                coverage.answered(looked.query, looked.count, looked.note);
        }
        model::Signals out;
        out.changes = std::move(found.changes);
        out.coverage = coverage.take();
        return out;
    }

    std::vector<collectors::Probe> probe(base::Deadline deadline) override {
        std::vector<collectors::Probe> out;
        for (github::Finding& one : client_.examine(watched_.name, false, deadline))
            out.push_back(
                {std::move(one.what), one.ok, std::move(one.finding), std::move(one.fix)});
        return out;
    }

  private:
    github::Client& client_;
    github::Watched watched_;
    std::unique_ptr<github::Repository> repository_;
};

}  // namespace

std::unique_ptr<collectors::Source> repository_source(github::Client& client,
                                                      const github::Watched& watched) {
    return std::make_unique<RepositorySource>(client, watched);
}

}  // namespace insight::agent

// evomap_sender STORE FOLDER HUB DIE CLOCK_AHEAD_S: tries what is due once, as a courier does, and
// dies by SIGKILL where it is told to: before-note, after-note, after-publish or never.
#include <csignal>
#include <cstdio>
#include <string>

#include "core/store/store.h"
#include "evomap/publisher.h"

namespace {

class Ahead final : public insight::base::Clock {
  public:
    explicit Ahead(long seconds) : seconds_(seconds) {}
    [[nodiscard]] insight::base::Nanos now() const override {
        return insight::base::SystemClock().now() + seconds_ * insight::base::kSecond;
    }

  private:
    long seconds_;
};

void die_at(const std::string& here, const std::string& wanted) {
    if (here == wanted) std::raise(SIGKILL);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace insight;
    if (argc != 6) return 2;
    const std::string die = argv[4];
    const Ahead clock(std::stol(argv[5]));
    auto store = store::open_store(argv[1]);
    if (!store) return 3;
    evomap::Settings settings;
    settings.state_directory = argv[2];
    settings.hub = argv[3];
    const auto transport = net::make_transport(net::Adapter::Cpprest);
    auto node = evomap::Node::open(settings, *transport, clock);
    if (!node) return 4;
    evomap::Ledger ledger((*store)->documents());
    evomap::Genes genes((*store)->documents());
    evomap::Publisher publisher(**node, ledger, genes, clock);
    store::Outbox& outbox = (*store)->outbox();
    const auto parcel = outbox.claim(evomap::kChannel, clock.now(), base::kMinute);
    if (!parcel || !*parcel) return 5;
    const auto sending = publisher.send(**parcel, [&](const base::Json& progress) {
        die_at("before-note", die);
        auto done = outbox.note_progress(**parcel, progress);
        die_at("after-note", die);
        return done;
    });
    die_at("after-publish", die);
    if (sending.fate != evomap::Sending::Fate::Sent) {
        std::fprintf(stderr, "%s\n", sending.note.c_str());
        return 6;
    }
    return outbox.sent(**parcel, sending.answer) ? 0 : 7;
}

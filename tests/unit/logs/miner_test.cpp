#include <gmock/gmock.h>

#include "analysis/logs/template_groups.h"
#include "tests/unit/logs/mined.h"

namespace insight::analysis::logs {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ne;

std::string template_of(const std::string& line) {
    return templates_of({line}).front();
}

TEST(LineScan, values_are_told_from_names_by_their_shape) {
    EXPECT_EQ(template_of("took 17 ms"), "took <*> ms");
    EXPECT_EQ(template_of("offset -24.5 of +3"), "offset <*> of <*>");
    EXPECT_EQ(template_of("peer 10.0.0.7:8443 gone"), "peer <*> gone");
    EXPECT_EQ(template_of("peer fe80::1ff:fe23:4567:890a gone"), "peer <*> gone");
    EXPECT_EQ(template_of("link 5c:50:15:36:bc:03 up"), "link <*> up");
    EXPECT_EQ(template_of("read /var/lib/app/data.db: denied"), "read <*>: denied");
    EXPECT_EQ(template_of("open C:\\Data\\a.txt"), "open <*>");
    EXPECT_EQ(template_of("GET https://shop.test/cart?id=7&x=y failed"), "GET <*> failed");
    EXPECT_EQ(template_of("GET /cart?id=7&name=a HTTP"), "GET <*> HTTP");
    EXPECT_EQ(template_of("order 0b23bd3e-876a-4af3-b920-c50a90c90b04 sent"), "order <*> sent");
    EXPECT_EQ(template_of("dump ffffffff end"), "dump <*> end");
    EXPECT_EQ(template_of("ready=true, last=null"), "ready=<*>, last=<*>");
    EXPECT_EQ(template_of("node-17 lost"), "node-<*> lost");
    EXPECT_EQ(template_of("version 6.1.7601.3"), "version <*>");
    EXPECT_EQ(template_of("at 12:30:05"), "at <*>:<*>:<*>");
    EXPECT_EQ(template_of("a power/control problem... done."), "a power/control problem... done.");
}

TEST(LineScan, colours_and_white_space_do_not_tell_lines_apart) {
    const auto all = templates_of({"\x1b[31mdisk  full\x1b[0m", "disk full", "  disk\tfull "});
    EXPECT_THAT(all, Each(std::string("disk full")));
}

TEST(TemplateMiner, a_name_with_a_number_stays_while_it_never_changes) {
    EXPECT_THAT(templates_of({"wl0: sent 4", "wl0: sent 9"}), Each(std::string("wl0: sent <*>")));
    EXPECT_THAT(templates_of({"eth1: sent 4", "wl0: sent 9"}), Each(std::string("<*>: sent <*>")));
}

TEST(TemplateGroups, values_without_digits_are_found_by_comparison) {
    EXPECT_THAT(
        templates_of({"lock held by com.a.view, name=Alpha", "lock held by org.b, name=Beta"}),
        Each(std::string("lock held by <*>, name=<*>")));
    EXPECT_THAT(
        templates_of({"stations [names: [berlin, rome]]", "stations [names: [oslo]]"}),
        Each(templates_of({"stations [names: [berlin, rome]]", "stations [names: [oslo]]"})[0]));
    EXPECT_THAT(templates_of({"sent 3 KB, 4 left", "sent 900 B, 4 left"})[0],
                templates_of({"sent 3 KB, 4 left", "sent 900 B, 4 left"})[1]);
}

TEST(TemplateGroups, states_and_different_sentences_stay_apart) {
    EXPECT_THAT(templates_of({"action x.y.SCREEN_ON seen", "action x.y.SCREEN_OFF seen"}),
                ElementsAre("action x.y.SCREEN_ON seen", "action x.y.SCREEN_OFF seen"));
    EXPECT_THAT(templates_of({"\"GET /a\" done", "\"POST /a\" done"}),
                ElementsAre("\"GET <*>\" done", "\"POST <*>\" done"));
    EXPECT_THAT(templates_of({"link ok", "link down"}), ElementsAre("link ok", "link down"));
    EXPECT_THAT(templates_of({"boot (command 1)", "halt (command 2)"}),
                ElementsAre("boot (command <*>)", "halt (command <*>)"));
}

TEST(TemplateGroups, many_words_in_one_place_of_a_sentence_are_a_value) {
    std::vector<std::string> lines;
    for (const char* name : {"anna", "bert", "carl", "dora", "emil", "fred"})
        lines.push_back(std::string("the user ") + name + " has left the room");
    EXPECT_THAT(templates_of(lines), Each(std::string("the user <*> has left the room")));
}

TEST(TemplateMiner, the_order_and_split_of_lines_do_not_matter) {
    std::vector<std::string> lines;
    for (int i = 0; i < 400; ++i)
        lines.push_back("worker" + std::to_string(i % 7) +
                        " key=" + std::string(1, char('a' + i % 20)) + " took " +
                        std::to_string(i) + (i % 3 ? " ms" : " s"));
    TemplateMiner whole, front, back;
    for (const std::string& line : lines) whole.add(line);
    for (std::size_t i = lines.size(); i-- > 0;) (i % 2 ? front : back).add(lines[i]);
    front.merge(back);
    const Templates a = group_shapes(whole.shapes());
    const Templates b = group_shapes(front.shapes());
    ASSERT_EQ(a.all.size(), b.all.size());
    for (std::size_t i = 0; i < a.all.size(); ++i) {
        EXPECT_EQ(a.all[i].text, b.all[i].text);
        EXPECT_EQ(a.all[i].lines, b.all[i].lines);
    }
}

TEST(TemplateMiner, beyond_its_limits_lines_share_coarse_templates_and_are_counted) {
    TemplateMiner miner({100, 10, 1U << 20});
    std::uint64_t lines = 0;
    for (int i = 0; i < 5000; ++i, ++lines) {
        std::string word;
        for (int n = i; n > 0; n /= 26) word += char('a' + n % 26);
        miner.add("free text " + word + " and so on");
    }
    EXPECT_LE(miner.shapes().size(), 111U);
    EXPECT_EQ(miner.coarse_lines(), 4900U);
    std::uint64_t counted = 0;
    for (const Shape& shape : miner.shapes()) counted += shape.lines;
    EXPECT_EQ(counted, lines);
}

}  // namespace
}  // namespace insight::analysis::logs

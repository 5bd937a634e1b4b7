// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/prompt_plan.h"

#include "tests/support/byte_tokenizer.h"

#include <QTest>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr const char* kTemplate =
    "{% for message in messages %}{{ message.role[0] }}:{{ message.content }}\n{% endfor %}{% if add_generation_prompt "
    "%}a:{% endif %}";

struct Planner {
    ByteTokenizer tokenizer;
    std::unique_ptr<ChatTemplate> chat_template = ChatTemplate::fromSource(kTemplate, tokenizer).value();

    PromptPlan plan(const PromptRequest& request) const { return planPrompt(tokenizer, *chat_template, request).value(); }
    std::string text(const PromptPlan& plan) const { return tokenizer.decode(plan.tokens, true); }
};

PromptRequest request(std::vector<ChatMessage> messages, ContextPolicy policy = ContextPolicy::Ask, std::uint32_t context = 1000) {
    PromptRequest request;
    request.messages = std::move(messages);
    request.policy = policy;
    request.context_tokens = context;
    return request;
}

const std::vector<ChatMessage> kTwoTurns{{"user", "one"}, {"assistant", "two"}, {"user", "three"}};

}  // namespace

class PromptPlanTest : public QObject {
    Q_OBJECT
private slots:
    void anAnswerThatThePromptBeganIsGoneOnWith() {
        const ByteTokenizer tokenizer;
        const auto chat_template = ChatTemplate::fromSource("{% for m in messages %}{{ m.role + ':' + m.content + ';' }}{% endfor %}{% if add_generation_prompt %}{{ 'a:<think>\n' }}{% endif %}", tokenizer).value();
        auto asked = request({{"user", "one"}});
        const auto first = planPrompt(tokenizer, *chat_template, asked).value();
        QCOMPARE(first.begun, std::string("<think>\n"));
        // Its text has what the prompt began: it is not written twice, neither when it goes on nor when it is history.
        asked.messages.push_back({"assistant", "<think>\nhm"});
        asked.continue_answer = true;
        const auto more = planPrompt(tokenizer, *chat_template, asked).value();
        QCOMPARE(tokenizer.decode(more.tokens, false), tokenizer.decode(first.tokens, false) + "hm");
        QCOMPARE(more.begun, std::string());
        const auto later = planPrompt(tokenizer, *chat_template, request({{"user", "one"}, {"assistant", "<think>\nhm\n</think>\n\ntwo"}, {"user", "three"}})).value();
        QVERIFY(tokenizer.decode(later.tokens, false).find("assistant:two;") != std::string::npos);
    }
    void partsAddUp() {
        PromptRequest wanted = request(kTwoTurns);
        wanted.system_prompt = "be kind";
        const Planner planner;
        const PromptPlan plan = planner.plan(wanted);
        QCOMPARE(planner.text(plan), std::string("s:be kind\nu:one\na:two\nu:three\na:"));
        QCOMPARE(plan.parts.system, 10u);
        QCOMPARE(plan.parts.history, 12u);
        QCOMPARE(plan.parts.turn, 10u);
        QCOMPARE(std::size_t{plan.parts.total()}, plan.tokens.size());
        QVERIFY(plan.fits);
    }

    void aSystemMessageOfTheTemplateIsNotSubtracted() {
        const char* with_default =
            "{% if messages[0].role != 'system' %}s:you are a very long system message\n{% endif %}{% for message in messages %}{{ "
            "message.role[0] }}:{{ message.content }}\n{% endfor %}{% if add_generation_prompt %}a:{% endif %}";
        const ByteTokenizer tokenizer;
        const auto chat_template = ChatTemplate::fromSource(with_default, tokenizer).value();
        PromptRequest wanted = request(kTwoTurns);
        wanted.system_prompt = "be kind";
        const auto plan = planPrompt(tokenizer, *chat_template, wanted);
        QVERIFY(plan.has_value());
        QCOMPARE(plan->parts.system, 10u);
        QCOMPARE(plan->parts.history, 12u);
        QCOMPARE(plan->parts.turn, 10u);
    }

    void slidingKeepsTheLastQuestion() {
        const Planner planner;
        PromptRequest wanted = request(kTwoTurns, ContextPolicy::Slide, 15);
        wanted.reserve = 5;
        const PromptPlan plan = planner.plan(wanted);
        QCOMPARE(planner.text(plan), std::string("u:three\na:"));
        QCOMPARE(plan.left_out, std::size_t{2});
        QVERIFY(plan.fits);
        wanted.context_tokens = 8;
        const PromptPlan tight = planner.plan(wanted);
        QVERIFY(!tight.fits);
        QCOMPARE(planner.text(tight), std::string("u:three\na:"));
    }

    void askingLeavesNothingOut() {
        const Planner planner;
        const PromptPlan plan = planner.plan(request(kTwoTurns, ContextPolicy::Ask, 15));
        QVERIFY(!plan.fits);
        QCOMPARE(plan.left_out, std::size_t{0});
        QCOMPARE(planner.text(plan), std::string("u:one\na:two\nu:three\na:"));
    }

    void continuesByTextOrByExactTokens() {
        const Planner planner;
        PromptRequest wanted = request({{"user", "one"}, {"assistant", "tw"}});
        wanted.continue_answer = true;
        const PromptPlan by_text = planner.plan(wanted);
        QCOMPARE(planner.text(by_text), std::string("u:one\na:tw"));
        QCOMPARE(by_text.answer_tokens, std::size_t{2});
        wanted.answer_tokens = {TokenId{'t'}, TokenId{'w'}, TokenId{'o'}};
        const PromptPlan by_tokens = planner.plan(wanted);
        QCOMPARE(planner.text(by_tokens), std::string("u:one\na:two"));
        QCOMPARE(by_tokens.answer_tokens, std::size_t{3});
        QCOMPARE(std::size_t{by_tokens.parts.total()}, by_tokens.tokens.size());
    }

    void aQuestionIsNeeded() {
        const Planner planner;
        QVERIFY(!planPrompt(planner.tokenizer, *planner.chat_template, request({})).has_value());
    }
};

QTEST_GUILESS_MAIN(PromptPlanTest)
#include "tst_prompt_plan.moc"

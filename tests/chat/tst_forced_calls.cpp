// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that are made to be calls, in every family's form: what the grammar lets through, and that the parser reads it.
#include "core/chat/answer/answer_parser.h"
#include "core/chat/answer/answer_sections.h"
#include "core/chat/answer/tool_prompt.h"
#include "core/gguf/gguf_file_source.h"
#include "core/tokenizer/load_tokenizer.h"
#include "core/tokenizer/token_grammar.h"
#include "tests/chat/answer_templates.h"
#include "tests/support/test_model.h"

#include <QtTest>

using namespace tessera;
using namespace tessera::test;

namespace {

const std::vector<Tool> kTools{{"get_weather", "Weather of a place", R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})"}, {"now", "The time", {}}};

struct Call {
    std::string name, arguments;
};
const Call kParis{"get_weather", R"({"city": "Paris"})"}, kRome{"get_weather", R"({"city": "Rome"})"}, kNow{"now", "{}"};

/// What the model writes behind the opening.
std::string behindOpening(const CallForm& form, const ForcedAnswer& forced, const std::vector<Call>& calls) {
    std::string text = form.before_name;
    for (std::size_t i = 0; i < calls.size(); ++i) text += (i > 0 ? form.between : "") + calls[i].name + form.before_arguments + calls[i].arguments;
    text += form.after;
    if (!text.starts_with(forced.opening)) qFatal("the calls do not begin with the opening");
    return text.substr(forced.opening.size());
}

}  // namespace

class TestForcedCalls : public QObject {
    Q_OBJECT
    std::unique_ptr<Tokenizer> m_tokenizer;

    bool takes(const ForcedAnswer& forced, const std::string& text) {
        auto grammar = TokenGrammar::create(*m_tokenizer, forced.grammar);
        if (!grammar) qFatal("%s", grammar.error().message.c_str());
        const auto tokens = m_tokenizer->encode(text, {.add_special = false}).value();
        for (const TokenId token : tokens) {
            if (!grammar->allows(token)) return false;
            grammar->accept(token);
        }
        return grammar->allows(*m_tokenizer->eos());
    }
    static ForcedAnswer forced(const AnswerFormat& format, const std::string& name, bool several) { return forcedCall(format, kTools, name, several, {}).value(); }

private slots:
    void initTestCase() {
        const auto source = openGgufSource(defaultModel());
        QVERIFY(source.has_value());
        m_tokenizer = loadGgufTokenizer(**source).value();
    }

    void severalCalls_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<bool>("several");
        QTest::newRow("Hermes") << QByteArray(kQwen3) << true;
        QTest::newRow("Qwen Coder") << QByteArray(kQwenCoder) << true;
        QTest::newRow("GLM") << QByteArray(kGlm45) << true;
        QTest::newRow("Kimi") << QByteArray(kKimiK2) << true;
        QTest::newRow("Granite 3") << QByteArray(kGranite33) << true;
        QTest::newRow("Mistral") << QByteArray(kMistralNemo) << true;
        QTest::newRow("Mistral, by name") << QByteArray(kMistralSmall) << true;
        QTest::newRow("DeepSeek") << QByteArray(kDeepSeekR1) << true;
        QTest::newRow("DeepSeek 3.1") << QByteArray(kDeepSeekV31) << true;
        QTest::newRow("in words") << QByteArray(kGemma3) << true;
        QTest::newRow("Llama 3, one call in an answer") << QByteArray(kLlama31) << false;
        QTest::newRow("Harmony, one call in an answer") << QByteArray(kGptOss) << false;
    }
    void severalCalls() {
        QFETCH(QByteArray, source);
        QFETCH(bool, several);
        const AnswerFormat format = answerFormat(source.toStdString(), source.contains("tools"));
        const CallForm& form = format.form;
        QCOMPARE(!form.between.empty(), several);
        const ForcedAnswer any = forced(format, {}, true), named = forced(format, "get_weather", true), one = forced(format, {}, false);
        const auto check = [&](const ForcedAnswer& answer, const std::vector<Call>& calls, bool allowed) {
            QCOMPARE(takes(answer, behindOpening(form, answer, calls)), allowed);
        };
        check(any, {kParis}, true);
        check(any, {kNow}, true);
        check(named, {kParis}, true);
        check(one, {kParis}, true);
        QVERIFY(!takes(any, ""));
        QVERIFY(!takes(any, behindOpening(form, any, {{"other", "{}"}})));
        if (!several) return;
        check(any, {kParis, kNow, kRome}, true);
        check(named, {kParis, kRome}, false);
        check(named, {kParis, kNow}, false);
        check(one, {kParis, kNow}, false);
        check(any, std::vector<Call>(kMostForcedCalls, kNow), true);
        check(any, std::vector<Call>(kMostForcedCalls + 1, kNow), false);

        // What the grammar makes, the parser reads.
        AnswerParser parser(format, {.calls = true, .tools = kTools});
        auto events = parser.push(any.opening + behindOpening(form, any, {kParis, kNow}));
        std::ranges::move(parser.finish(), std::back_inserter(events));
        const ChatMessage message = messageOf(events);
        QCOMPARE(message.tool_calls.size(), std::size_t{2});
        QCOMPARE(message.tool_calls[0].name, kParis.name);
        QCOMPARE(message.tool_calls[0].arguments, kParis.arguments);
        QCOMPARE(message.tool_calls[1].name, kNow.name);
        QVERIFY(message.content.empty());
    }
    void unknownToolsAreRefused() {
        QCOMPARE(forcedCall(answerFormat(kQwen3, true), kTools, "other", true, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(forcedCall(answerFormat(kQwen3, true), {}, {}, true, {}).error().kind, ErrorKind::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestForcedCalls)
#include "tst_forced_calls.moc"

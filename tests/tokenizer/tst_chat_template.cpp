// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/limits.h"
#include "core/tokenizer/chat_template.h"
#include "tests/support/test_model.h"
#include "tests/tokenizer/templates.h"
#include "tests/tokenizer/vocabularies.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace tessera;
using namespace tessera::test;

using Messages = std::vector<ChatMessage>;
Q_DECLARE_METATYPE(Messages)

namespace {

/// Only what a template asks a tokenizer for.
class TwoTokens : public Tokenizer {
public:
    TwoTokens(std::string begin, std::string end) : m_begin(std::move(begin)), m_end(std::move(end)) {}
    std::string description() const override { return "two tokens"; }
    std::size_t vocabularySize() const override { return 2; }
    Result<std::vector<TokenId>> encode(std::string_view, const EncodeOptions&) const override { return std::vector<TokenId>{}; }
    std::string piece(TokenId id, bool special) const override { return !special ? "" : toInt(id) == 0 ? m_begin : m_end; }
    std::string decode(std::span<const TokenId>, bool) const override { return {}; }
    bool isControl(TokenId) const override { return true; }
    bool isEndOfGeneration(TokenId) const override { return false; }
    std::optional<TokenId> bos() const override { return m_begin.empty() ? std::nullopt : std::optional(TokenId{0}); }
    std::optional<TokenId> eos() const override { return m_end.empty() ? std::nullopt : std::optional(TokenId{1}); }

private:
    std::string m_begin;
    std::string m_end;
};

/// What was typed stands in «».
std::string marked(const std::vector<PromptPart>& parts) {
    std::string text;
    for (const PromptPart& part : parts) text += part.typed ? "«" + part.text + "»" : part.text;
    return text;
}

const Messages kOne{{"user", "Hi"}};
const Messages kWithSystem{{"system", "Be brief."}, {"user", "Hi"}};
const Messages kLong{{"system", "Be brief."}, {"user", " Hi "}, {"assistant", "Hello."}, {"user", "Bye"}};

}  // namespace

class TestChatTemplate : public QObject {
    Q_OBJECT

    TwoTokens m_tokens{"<s>", "</s>"};

    Result<std::string> rendered(const std::string& source, const Messages& messages, bool generate = true) const {
        TESSERA_TRY(const auto chat, ChatTemplate::fromSource(source, m_tokens));
        TESSERA_TRY(const auto parts, chat->render(messages, generate));
        return marked(parts);
    }

private slots:
    void prompts_data() {
        QTest::addColumn<QString>("source");
        QTest::addColumn<Messages>("messages");
        QTest::addColumn<bool>("generate");
        QTest::addColumn<QString>("prompt");
        const auto row = [](const char* name, const char* source, const Messages& messages, bool generate, const char* prompt) {
            QTest::newRow(name) << source << messages << generate << prompt;
        };
        row("ChatML", kChatMl, kOne, true,
            "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n«Hi»<|im_end|>\n<|im_start|>assistant\n");
        row("ChatML, long", kChatMl, kLong, true,
            "<|im_start|>system\n«Be brief.»<|im_end|>\n<|im_start|>user\n« Hi »<|im_end|>\n<|im_start|>assistant\n"
            "«Hello.»<|im_end|>\n<|im_start|>user\n«Bye»<|im_end|>\n<|im_start|>assistant\n");
        row("ChatML, no generation", kChatMl, kWithSystem, false,
            "<|im_start|>system\n«Be brief.»<|im_end|>\n<|im_start|>user\n«Hi»<|im_end|>\n");
        row("Llama 2", kLlama2, kOne, true, "<s>[INST] «Hi» [/INST]");
        row("Llama 2, long", kLlama2, kLong, true,
            "<s>[INST] <<SYS>>\n«Be brief.»\n<</SYS>>\n\n« Hi» [/INST] «Hello.» </s><s>[INST] «Bye» [/INST]");
        row("Llama 3", kLlama3, kLong, true,
            "<s><|start_header_id|>system<|end_header_id|>\n\n«Be brief.»<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
            "«Hi»<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n«Hello.»<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\n«Bye»<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
        row("Mistral", kMistral, kLong, true,
            "<s>[INST] «Be brief.»\n\n« Hi »[/INST] «Hello.»</s>[INST] «Bye»[/INST]");
        row("Gemma", kGemma, kOne, true, "<s><start_of_turn>user\n«Hi»<end_of_turn>\n<start_of_turn>model\n");
        row("Gemma: the system message goes to the user's", kGemma, kLong, true,
            "<s><start_of_turn>user\n«Be brief.\n Hi»<end_of_turn>\n<start_of_turn>model\n«Hello.»<end_of_turn>\n"
            "<start_of_turn>user\n«Bye»<end_of_turn>\n<start_of_turn>model\n");
        row("content in parts", kParts, kWithSystem, true, "system: «Be brief.»\nuser: «Hi»\n");
        row("tools are none", "{% if tools is not none %}tools{% else %}{{ messages[0].content }}{% endif %}", kOne, true, "«Hi»");
        row("no messages", kChatMl, {}, true, "<|im_start|>assistant\n");
        row("empty message", kChatMl, {{"user", ""}}, false,
            "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n<|im_end|>\n");
        row("changed letters stay typed", "{{ messages[0]['content'] | upper }}!{{ messages[0].content[1:] }}", kOne, true, "«HI»!«i»");
        row("Unicode", kChatMl, {{"user", "日本 \xF0\x9F\x98\x80 é"}}, false,
            "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n«日本 \xF0\x9F\x98\x80 é»<|im_end|>\n");
    }
    void prompts() {
        QFETCH(QString, source);
        QFETCH(Messages, messages);
        QFETCH(bool, generate);
        QFETCH(QString, prompt);
        const auto text = rendered(source.toStdString(), messages, generate);
        QVERIFY2(text.has_value(), text ? "" : text.error().message.c_str());
        QCOMPARE(QString::fromStdString(*text), prompt);
    }

    void todaysDate() {
        const auto text = rendered("{{ strftime_now('%Y') }}", kOne);
        QVERIFY(text.has_value());
        QVERIFY(text->size() == 4 && *text >= "2024");
    }

    void zephyrWhenThereIsNone() {
        Metadata metadata;
        for (const bool empty : {false, true}) {
            if (empty) metadata.set("tokenizer.chat_template", metadataString(""));
            const auto chat = ChatTemplate::fromMetadata(metadata, m_tokens);
            QVERIFY(chat.has_value());
            QVERIFY((*chat)->isFallback());
            QCOMPARE(marked(*(*chat)->render(kLong, true)),
                     std::string("<|system|>\n«Be brief.»</s>\n<|user|>\n« Hi »</s>\n<|assistant|>\n«Hello.»</s>\n"
                                 "<|user|>\n«Bye»</s>\n<|assistant|>\n"));
        }
    }

    void templateOfTheModel() {
        Metadata metadata;
        metadata.set("tokenizer.chat_template", metadataString(kChatMl));
        const auto chat = ChatTemplate::fromMetadata(metadata, m_tokens);
        QVERIFY(chat.has_value());
        QVERIFY(!(*chat)->isFallback());
        QCOMPARE((*chat)->source(), std::string(kChatMl));
        metadata.set("tokenizer.chat_template", metadataUInt32(1));
        const auto number = ChatTemplate::fromMetadata(metadata, m_tokens);
        QVERIFY(!number.has_value());
        QCOMPARE(number.error().kind, ErrorKind::Corrupt);
    }

    void defaultModelSpeaksWithItsSystemMessage() {
        const Vocabulary vocabulary = openModel(test::defaultModel());
        const auto chat = ChatTemplate::fromMetadata(vocabulary.source->model().metadata, *vocabulary.tokenizer);
        QVERIFY(chat.has_value());
        const auto parts = (*chat)->render({{"user", "What is the capital of France?"}}, true);
        QVERIFY(parts.has_value());
        QCOMPARE(marked(*parts), std::string("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging "
                                             "Face<|im_end|>\n<|im_start|>user\n«What is the capital of France?»<|im_end|>\n"
                                             "<|im_start|>assistant\n"));
        QCOMPARE(idsToString(*encodePrompt(*vocabulary.tokenizer, *parts)),
                 std::string("1 9690 198 2683 359 253 5356 5646 11173 3365 3511 308 34519 28 7018 411 407 19712 8182 2 198 1 4093 "
                             "198 1780 314 260 3575 282 4649 47 2 198 1 520 9531 198 "));
    }

    void refusedMessages() {
        const auto alternate = rendered(kLlama2, {{"user", "a"}, {"user", "b"}});
        QVERIFY(!alternate.has_value());
        QCOMPARE(alternate.error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(alternate.error().message, std::string("the chat template refuses these messages: Conversation roles must alternate "
                                                        "user/assistant/user/assistant/..."));
        const auto role = rendered(kMistral, {{"user", "a"}, {"narrator", "b"}});
        QVERIFY(!role.has_value());
        QCOMPARE(role.error().kind, ErrorKind::InvalidArgument);
        QVERIFY(role.error().message.find("Only user and assistant roles") != std::string::npos);
    }

    void badTemplates_data() {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const QString& source, const char* named) { QTest::newRow(name) << source << named; };
        const auto times = [](int n, const char* text) { return QString(text).repeated(n); };
        row("unclosed expression", "line one\n{{ messages[0", "near line 2, column");
        row("unclosed block", "one\ntwo\n{% for m in messages %}{{ m.content }}", "near line 3, column");
        row("unknown statement", "one\ntwo\n{% conjure rabbit %}\nfour", "near line 3, column 4: Unknown statement: conjure");
        row("misplaced operator", "one\ntwo\n{{ messages[ * ] }}\nfour", "near line 3, column");
        row("unclosed text", "one\ntwo\n{{ 'abc }}\nfour", "near line 3, column");
        row("unknown filter", "one\n{{ messages[0].content | translate }}", "line 2, column");
        row("unknown function", "{{ fetch('http://localhost') }}", "fails at line 1");
        row("break outside of a loop", "{% break %}", "fails");
        row("division of a text", "{{ 'a' / 2 }}", "fails");
        row("endless loop", "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}", "loops more than");
        row("huge range", "{% for a in range(100000000000) %}x{% endfor %}", "computes a value");
        row("huge negative range", "{% for a in range(0, -100000000000, -1) %}x{% endfor %}", "computes a value");
        row("huge repetition", "{{ 'a' * 10000000000 }}", "computes a value");
        row("huge repetition, turned", "{{ 10000000000 * 'a' }}", "computes a value");
        row("doubling text", "{% set ns = namespace(x='abcdefgh') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "computes a value");
        row("doubling list", "{% set ns = namespace(x=[1,2]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "computes a value");
        row("endless output", "{% set x = 'abcdefgh' * 1000 %}{% for i in range(15000) %}{{ x }}{% endfor %}", "puts out far more");
        row("endless plain text", "{% for i in range(15000) %}" + times(1000, "abcdefgh") + "{% endfor %}", "puts out far more");
        row("macro calls itself", "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}", "macros call each other");
        row("macro calls itself twice", "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
            "loops more than");
        row("many brackets", "{{ " + times(100'000, "(") + "1" + times(100'000, ")") + " }}", "nests too deep");
        row("many nots", "{{ " + times(100'000, "not ") + "1 }}", "nests too deep");
        row("many operators", "{{ 1" + times(100'000, " + 1") + " }}", "nests too deep");
        row("many blocks", times(20'000, "{% if true %}") + times(20'000, "{% endif %}"), "nests too deep");
        row("many set blocks", times(20'000, "{% set a %}") + times(20'000, "{% endset %}"), "nests too deep");
        row("many elifs", "{% if false %}" + times(20'000, "{% elif false %}") + "{% endif %}", "nests too deep");
        row("too large", times(200'000, "abcdefgh"), "at most");
    }
    void badTemplates() {
        QFETCH(QString, source);
        QFETCH(QString, named);
        const auto text = rendered(source.toStdString(), kOne);
        QVERIFY(!text.has_value());
        QCOMPARE(text.error().kind, ErrorKind::Unsupported);
        QVERIFY2(text.error().message.find(named.toStdString()) != std::string::npos, text.error().message.c_str());
        QVERIFY(text.error().message.size() < 700);
        QVERIFY(text.error().message.find('\n') == std::string::npos);
    }

    void limitsLeaveRoomForLongConversations() {
        Messages messages;
        for (int i = 0; i < 1000; ++i) messages.push_back({i % 2 == 0 ? "user" : "assistant", std::string(2000, 'x')});
        const auto text = rendered(kLlama2, messages);
        QVERIFY2(text.has_value(), text ? "" : text.error().message.c_str());
        messages = {{"user", std::string(20 * limits::MiB, 'x')}};
        QVERIFY(rendered(kChatMl, messages).has_value());
    }

    void manyBlocksBesideEachOther() {
        QString source;
        for (int i = 0; i < 500; ++i) source += "{% if false %}a{% elif false %}b{% elif true %}{% set x = 1 %}{% endif %}";
        QVERIFY(rendered(source.toStdString(), kOne).has_value());
    }

    void rendersAgainAfterAFailure() {
        const auto chat = ChatTemplate::fromSource(kLlama2, m_tokens);
        QVERIFY(chat.has_value());
        QVERIFY(!(*chat)->render({{"assistant", "a"}}, true).has_value());
        QCOMPARE(marked(*(*chat)->render(kOne, true)), std::string("<s>[INST] «Hi» [/INST]"));
        QCOMPARE(marked(*(*chat)->render(kOne, true)), std::string("<s>[INST] «Hi» [/INST]"));
    }
};

QTEST_APPLESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"

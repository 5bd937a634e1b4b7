// SPDX-License-Identifier: GPL-3.0-or-later
// Answers as models of each family write them. What the templates look like by which a family is recognised is written
// here in short, with the markers of the real ones.
#include "core/chat/answer/answer_parser.h"
#include "core/chat/answer/answer_sections.h"
#include "tests/chat/answer_templates.h"

#include <QtTest>

#include <algorithm>
#include <random>

using namespace tessera;
using namespace tessera::test;

namespace {

using Kind = AnswerEvent::Kind;

const std::vector<Tool> kTools{{"get_weather", "Weather of a place", R"({"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}})"},
                               {"python", "Runs Python", {}}};

/// "R(…)" thoughts, "T(…)" words, "C(name|arguments)" a call, with "…" where something has no end.
std::string told(const std::vector<AnswerEvent>& events) {
    std::string text;
    Kind open = Kind::ReasoningEnd;
    const auto close = [&](bool ended) {
        if (open == Kind::Reasoning) text += ended ? ")" : "…)";
        if (open == Kind::Text) text += ")";
        if (open == Kind::Arguments || open == Kind::Call) text += ended ? ")" : "…)";
        open = Kind::ReasoningEnd;
    };
    for (const AnswerEvent& event : events) {
        switch (event.kind) {
            case Kind::Text:
            case Kind::Reasoning:
                if (open != event.kind) {
                    close(false);
                    text += event.kind == Kind::Text ? "T(" : "R(";
                }
                break;
            case Kind::ReasoningEnd: close(true); continue;
            case Kind::Call:
                close(false);
                text += "C(" + event.text + "|";
                open = Kind::Call;
                continue;
            case Kind::Arguments: break;
            case Kind::CallEnd: close(true); continue;
        }
        text += event.text;
        open = event.kind;
    }
    close(false);
    return text;
}

struct Parsed {
    std::vector<AnswerEvent> events;
    std::string text;
};

Parsed parse(const AnswerFormat& format, const std::string& answer, const std::string& prompt, const std::function<std::size_t()>& piece, bool calls = true) {
    AnswerParser parser(format, {.calls = calls, .tools = kTools});
    parser.beginAfter(prompt);
    Parsed parsed;
    for (std::size_t at = 0; at < answer.size();) {
        const std::size_t size = std::min(piece(), answer.size() - at);
        std::ranges::move(parser.push(std::string_view(answer).substr(at, size)), std::back_inserter(parsed.events));
        at += size;
    }
    std::ranges::move(parser.finish(), std::back_inserter(parsed.events));
    parsed.text = told(parsed.events);
    return parsed;
}

/// Words and thoughts are the bytes where they stand, in order, each once.
void checkPlaces(const Parsed& parsed, const std::string& answer) {
    std::size_t end = 0;
    for (const AnswerEvent& event : parsed.events) {
        QVERIFY(event.begin <= event.end && event.end <= answer.size());
        if (event.kind != Kind::Text && event.kind != Kind::Reasoning) continue;
        QVERIFY(event.begin >= end);
        QCOMPARE(answer.substr(event.begin, event.end - event.begin), event.text);
        end = event.end;
    }
}

}  // namespace

class TestAnswerParser : public QObject {
    Q_OBJECT
private slots:
    void answers_data() {
        QTest::addColumn<QByteArray>("family");
        QTest::addColumn<QByteArray>("prompt");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const char* family, const char* answer, const char* expected, const char* prompt = "") {
            QTest::newRow(name) << QByteArray(family) << QByteArray(prompt) << QByteArray(answer) << QByteArray(expected);
        };
        row("words", kQwen3, "Paris is\n the capital. ", "T(Paris is\n the capital. )");
        row("space first", kQwen3, " Paris", "T( Paris)");
        row("nothing", kQwen3, "", "");
        row("only space", kQwen3, "\n ", "T(\n )");
        row("thoughts", kQwen3, "<think>\nhm, well\n\nyes\n</think>\n\nParis.", "R(hm, well\n\nyes)T(Paris.)");
        row("no thoughts", kQwen3, "<think>\n\n</think>\n\nParis.", "T(Paris.)");
        row("thoughts that go on", kQwen3, "<think>\nhm <", "R(hm <…)");
        row("begun by the prompt", kDeepSeekR1, "hm\n</think>\n\nParis.", "R(hm)T(Paris.)", "<｜Assistant｜><think>\n");
        row("ended by the prompt", kQwen3, "Paris.", "T(Paris.)", "<|im_start|>assistant\n<think>\n\n</think>\n\n");
        row("speaks of the tag", kQwen3, "Use <think> tags.", "T(Use <think> tags.)");
        row("shows the tag", kQwen3, "```\n<think>x</think>\n```\n", "T(```\n<think>x</think>\n```\n)");
        row("shows a call", kQwen3, "```\n<tool_call>\n{\"name\": \"x\"}\n</tool_call>\n```", "T(```\n<tool_call>\n{\"name\": \"x\"}\n</tool_call>\n```)");

        row("a call", kQwen3, "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}\n</tool_call>", "C(get_weather|{\"city\": \"Paris\"})");
        row("thoughts, words, calls", kQwen3,
            "<think>\nhm\n</think>\n\nLet me look.\n<tool_call>\n{\"name\": \"a\", \"arguments\": {}}\n</tool_call>\n<tool_call>\n{\"name\": \"b\", \"arguments\": {\"x\": [1, {\"y\": \"}\"}]}}\n</tool_call>\n",
            "R(hm)T(Let me look.)C(a|{})C(b|{\"x\": [1, {\"y\": \"}\"}]})");
        row("arguments first", kQwen3, "<tool_call>{\"arguments\": {\"x\": 1}, \"name\": \"a\"}</tool_call>", "C(a|{\"x\": 1})");
        row("no arguments", kQwen3, "<tool_call>{\"name\": \"a\"}</tool_call>done", "C(a|{})T(done)");
        row("arguments in a text", kQwen3, "<tool_call>{\"name\": \"a\", \"arguments\": \"{\\\"x\\\": \\\"\\u00e9\\\"}\"}</tool_call>", "C(a|{\"x\": \"é\"})");
        row("the closing tag in a text", kQwen3, "<tool_call>{\"name\": \"a\", \"arguments\": {\"x\": \"</tool_call>\"}}</tool_call>", "C(a|{\"x\": \"</tool_call>\"})");
        row("a brace too many", kQwen3, "<tool_call>{\"name\": \"a\", \"arguments\": {}}}</tool_call>", "C(a|{})");
        row("a list of calls", kQwen3, "<tool_call>[{\"name\": \"a\", \"arguments\": {}}, {\"name\": \"b\", \"arguments\": {}}]</tool_call>", "C(a|{})C(b|{})");
        row("cut off in the second call's name", kQwen3, "<tool_call>[{\"name\": \"a\", \"arguments\": {}}, {\"nam", "C(a|{})");
        row("cut off in the arguments", kQwen3, "<tool_call>{\"name\": \"a\", \"arguments\": {\"x\": \"lon", "C(a|{\"x\": \"lon…)");
        row("cut off in the name", kQwen3, "Hm <tool_call>{\"name\": \"a", "T(Hm <tool_call>{\"name\": \"a)");
        row("no call between the tags", kQwen3, "a <tool_call> b </tool_call> c", "T(a <tool_call> b </tool_call> c)");
        row("no name", kQwen3, "<tool_call>{\"x\": 1}</tool_call>", "T(<tool_call>{\"x\": 1}</tool_call>)");
        row("broken arguments", kQwen3, "<tool_call>{\"name\": \"a\", \"arguments\": {\"x\": ]}</tool_call>b", "C(a|{\"x\": ]})T(b)");
        row("SmolLM3", kSmolLm3, "<think>\nhm\n</think>\n<tool_call>{\"name\": \"a\", \"arguments\": {\"n\": 5}}</tool_call>", "R(hm)C(a|{\"n\": 5})");

        row("Qwen Coder", kQwenCoder, "I look.\n<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>",
            "T(I look.)C(get_weather|{\"city\": \"Paris\", \"days\": 3})");
        row("Qwen Coder, a text of digits", kQwenCoder, "<tool_call>\n<function=get_weather>\n<parameter=city>\n75001\n</parameter>\n</function>\n</tool_call>", "C(get_weather|{\"city\": \"75001\"})");
        row("Qwen Coder, no parameters", kQwenCoder, "<tool_call>\n<function=now>\n</function>\n</tool_call>\nx", "C(now|{})T(x)");
        row("Qwen Coder, no call", kQwenCoder, "<tool_call>\n<b>x</b>", "T(<tool_call>\n<b>x</b>)");

        row("Llama 3", kLlama31, "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Paris\"}}", "C(get_weather|{\"city\": \"Paris\"})");
        row("Llama 3, with its type", kLlama31, "{\"type\": \"function\", \"name\": \"python\", \"parameters\": {\"code\": \"1\"}}", "C(python|{\"code\": \"1\"})");
        row("Llama 3, an answer in JSON", kLlama31, "{\"name\": \"Paris\", \"people\": 2}", "T({\"name\": \"Paris\", \"people\": 2})");
        row("Llama 3, JSON in words", kLlama31, "So: {\"name\": \"python\", \"parameters\": {}}", "T(So: {\"name\": \"python\", \"parameters\": {}})");
        row("Llama 3, no JSON", kLlama31, "{curly}", "T({curly})");
        row("Llama 3, python tag and JSON", kLlama31, "<|python_tag|>{\"name\": \"a\", \"parameters\": {}}; {\"name\": \"b\", \"parameters\": {\"x\": 1}}", "C(a|{})C(b|{\"x\": 1})");
        row("Llama 3, built-in", kLlama31, "<|python_tag|>brave_search.call(query=\"a, (b)\", n=3)", "C(brave_search|{\"query\": \"a, (b)\", \"n\": 3})");
        row("Llama 3, a program", kLlama31, "<|python_tag|>print(\"hi\")\nx = 1", "C(python|{\"code\": \"print(\\\"hi\\\")\\nx = 1\"})");

        row("Mistral, list", kMistralNemo, "[TOOL_CALLS][{\"name\": \"a\", \"arguments\": {\"x\": 1}, \"id\": \"abcdefghi\"}, {\"name\": \"b\", \"arguments\": {}}]", "C(a|{\"x\": 1})C(b|{})");
        row("Mistral, by name", kMistralSmall, "Well.[TOOL_CALLS]a[ARGS]{\"x\": {}}[TOOL_CALLS]b[ARGS]{}", "T(Well.)C(a|{\"x\": {}})C(b|{})");
        row("Mistral, with an id", kMistralSmall, "[TOOL_CALLS]a[CALL_ID]123456789[ARGS]{\"x\": 1}", "C(a|{\"x\": 1})");
        row("Mistral, without the token", kMistralSmall, "[TOOL_CALLS]a{\"x\": 1} b", "C(a|{\"x\": 1})T(b)");
        row("Mistral, thoughts", kMistralSmall, "[THINK]hm [x][/THINK]Yes.", "R(hm [x])T(Yes.)");
        row("Mistral, cut off", kMistralSmall, "[TOOL_CALLS]get_we", "T([TOOL_CALLS]get_we)");

        row("Harmony", kGptOss, "<|channel|>analysis<|message|>hm, <b>.<|end|><|start|>assistant<|channel|>final<|message|>Paris.", "R(hm, <b>.)T(Paris.)");
        row("Harmony, a call", kGptOss, "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"city\":\"Paris\"}", "R(hm)C(get_weather|{\"city\":\"Paris\"})");
        row("Harmony, the recipient first", kGptOss, " to=functions.a<|channel|>commentary json<|message|>{\"x\":1}<|call|>", "C(a|{\"x\":1})", "<|end|><|start|>assistant");
        row("Harmony, goes on in the prompt", kGptOss, "<|channel|>final<|message|>Paris.<|return|>", "T(Paris.)", "<|start|>assistant");
        row("Harmony, words before a call", kGptOss, "<|channel|>commentary<|message|>I look.<|end|><|start|>assistant<|channel|>commentary to=functions.a<|message|>{}<|call|>", "T(I look.)C(a|{})");
        row("Harmony, only words", kGptOss, "Paris.", "T(Paris.)");
        row("Harmony, cut off", kGptOss, "<|channel|>analysis<|message|>hm", "R(hm…)");

        row("DeepSeek", kDeepSeekR1, "<think>\nhm\n</think>\n\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>a\n```json\n{\"x\": 1}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>b\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
            "R(hm)C(a|{\"x\": 1})C(b|{})");
        row("DeepSeek 3.1", kDeepSeekV31, "Well.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>a<｜tool▁sep｜>{\"x\": 1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>", "T(Well.)C(a|{\"x\": 1})");
        row("DeepSeek, no calls", kDeepSeekR1, "<｜tool▁calls▁begin｜>oh", "T(<｜tool▁calls▁begin｜>oh)");

        row("GLM", kGlm45, "\n<think>hm</think>\nI look.\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n</tool_call>\n<tool_call>a\n<arg_key>list</arg_key>\n<arg_value>[1, \"x\"]</arg_value>\n</tool_call>",
            "R(hm)T(I look.)C(get_weather|{\"city\": \"Paris\", \"days\": 3})C(a|{\"list\": [1, \"x\"]})");
        row("GLM, on one line", kGlm45, "<tool_call>get_weather<arg_key>city</arg_key><arg_value>75001</arg_value></tool_call>", "C(get_weather|{\"city\": \"75001\"})");
        row("GLM, no arguments", kGlm45, "<tool_call>python\n</tool_call>done", "C(python|{})T(done)");
        row("GLM, tags in a value", kGlm45, "<tool_call>a\n<arg_key>code</arg_key>\n<arg_value>x = \"<arg_key></tool_call>\"\ny</arg_value>\n</tool_call>", "C(a|{\"code\": \"x = \\\"<arg_key></tool_call>\\\"\\ny\"})");
        row("GLM, a line end in a value", kGlm45, "<tool_call>a\n<arg_key>code</arg_key>\n<arg_value>x\n</arg_value>\n</tool_call>", "C(a|{\"code\": \"x\\n\"})");
        row("GLM, as JSON", kGlm45, "<tool_call>\n{\"name\": \"a\", \"arguments\": {\"x\": 1}}\n</tool_call>", "C(a|{\"x\": 1})");
        row("GLM, cut off in a value", kGlm45, "<tool_call>a\n<arg_key>x</arg_key>\n<arg_value>lon", "C(a|…)");
        row("GLM, cut off in the name", kGlm45, "<tool_call>get_we", "T(<tool_call>get_we)");
        row("GLM, speaks of the tags", kGlm45, "Use <tool_call> and </tool_call>.", "T(Use <tool_call> and </tool_call>.)");
        row("GLM, not to its end", kGlm45, "<tool_call>a\n<arg_key>x</arg_key>\n<arg_value>1</arg_value>\nNo.", "C(a|{\"x\": 1})T(No.)");

        row("Kimi", kKimiK2, "Well.<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{\"city\": \"Paris\"}<|tool_call_end|><|tool_call_begin|>functions.b:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
            "T(Well.)C(get_weather|{\"city\": \"Paris\"})C(b|{})");
        row("Kimi, with line ends", kKimiK2, "<|tool_calls_section_begin|>\n<|tool_call_begin|>\nfunctions.a:12\n<|tool_call_argument_begin|>\n{\"x\": \"}\"}\n<|tool_call_end|>\n<|tool_calls_section_end|>\nDone.", "C(a|{\"x\": \"}\"})T(Done.)");
        row("Kimi, a name alone", kKimiK2, "<|tool_calls_section_begin|><|tool_call_begin|>ns:a<|tool_call_argument_begin|>{}<|tool_call_end|>", "C(ns:a|{})");
        row("Kimi, no arguments", kKimiK2, "<|tool_calls_section_begin|><|tool_call_begin|>functions.a:0<|tool_call_argument_begin|><|tool_call_end|><|tool_calls_section_end|>", "C(a|{})");
        row("Kimi, cut off", kKimiK2, "<|tool_calls_section_begin|><|tool_call_begin|>functions.a:0<|tool_call_argument_begin|>{\"x", "C(a|{\"x…)");
        row("Kimi, no call", kKimiK2, "<|tool_calls_section_begin|>oh", "T(<|tool_calls_section_begin|>oh)");

        row("Granite 3", kGranite33, "<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}, {\"name\": \"b\", \"arguments\": {}}]", "C(get_weather|{\"city\": \"Paris\"})C(b|{})");
        row("Granite 3.0, without a list", kGranite33, "<|tool_call|>{\"name\": \"a\", \"arguments\": {\"x\": 1}}", "C(a|{\"x\": 1})");
        row("Granite 3.3, thoughts and response", kGranite33, "<think>hm</think>\n<response>\nParis, <b>the</b> capital.</response>", "R(hm)T(Paris, <b>the</b> capital.)");
        row("Granite 3.3, speaks of the tag", kGranite33, "Close it with </response>, please.", "T(Close it with </response>, please.)");
        row("Granite 3.3, speaks of both tags", kGranite33, "Use <response>x</response>.", "T(Use <response>x</response>.)");
        row("Granite 3.3, response closed twice", kGranite33, "<response>a</response>b</response>", "T(ab</response>)");
        row("Granite 3, no call", kGranite33, "<|tool_call|>oh", "T(<|tool_call|>oh)");
        row("Granite 3, cut off", kGranite33, "<|tool_call|>[{\"name\": \"a\", \"arguments\": {\"x\": \"lon", "C(a|{\"x\": \"lon…)");
        row("Granite 4", kGranite4, "<tool_call>\n{\"name\": \"a\", \"arguments\": {\"x\": 1}}\n</tool_call>\n<tool_call>\n{\"name\": \"b\", \"arguments\": {}}\n</tool_call>", "C(a|{\"x\": 1})C(b|{})");

        row("told in words", kGemma3, "I look.\n<tool_call>\n{\"name\": \"a\", \"arguments\": {}}\n</tool_call>", "T(I look.)C(a|{})");
        row("other tags are text", kGemma3, "<reasoning>\nhm</reasoning> x", "T(<reasoning>\nhm</reasoning> x)");
    }
    void answers() {
        QFETCH(QByteArray, family);
        QFETCH(QByteArray, prompt);
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, expected);
        const AnswerFormat format = answerFormat(family.toStdString(), family.contains("tools"));
        const std::string text = answer.toStdString();
        const Parsed whole = parse(format, text, prompt.toStdString(), [&] { return text.size(); });
        QCOMPARE(QByteArray::fromStdString(whole.text), expected);
        checkPlaces(whole, text);
        // In whichever pieces it comes.
        std::minstd_rand random(1);
        for (std::size_t most = 1; most < 24; ++most) {
            const Parsed pieces = parse(format, text, prompt.toStdString(), [&] { return 1 + random() % most; });
            QCOMPARE(QByteArray::fromStdString(pieces.text), expected);
            checkPlaces(pieces, text);
        }
    }
    void familiesAreTold_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("Qwen 3") << QByteArray(kQwen3) << QByteArray("Hermes");
        QTest::newRow("Hermes 3 on Llama") << QByteArray(kHermes3Llama) << QByteArray("Hermes");
        QTest::newRow("Qwen Coder") << QByteArray(kQwenCoder) << QByteArray("Qwen Coder");
        QTest::newRow("SmolLM3") << QByteArray(kSmolLm3) << QByteArray("SmolLM3");
        QTest::newRow("Llama 3.1") << QByteArray(kLlama31) << QByteArray("Llama 3");
        QTest::newRow("Nemo") << QByteArray(kMistralNemo) << QByteArray("Mistral");
        QTest::newRow("gpt-oss") << QByteArray(kGptOss) << QByteArray("Harmony");
        QTest::newRow("R1") << QByteArray(kDeepSeekR1) << QByteArray("DeepSeek");
        QTest::newRow("GLM 4.5") << QByteArray(kGlm45) << QByteArray("GLM");
        QTest::newRow("Kimi K2") << QByteArray(kKimiK2) << QByteArray("Kimi");
        QTest::newRow("Granite 3.3") << QByteArray(kGranite33) << QByteArray("Granite 3");
        QTest::newRow("Granite 4") << QByteArray(kGranite4) << QByteArray("Hermes");
        QTest::newRow("other things between the same tags") << QByteArray("{{ '<tool_call>' + tool_call.name }}{{ '<invoke' }}") << QByteArray("plain");
        QTest::newRow("Functionary") << QByteArray("<|start_header_id|> <|python_tag|> <function=x>{\"parameters\"}") << QByteArray("plain");
        QTest::newRow("Gemma") << QByteArray(kGemma3) << QByteArray("plain");
    }
    void familiesAreTold() {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, name);
        const AnswerFormat format = answerFormat(source.toStdString(), true);
        QCOMPARE(format.told_in_words, name == "plain");
        QVERIFY(!format.form.before_name.empty());  // a call can be forced
        QCOMPARE(QByteArray(format.name.data(), qsizetype(format.name.size())), name);
    }
    void noMarkerBeginsAnother() {
        const AnswerFormat& format = anyAnswerFormat();
        std::vector<std::string_view> markers = format.markers;
        for (const SpanOpener& opener : format.openers) markers.push_back(opener.marker);
        for (const auto a : markers)
            for (const auto b : markers) QVERIFY(a.data() == b.data() || !a.starts_with(b) || a == b);
    }
    void withoutToolsCallsAreText() {
        const std::string text = "<tool_call>{\"name\": \"a\", \"arguments\": {}}</tool_call>";
        const Parsed parsed = parse(answerFormat(kQwen3, true), text, {}, [] { return std::size_t{3}; }, false);
        QCOMPARE(parsed.text, "T(" + text + ")");
    }
    void anyTextInAnyPieces() {
        // Texts made of what the parsers look for: however wrong, words are never lost, told twice, or told in another way
        // because of the pieces.
        const std::vector<std::string> words{"<think>", "</think>", "<tool_call>", "</tool_call>", "{\"name\": \"", "get_weather", "\", \"arguments\": ", "{}", "}", "{", "[", "]", "\"", ",", " ", "\n",
                                             "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "[THINK]", "[/THINK]", "<|channel|>", "<|message|>", "<|end|>", "<|start|>", "assistant", "analysis", "final", " to=functions.x",
                                             "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>", "function", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>", "<|python_tag|>", "```", "word", "é", "<",
                                             "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "<|tool_calls_section_begin|>", "<|tool_call_begin|>", "functions.a:0", "<|tool_call_argument_begin|>", "<|tool_call_end|>",
                                             "<|tool_calls_section_end|>", "<|tool_call|>", "<response>", "</response>", "<function=", "<parameter=", "</parameter>", "</function>", ">", "\\", "<|", "<｜", "\xE2\x97"};
        std::minstd_rand random(7);
        for (const char* family : {kQwen3, kQwenCoder, kLlama31, kMistralNemo, kGptOss, kDeepSeekR1, kGlm45, kKimiK2, kGranite33, kGemma3, static_cast<const char*>(nullptr)}) {
            const AnswerFormat format = family ? answerFormat(family, true) : anyAnswerFormat();
            for (int i = 0; i < 400; ++i) {
                std::string text;
                for (std::size_t n = random() % 30; n > 0; --n) text += words[random() % words.size()];
                const Parsed whole = parse(format, text, {}, [&] { return text.size(); });
                checkPlaces(whole, text);
                const Parsed bytes = parse(format, text, {}, [] { return std::size_t{1}; });
                QCOMPARE(bytes.text, whole.text);
                QCOMPARE(parse(format, text, {}, [&] { return 1 + random() % 9; }).text, whole.text);
            }
        }
    }
    void sections() {
        const auto of = [](const std::string& text) {
            std::string parts;
            for (const AnswerSection& section : splitAnswer(text)) {
                const std::string bytes = text.substr(section.begin, section.end - section.begin);
                if (section.kind == AnswerSection::Kind::Call) parts += "C:" + section.name + section.arguments;
                else parts += (section.kind == AnswerSection::Kind::Text ? "A:" : section.closed ? "R:" : "O:") + bytes;
                parts += '|';
            }
            return parts;
        };
        QCOMPARE(of("a\n</think>\nb"), std::string("R:a|A:b|"));
        QCOMPARE(of("<think>\n"), std::string("O:|"));
        QCOMPARE(of("b\n<thinking>c</thinking>\nd"), std::string("A:b|R:c|A:d|"));
        QCOMPARE(of("x <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call> y"), std::string("A:x|C:f{\"a\": 1}|A:y|"));
        QCOMPARE(of("{\"name\": \"f\"}"), std::string("A:{\"name\": \"f\"}|"));
        QCOMPARE(of("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes"), std::string("R:hm|A:Yes|"));
    }
    void answersGoBackApart() {
        const auto messages = withAnswersApart({{"user", "<think>q</think>"}, {"assistant", "<think>\nhm\n</think>\n\nYes "}, {"assistant", " No.\n"}}, answerFormat(kQwen3, true));
        QCOMPARE(messages[0].content, std::string("<think>q</think>"));
        QCOMPARE(messages[1].content, std::string("Yes "));
        QCOMPARE(messages[1].reasoning, std::string("hm"));
        QCOMPARE(messages[2].content, std::string(" No.\n"));  // byte for byte: the model's memory of it can be used again
        const auto channels = withAnswersApart({{"assistant", "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes"}}, answerFormat(kGptOss, true));
        QCOMPARE(channels[0].content, std::string("Yes"));
        QCOMPARE(channels[0].reasoning, std::string("hm"));
    }
};

QTEST_APPLESS_MAIN(TestAnswerParser)
#include "tst_answer_parser.moc"

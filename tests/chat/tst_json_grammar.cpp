// SPDX-License-Identifier: GPL-3.0-or-later
// What a grammar made from a schema lets through, asked token by token of the default model's vocabulary.
#include "core/chat/json_grammar.h"
#include "core/gguf/gguf_file_source.h"
#include "core/tokenizer/load_tokenizer.h"
#include "core/tokenizer/token_grammar.h"
#include "tests/support/test_model.h"

#include <QtTest>

using namespace tessera;

class TestJsonGrammar : public QObject {
    Q_OBJECT
    std::unique_ptr<Tokenizer> m_tokenizer;

    /// Whether the whole text may be an answer.
    bool takes(const std::string& schema, const std::string& text) {
        JsonGrammar grammar;
        const auto rule = grammar.add(schema);
        if (!rule) qFatal("%s", rule.error().message.c_str());
        auto tokens = TokenGrammar::create(*m_tokenizer, grammar.text(*rule));
        if (!tokens) qFatal("%s", tokens.error().message.c_str());
        const auto encoded = m_tokenizer->encode(text, {.add_special = false}).value();
        for (const TokenId token : encoded) {
            if (!tokens->allows(token)) return false;
            std::vector<float> logits(m_tokenizer->vocabularySize(), 1.0f);
            tokens->restrict(logits);
            if (std::isinf(logits[static_cast<std::size_t>(toInt(token))])) return false;
            tokens->accept(token);
        }
        return tokens->allows(*m_tokenizer->eos());
    }

private slots:
    void initTestCase() {
        const auto source = openGgufSource(test::defaultModel());
        QVERIFY(source.has_value());
        auto loaded = loadGgufTokenizer(**source);
        QVERIFY(loaded.has_value());
        m_tokenizer = *std::move(loaded);
    }
    void schemas_data() {
        QTest::addColumn<QByteArray>("schema");
        QTest::addColumn<QByteArrayList>("right");
        QTest::addColumn<QByteArrayList>("wrong");
        const auto row = [](const char* name, const char* schema, const QByteArrayList& right, const QByteArrayList& wrong) { QTest::newRow(name) << QByteArray(schema) << right << wrong; };
        row("any object", "", {"{}", "{\"a\": [1, -2.5e3, true, null, {\"b\": \"\\u00e9\\n\"}]}", "{ }"}, {"", "[]", "{\"a\"}", "{\"a\": 01}", "{} x", "\"a\""});
        row("anything", "{}", {"1", "\"x\"", "[]", "{}"}, {"x", "'x'"});
        row("keys", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"boolean\"},\"c\":{\"type\":\"null\"}},\"required\":[\"b\"]}",
            {"{\"b\":true}", "{\"a\": 1, \"b\": false}", "{\n  \"a\": 1,\n  \"b\": false,\n  \"c\": null\n}", "{\"b\": true, \"c\": null}"},
            {"{}", "{\"a\": 1}", "{\"b\": true, \"a\": 1}", "{\"b\": 1}", "{\"a\": 1.5, \"b\": true}", "{\"b\": true, \"d\": 1}", "{\"b\": true,}"});
        row("only optional keys", "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}}}", {"{}", "{\"b\": 1}", "{\"a\": 1}", "{\"a\": 1, \"b\": 2}"}, {"{\"b\": 1, \"a\": 1}", "{, \"b\": 1}"});
        row("further keys", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"additionalProperties\":{\"type\":\"string\"}}", {"{}", "{\"a\": 1, \"x\": \"y\", \"z\": \"\"}", "{\"x\": \"y\"}"}, {"{\"x\": 1}"});
        row("no keys", "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}", {"{}"}, {"{\"a\": 1}"});
        row("lists", "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":1,\"maxItems\":3}", {"[1]", "[1, 2, 3]"}, {"[]", "[1, 2, 3, 4]", "[\"x\"]"});
        row("empty list", "{\"type\":\"array\",\"maxItems\":0}", {"[]"}, {"[1]"});
        row("words", "{\"enum\":[\"a\\\"b\",\"long\",7,null]}", {"\"a\\\"b\"", "\"long\"", "7", "null"}, {"\"ab\"", "8", "\"lon\""});
        row("length", "{\"type\":\"string\",\"minLength\":2,\"maxLength\":4}", {"\"ab\"", "\"abcd\"", "\"éé\""}, {"\"a\"", "\"abcde\""});
        row("one of", "{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"object\",\"properties\":{\"x\":{\"const\":1}},\"required\":[\"x\"]}]}", {"5", "{\"x\": 1}"}, {"\"x\"", "{\"x\": 2}"});
        row("types", "{\"type\":[\"string\",\"null\"]}", {"null", "\"x\""}, {"1"});
        row("within itself", "{\"$ref\":\"#/$defs/node\",\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#/$defs/node\"}}}}}", {"{}", "{\"next\": {\"next\": {}}}"}, {"{\"next\": 1}"});
    }
    void schemas() {
        QFETCH(QByteArray, schema);
        QFETCH(QByteArrayList, right);
        QFETCH(QByteArrayList, wrong);
        for (const QByteArray& text : right) QVERIFY2(takes(schema.toStdString(), text.toStdString()), text.constData());
        for (const QByteArray& text : wrong) QVERIFY2(!takes(schema.toStdString(), text.toStdString()), text.constData());
    }
    void refused() {
        for (const char* schema : {"[]", "x", "{\"allOf\":[]}", "{\"not\":{}}", "{\"$ref\":\"http://x\"}", "{\"$ref\":\"#/a~2\"}", "{\"type\":\"table\"}", "{\"enum\":[]}", "{\"anyOf\":[]}", "{\"type\":\"array\",\"minItems\":100000}"})
            QVERIFY2(!JsonGrammar().add(schema), schema);
        std::string chain = "{\"$ref\":\"#/d/0\",\"d\":[";
        for (int i = 1; i < 200; ++i) chain += "{\"type\":\"array\",\"items\":{\"$ref\":\"#/d/" + std::to_string(i) + "\"}},";
        QVERIFY(!JsonGrammar().add(chain + "{}]}"));
        std::string wide = "{\"type\":\"object\",\"properties\":{";
        for (int i = 0; i < 3000; ++i) wide += "\"p" + std::to_string(i) + "\":{},";
        QVERIFY(!JsonGrammar().add(wide + "\"x\":{}}}"));
    }
    /// What would make the grammar's reader follow, or compare, far too many possibilities.
    void tooManyPossibilities() {
        std::string values = "{\"enum\":[0";
        for (int i = 1; i < 2000; ++i) values += "," + std::to_string(i);
        QVERIFY(!JsonGrammar().add(values + "]}"));
        QVERIFY(!JsonGrammar().add("{\"type\":[\"null\",\"null\",\"null\",\"null\",\"null\",\"null\",\"null\",\"null\"]}"));
        const std::string list = "{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#\"}}";
        QVERIFY(!JsonGrammar().add("{\"anyOf\":[" + list + "," + list + "]}"));
        QVERIFY(JsonGrammar().add("{\"anyOf\":[" + list + ",{\"type\":\"integer\"}]}"));
        QVERIFY(!JsonGrammar().add("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"additionalProperties\":{\"$ref\":\"#\"}}"));
        std::string nested = "{\"type\":\"array\"}";
        for (int i = 0; i < 3; ++i) nested = "{\"type\":\"array\",\"items\":{\"anyOf\":[" + nested + "," + nested + "," + nested + "," + nested + "," + nested + "]}}";
        QVERIFY(!JsonGrammar().add(nested));
    }
    void manyOptionalKeys() {
        std::string schema = "{\"type\":\"object\",\"properties\":{\"p0\":{}";
        for (int i = 1; i < 256; ++i) schema += ",\"p" + std::to_string(i) + "\":{}";
        QVERIFY(takes(schema + "}}", "{\"p3\": 1, \"p255\": 2}"));
    }
};

QTEST_GUILESS_MAIN(TestJsonGrammar)
#include "tst_json_grammar.moc"

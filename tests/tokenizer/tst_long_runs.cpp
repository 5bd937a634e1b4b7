// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that made libllama's std::regex recurse until the stack ended: hundreds of thousands of characters in a row.
#include "core/tokenizer/long_runs.h"
#include "tests/support/test_model.h"
#include "tests/tokenizer/vocabularies.h"

#include <QtTest>

#include <algorithm>
#include <string>

using namespace tessera;
using namespace tessera::test;

class TestLongRuns : public QObject {
    Q_OBJECT
private slots:
    void longRunsDoNotExhaustTheStack_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"deepseek-llm", "deepseek-coder", "falcon", "aquila", "gpt-neox", "gpt-2", "llama-spm", "bert-bge"})
            QTest::newRow(name) << name;
        QTest::newRow("default model") << "";
    }
    void longRunsDoNotExhaustTheStack() {
        QFETCH(QString, name);
        const Vocabulary vocabulary = name.isEmpty() ? openModel(test::defaultModel()) : openVocabulary(name.toStdString());
        for (const char* unit : {"a", "=", "7", " ", "\n", "'", "\xE6\x97\xA5", "a1"}) {
            std::string text;
            for (int i = 0; i < 100'000; ++i) text += unit;
            const auto tokens = vocabulary.tokenizer->encode(text, {false, false});
            QVERIFY(tokens.has_value());
            if (name != "bert-bge" && name != "falcon") QCOMPARE(vocabulary.tokenizer->decode(*tokens, false), text);
        }
    }

    void runsAreCutBesideSpecialTokens() {
        const Vocabulary vocabulary = openVocabulary("deepseek-llm");
        const Tokenizer& tokenizer = *vocabulary.tokenizer;
        const std::string end = tokenizer.piece(*tokenizer.eos(), true);
        for (std::size_t size = kLongestRun - end.size() - 1; size <= kLongestRun + 1; ++size) {
            const std::string text = std::string(size, '<') + end + std::string(kLongestRun, '>');
            const auto tokens = tokenizer.encode(text, {false, true});
            QVERIFY(tokens.has_value());
            QCOMPARE(std::count(tokens->begin(), tokens->end(), *tokenizer.eos()), 1);
            QCOMPARE(tokenizer.decode(*tokens, true), text);
        }
    }

    void shortRunsAreNotCut() {
        QCOMPARE(withoutLongRun(""), std::size_t(0));
        QCOMPARE(withoutLongRun(std::string(kLongestRun, 'a')), kLongestRun);
        QCOMPARE(withoutLongRun(std::string(kLongestRun + 1, 'a')), kLongestRun);
        QCOMPARE(withoutLongRun(std::string(kLongestRun, 'a') + ' ' + std::string(kLongestRun, 'a')), 2 * kLongestRun + 1);
        QCOMPARE(withoutLongRun(std::string(kLongestRun, '\n') + 'a' + std::string(kLongestRun, ' ')), 2 * kLongestRun + 1);
        std::string wide;
        for (std::size_t i = 0; i < kLongestRun; ++i) wide += "\xE3\x80\x80";  // the wide space of Chinese: of either kind
        QCOMPARE(withoutLongRun(wide + ' '), 3 * kLongestRun);
        QCOMPARE(withoutLongRun(wide + 'a'), 3 * kLongestRun);
    }
};

QTEST_GUILESS_MAIN(TestLongRuns)
#include "tst_long_runs.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"
#include "core/base/limits.h"
#include "core/chat/store/message_tree.h"
#include "core/chat/store/sampling.h"

#include <QTest>

using namespace tessera;

namespace {

std::string shown(const MessageTree& tree) {
    std::string text;
    for (const MessageNumber number : tree.path()) text += (text.empty() ? "" : " ") + tree.find(number)->text;
    return text;
}

MessageNumber add(MessageTree& tree, MessageNumber parent, MessageRole role, const char* text) {
    return tree.add(parent, role, text, 1).value();
}

}  // namespace

class MessageTreeTest : public QObject {
    Q_OBJECT
private slots:
    void editMakesABranch() {
        MessageTree tree;
        const auto question = add(tree, kNoMessage, MessageRole::User, "q1");
        const auto answer = add(tree, question, MessageRole::Assistant, "a1");
        add(tree, answer, MessageRole::User, "q2");
        QCOMPARE(shown(tree), std::string("q1 a1 q2"));
        const auto edited = add(tree, kNoMessage, MessageRole::User, "q1b");
        QCOMPARE(shown(tree), std::string("q1b"));
        const Versions versions = tree.versions(edited);
        QCOMPARE(versions.numbers.size(), 2u);
        QCOMPARE(versions.index, 1u);
        // The way back leads to where the old branch was left.
        QVERIFY(tree.choose(versions.numbers[0]));
        QCOMPARE(shown(tree), std::string("q1 a1 q2"));
        QCOMPARE(tree.leaf(), tree.path().back());
    }

    void regenerateKeepsTheOldAnswer() {
        MessageTree tree;
        const auto question = add(tree, kNoMessage, MessageRole::User, "q");
        const auto first = add(tree, question, MessageRole::Assistant, "a1");
        add(tree, question, MessageRole::Assistant, "a2");
        QCOMPARE(shown(tree), std::string("q a2"));
        QCOMPARE(tree.versions(first).numbers.size(), 2u);
        QCOMPARE(tree.versions(first).index, 0u);
        QVERIFY(!tree.choose(MessageNumber{99}));
        QVERIFY(tree.versions(MessageNumber{99}).numbers.empty());
    }

    void takeAndPutBack() {
        MessageTree tree;
        const auto question = add(tree, kNoMessage, MessageRole::User, "q");
        const auto first = add(tree, question, MessageRole::Assistant, "a1");
        const auto second = add(tree, first, MessageRole::User, "q2");
        add(tree, second, MessageRole::Assistant, "a2");
        add(tree, question, MessageRole::Assistant, "b1");
        tree.choose(first);
        const auto taken = tree.take(first);
        QCOMPARE(taken.size(), 3u);
        QCOMPARE(shown(tree), std::string("q b1"));
        for (const Message& message : taken) QVERIFY(tree.insert(message).has_value());
        QCOMPARE(shown(tree), std::string("q a1 q2 a2"));
        // Numbers are not used again, whatever was taken.
        tree.take(second);
        QVERIFY(toInt(add(tree, first, MessageRole::User, "q3")) > 5);
        QVERIFY(tree.take(MessageNumber{99}).empty());
    }

    void badMessagesAreRefused_data() {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("parent");
        QTest::newRow("number taken") << 1 << 0;
        QTest::newRow("number zero") << 0 << 0;
        QTest::newRow("number negative") << -3 << 0;
        QTest::newRow("parent missing") << 9 << 5;
        QTest::newRow("its own parent") << 9 << 9;
        QTest::newRow("parent after it") << 2 << 3;
        QTest::newRow("parent negative") << 9 << -1;
    }
    void badMessagesAreRefused() {
        QFETCH(int, number);
        QFETCH(int, parent);
        MessageTree tree;
        add(tree, kNoMessage, MessageRole::User, "q");
        Message third;
        third.number = MessageNumber{3};
        QVERIFY(tree.insert(third).has_value());
        Message message;
        message.number = MessageNumber{number};
        message.parent = MessageNumber{parent};
        const auto inserted = tree.insert(message);
        QVERIFY(!inserted);
        QCOMPARE(inserted.error().kind, ErrorKind::Corrupt);
        QCOMPARE(tree.size(), 2u);
    }

    void tooLargeMessageIsRefused() {
        MessageTree tree;
        const auto added = tree.add(kNoMessage, MessageRole::User, std::string(limits::kMaxMessageBytes + 1, 'x'), 0);
        QVERIFY(!added);
        QCOMPARE(added.error().kind, ErrorKind::InvalidArgument);
        QVERIFY(!tree.add(MessageNumber{7}, MessageRole::User, "x", 0));
    }

    void attachmentsStandBeforeTheText() {
        Message message;
        message.text = "What is this?";
        message.attachments = {{"a.md", "before\n```\ncode\n```\nafter"}};
        const std::string text = promptText(message);
        QVERIFY(text.ends_with("\n\nWhat is this?"));
        QVERIFY(text.find("a.md") != std::string::npos);
        // The file's own fence must not end ours.
        QVERIFY(text.find("````\nbefore\n```\ncode\n```\nafter\n````\n") != std::string::npos);
    }

    void samplingGoesThroughJson() {
        SamplingSettings settings = builtInPresets()[2];
        settings.preset = "mine";
        settings.max_tokens = 77;
        settings.sampler.seed = 4'000'000'000u;
        settings.sampler.repeat_penalty = 1.1f;
        const auto read = samplingFromJson(samplingToJson(settings));
        QVERIFY(read.has_value());
        QVERIFY(*read == settings);
        QCOMPARE(defaultSampling().preset, std::string("Balanced"));
        QVERIFY(*samplingFromJson("{}") != builtInPresets()[0]);
    }

    void badSamplingIsRefused_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no json") << QByteArray("temperature");
        QTest::newRow("no object") << QByteArray("[1]");
        QTest::newRow("negative") << QByteArray(R"({"temperature": -1})");
        QTest::newRow("too large") << QByteArray(R"({"top_p": 1e300})");
        QTest::newRow("seed") << QByteArray(R"({"seed": -1})");
        QTest::newRow("deep") << QByteArray(200, '[');
    }
    void badSamplingIsRefused() {
        QFETCH(QByteArray, json);
        QVERIFY(!samplingFromJson(json.toStdString()));
    }
};

QTEST_GUILESS_MAIN(MessageTreeTest)
#include "tst_message_tree.moc"

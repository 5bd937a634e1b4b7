// SPDX-License-Identifier: GPL-3.0-or-later
// What run and chat write to standard output of an answer. It goes to a file here, where there are no colours.
#include "app/cli/answer_printer.h"
#include "tests/chat/answer_templates.h"
#include "tests/support/byte_tokenizer.h"

#include <QTemporaryFile>
#include <QtTest>

#include <cstdio>
#include <unistd.h>

using namespace tessera;
using namespace tessera::cli;

namespace {

/// Standard output while it runs.
QByteArray written(const std::function<void()>& action) {
    QTemporaryFile file;
    if (!file.open()) qFatal("no temporary file");
    std::fflush(stdout);
    const int before = dup(STDOUT_FILENO);
    dup2(file.handle(), STDOUT_FILENO);
    action();
    std::fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    file.seek(0);
    return file.readAll();
}

}  // namespace

class TestAnswerPrinter : public QObject {
    Q_OBJECT
    std::unique_ptr<ChatTemplate> m_template = ChatTemplate::fromSource(test::kQwen3, test::ByteTokenizer()).value();

    QByteArray printed(const std::string& answer, bool apart = true, bool hide = false) {
        return written([&] {
            Output output;
            AnswerPrinter printer(output, *m_template, apart, {hide, {}});
            for (const char c : answer) printer.print(std::string_view(&c, 1));
            printer.finish();
        });
    }

private slots:
    void prints() {
        QCOMPARE(printed("Paris."), QByteArray("Paris.\n"));
        QCOMPARE(printed("Paris.\n"), QByteArray("Paris.\n"));
        QCOMPARE(printed(""), QByteArray("\n"));
        const std::string thinking = "<think>\nhm\n</think>\n\nParis.";
        QCOMPARE(printed(thinking), QByteArray("<think>\nhm\n</think>\n\nParis.\n"));
        QCOMPARE(printed(thinking, true, true), QByteArray("Paris.\n"));
        QCOMPARE(printed(thinking, false, true), QByteArray("<think>\nhm\n</think>\n\nParis.\n"));  // as it comes
        QCOMPARE(printed("I look.\n<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>"), QByteArray("I look.\n[call] f {\"a\": 1}\n"));
    }
    void jsonHasTheParts() {
        nlohmann::ordered_json object{{"text", "x"}, {"more", 1}};
        addAnswerParts(object, "text", "<think>\nhm\n</think>\n\nYes.<tool_call>{\"name\": \"f\"}</tool_call>", *m_template);
        QCOMPARE(QByteArray::fromStdString(object.dump()), QByteArray("{\"text\":\"Yes.\",\"more\":1,\"reasoning\":\"hm\",\"tool_calls\":[{\"name\":\"f\",\"arguments\":\"{}\"}]}"));
        nlohmann::ordered_json plain{{"text", "x"}};
        addAnswerParts(plain, "text", " Yes.\n", *m_template);
        QCOMPARE(QByteArray::fromStdString(plain.dump()), QByteArray("{\"text\":\" Yes.\\n\"}"));
    }
};

QTEST_APPLESS_MAIN(TestAnswerPrinter)
#include "tst_answer_printer.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The column of messages, real widgets off screen.
#include "ui/chat/view/message_column.h"
#include "ui/chat/view/message_widget.h"
#include "ui/style/theme.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace tessera;
using ui::MessageColumn;
using ui::MessageWidget;
using ui::ShownMessage;

namespace {

ShownMessage message(int number, MessageRole role, const QString& text) {
    ShownMessage message;
    message.number = MessageNumber{number};
    message.role = role;
    message.text = text;
    return message;
}

std::vector<ShownMessage> conversation(int count) {
    std::vector<ShownMessage> messages;
    for (int i = 1; i <= count; ++i)
        messages.push_back(message(i, i % 2 == 1 ? MessageRole::User : MessageRole::Assistant,
                                   QStringLiteral("Message %1.\n\n").arg(i) + QStringLiteral("Some words of it. ").repeated(i * 7 % 60)));
    return messages;
}

struct Shown {
    MessageColumn column;
    explicit Shown(std::vector<ShownMessage> messages) {
        column.resize(900, 600);
        column.show();
        column.setMessages(std::move(messages));
    }
    int top(int number) const {
        const MessageWidget* widget = column.widgetOf(MessageNumber{number});
        return widget ? widget->y() : -100000;
    }
    int value() const { return column.verticalScrollBar()->value(); }
    bool atEnd() const { return value() == column.verticalScrollBar()->maximum(); }
};

}  // namespace

class TestMessageColumn : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { ui::Theme::instance().install(); }

    void onlyWhatIsNearHasWidgets() {
        Shown shown(conversation(2000));
        QVERIFY(shown.atEnd());
        QVERIFY(shown.column.widgetOf(MessageNumber{2000}));
        QVERIFY(shown.column.realizedCount() < 40);
        for (int value = 0; value < shown.column.verticalScrollBar()->maximum(); value += 20000) {
            shown.column.verticalScrollBar()->setValue(value);
            QVERIFY(shown.column.realizedCount() > 0 && shown.column.realizedCount() < 40);
        }
        shown.column.scrollToMessage(MessageNumber{777});
        QVERIFY(shown.top(777) >= 0 && shown.top(777) < 100);
    }

    void widgetsFollowEachOther() {
        Shown shown(conversation(60));
        shown.column.scrollToMessage(MessageNumber{30});
        QVERIFY(shown.column.widgetOf(MessageNumber{31}));
        for (int i = 30; shown.column.widgetOf(MessageNumber{i + 1}); ++i) {
            const MessageWidget* one = shown.column.widgetOf(MessageNumber{i});
            const MessageWidget* next = shown.column.widgetOf(MessageNumber{i + 1});
            QVERIFY(next->y() > one->y() + one->height() - 1);
            QVERIFY(next->y() < one->y() + one->height() + 60);
        }
    }

    void staysAtTheEndUnlessScrolledUp() {
        auto messages = conversation(40);
        messages.back().streaming = true;
        Shown shown(messages);
        QString text = messages.back().text;
        for (int i = 0; i < 5; ++i) {
            text += QStringLiteral("\n\nAnother paragraph of the answer, long enough to need more than one line when it is shown in a column.");
            shown.column.updateLast(text);
            shown.column.flushUpdate();
            QVERIFY(shown.atEnd());
        }
        shown.column.verticalScrollBar()->setValue(shown.value() - 500);
        const int value = shown.value();
        text += QStringLiteral("\n\nAnd more.").repeated(20);
        shown.column.updateLast(text);
        shown.column.flushUpdate();
        QCOMPARE(shown.value(), value);
        QVERIFY(!shown.column.isAtEnd());
        shown.column.scrollToEnd();
        QVERIFY(shown.atEnd());
    }

    void updatesAreHeldBack() {
        auto messages = conversation(4);
        messages.back().streaming = true;
        Shown shown(messages);
        shown.column.updateLast(QStringLiteral("a"));
        shown.column.flushUpdate();
        const MessageWidget* last = shown.column.widgetOf(MessageNumber{4});
        for (const char16_t c : std::u16string(u"bcdefgh")) shown.column.updateLast(QString(QChar(c)));
        QCOMPARE(last->message().text, QStringLiteral("a"));
        QTRY_COMPARE(last->message().text, QStringLiteral("h"));
    }

    void newMessagesLeaveThePlaceAlone() {
        Shown shown(conversation(100));
        shown.column.scrollToMessage(MessageNumber{50});
        const int before = shown.top(50);
        auto more = conversation(100);
        more.push_back(message(101, MessageRole::User, QStringLiteral("One more.")));
        more[2].text += QStringLiteral("\n\nlonger").repeated(50);
        shown.column.setMessages(more);
        QCOMPARE(shown.top(50), before);
    }

    void keysMoveFromMessageToMessage() {
        Shown shown(conversation(200));
        shown.column.activateWindow();
        shown.column.focusMessage(kNoMessage);
        QVERIFY(QTest::qWaitForWindowActive(&shown.column));
        const auto focused = [] {
            for (QWidget* widget = QApplication::focusWidget(); widget; widget = widget->parentWidget())
                if (const auto* message = qobject_cast<MessageWidget*>(widget)) return static_cast<int>(message->message().number);
            return 0;
        };
        QCOMPARE(focused(), 200);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Up);
        QCOMPARE(focused(), 199);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Home);
        QCOMPARE(focused(), 1);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        QCOMPARE(focused(), 2);
        // What has the focus keeps its widget, however far one scrolls.
        shown.column.scrollToEnd();
        QCOMPARE(focused(), 2);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
        QCOMPARE(focused(), 200);
    }
};

QTEST_MAIN(TestMessageColumn)
#include "tst_message_column.moc"

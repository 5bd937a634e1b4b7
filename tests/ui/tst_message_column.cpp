// SPDX-License-Identifier: GPL-3.0-or-later
// The column of messages, real widgets off screen.
#include "ui/chat/view/comparison_view.h"
#include "ui/chat/view/message_column.h"
#include "ui/chat/view/message_text.h"
#include "ui/chat/view/message_widget.h"
#include "ui/chat/view/single_message_view.h"
#include "ui/chat/view/token_popup.h"
#include "ui/style/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <ctime>

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

QString s(const char* text) { return QString::fromUtf8(text); }

/// A trace with one token per word, less and less likely.
std::shared_ptr<const TokenTrace> traceOf(const QString& text) {
    auto trace = std::make_shared<TokenTrace>();
    const QByteArray utf8 = text.toUtf8();
    qsizetype begin = 0;
    for (int i = 0; begin < utf8.size(); ++i) {
        qsizetype end = utf8.indexOf(' ', begin + 1);
        if (end < 0) end = utf8.size();
        TracedToken token;
        token.id = TokenId{100 + i};
        token.probability = 1.0f / static_cast<float>(1 + i % 9);
        token.begin = static_cast<std::uint32_t>(begin);
        token.end = static_cast<std::uint32_t>(end);
        token.alternatives = {{token.id, utf8.mid(begin, end - begin).toStdString(), token.probability}, {TokenId{7}, " Lyon", 0.2f}, {TokenId{8}, "\n", 0.004f}};
        trace->tokens.push_back(std::move(token));
        begin = end;
    }
    return trace;
}

constexpr const char* kRichAnswer =
    "The capital of France is **Paris**. It lies on the *Seine* and has been the seat of government, with interruptions, since the tenth century, see "
    "[the city's pages](https://www.paris.fr \"Paris\").\n\n```cpp\n#include <iostream>\n\nint main() {\n    std::cout << \"Paris\";  // prefecture 75\n}\n```\n\n"
    "Run it with any `C++20` compiler.\n\n1. First **item**\n2. Second item with a line that is long enough to be broken at the end of the column, as one sees here\n"
    "   - nested\n   - [x] done\n\n> A quotation\n> of two lines\n\n| City | People | Since |\n|:--|--:|:-:|\n| Paris | 2 102 650 | 987 |\n| Lyon | 522 250 | 43 BC |\n\n"
    "Energy is $E = m c^2$.";

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
    ui::MessageText* text(int number) const { return column.widgetOf(MessageNumber{number})->text(); }
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

    void actionsSayWhatTheUserWants() {
        auto messages = conversation(4);
        messages[3].version = 2;
        messages[3].versions = 3;
        Shown shown(messages);
        shown.column.setInspectable(true);
        MessageWidget* answer = shown.column.widgetOf(MessageNumber{4});
        const auto clickAndCount = [&](ui::MessageAction action, auto signal) {
            QSignalSpy spy(&shown.column, signal);
            QToolButton* button = answer->actions()->button(action);
            if (!button->isVisible() || button->accessibleName().isEmpty()) return -1;
            QTest::mouseClick(button, Qt::LeftButton);
            return spy.size() == 1 ? static_cast<int>(spy.first().first().value<MessageNumber>()) : -2;
        };
        QCOMPARE(clickAndCount(ui::MessageAction::Edit, &MessageColumn::editRequested), 4);
        QCOMPARE(clickAndCount(ui::MessageAction::Regenerate, &MessageColumn::regenerateRequested), 4);
        QCOMPARE(clickAndCount(ui::MessageAction::Continue, &MessageColumn::continueRequested), 4);
        QCOMPARE(clickAndCount(ui::MessageAction::Compare, &MessageColumn::compareRequested), 4);
        QCOMPARE(clickAndCount(ui::MessageAction::Inspect, &MessageColumn::inspectRequested), 4);
        QCOMPARE(clickAndCount(ui::MessageAction::Delete, &MessageColumn::deleteRequested), 4);
        QSignalSpy version(&shown.column, &MessageColumn::versionRequested);
        QTest::mouseClick(answer->actions()->button(ui::MessageAction::NextVersion), Qt::LeftButton);
        QCOMPARE(version.last().at(1).toInt(), 2);
        QTest::keyClick(answer->text(), Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(version.last().at(1).toInt(), 0);
        QSignalSpy edit(&shown.column, &MessageColumn::editRequested);
        QTest::keyClick(answer->text(), Qt::Key_F2);
        QCOMPARE(edit.size(), 1);
        // While an answer is written nothing is changed.
        shown.column.setBusy(true);
        QTest::keyClick(answer->text(), Qt::Key_F2);
        QTest::keyClick(answer->text(), Qt::Key_Delete);
        QCOMPARE(edit.size(), 1);
        QVERIFY(!answer->actions()->button(ui::MessageAction::Regenerate)->isVisible());
        QTest::mouseClick(answer->actions()->button(ui::MessageAction::Copy), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), messages[3].text);
    }

    void textIsSelectedByKeyboardAndMouse() {
        Shown shown({message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, s("one **two** three\n\n```\nfour\n```\n\nfive"))});
        ui::MessageText* text = shown.text(2);
        text->setFocus();
        for (int i = 0; i < 4; ++i) QTest::keyClick(text, Qt::Key_Right);
        for (int i = 0; i < 3; ++i) QTest::keyClick(text, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(text->selectedText(), s("two"));
        QTest::keyClick(text, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), s("two"));
        QTest::keyClick(text, Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(text->selectedText(), s("two three"));
        // Over code and what follows.
        QTest::keyClick(text, Qt::Key_End, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(text->selectedText(), s("two three\nfour\nfive"));
        QTest::keyClick(text, Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(text, Qt::Key_Down, Qt::ShiftModifier);
        QVERIFY2(text->selectedText().startsWith(s("one two three\n")) || text->selectedText() == s("one two three"), qPrintable(text->selectedText()));
        QTest::keyClick(text, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(text->selectedText(), s("one two three\nfour\nfive"));
        QTest::keyClick(text, Qt::Key_Escape);
        QVERIFY(!text->hasSelection());
        // Nothing selected: the message as it was written.
        QTest::keyClick(text, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), shown.column.messages()[1].text);
        const auto point = [text](const char* word) { return text->layout().rects({int(text->layout().text().indexOf(s(word))), int(text->layout().text().indexOf(s(word))) + 1}).front().toRect(); };
        QTest::mousePress(text, Qt::LeftButton, {}, point("three").topLeft() + QPoint(0, 5));
        QTest::mouseMove(text, point("five").topLeft() + QPoint(0, 5));
        QMouseEvent move(QEvent::MouseMove, point("five").topLeft() + QPoint(0, 5), text->mapToGlobal(point("five").topLeft() + QPoint(0, 5)), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(text, &move);
        QTest::mouseRelease(text, Qt::LeftButton, {}, point("five").topLeft() + QPoint(0, 5));
        QCOMPARE(text->selectedText(), s("three\nfour"));
        QTest::mouseDClick(text, Qt::LeftButton, {}, point("three").center());
        QCOMPARE(text->selectedText(), s("three"));
    }

    void codeIsCopied() {
        Shown shown({message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, s("text\n\n```cpp\nint a;\n\n  int b;\n```\n"))});
        QToolButton* copy = nullptr;
        for (QToolButton* button : shown.text(2)->findChildren<QToolButton*>())
            if (button->accessibleName() == s("Copy code")) copy = button;
        QVERIFY(copy && copy->isVisible());
        QTest::keyClick(copy, Qt::Key_Space);
        QCOMPARE(QApplication::clipboard()->text(), s("int a;\n\n  int b;"));
    }

    void linksOpenOnClickOnly() {
        m_opened.clear();
        QDesktopServices::setUrlHandler(s("https"), this, "opened");
        Shown shown({message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, s("See [this](https://example.org/a) and [that](https://example.org/b), "
                                                                                                "![picture](https://example.org/tracker.png)."))});
        shown.column.grab();
        ui::MessageText* text = shown.text(2);
        QVERIFY(m_opened.isEmpty());
        text->setFocus(Qt::TabFocusReason);
        QTest::keyClick(text, Qt::Key_Tab);
        QCOMPARE(text->focusedLink(), s("https://example.org/a"));
        QTest::keyClick(text, Qt::Key_Tab);
        QCOMPARE(text->focusedLink(), s("https://example.org/b"));
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(m_opened, QStringList{s("https://example.org/b")});
        const QRect first = text->layout().rects(text->layout().links().front().range).front().toRect();
        QTest::mouseClick(text, Qt::LeftButton, {}, first.center());
        QCOMPARE(m_opened.last(), s("https://example.org/a"));
        QCOMPARE(m_opened.size(), 2);
        QDesktopServices::unsetUrlHandler(s("https"));
    }

    void reasoningFolds() {
        Shown shown({message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, s("<think>\nfirst this\n\nthen that\n</think>\nThe answer."))});
        MessageWidget* widget = shown.column.widgetOf(MessageNumber{2});
        auto folds = widget->text()->findChildren<QToolButton*>();
        QCOMPARE(folds.size(), 1);
        QVERIFY2(folds.first()->text().contains(s("4 word")), qPrintable(folds.first()->text()));
        const int folded = widget->height();
        const auto visible = [&](const char* word) {
            const int at = int(widget->text()->layout().text().indexOf(s(word)));
            return !widget->text()->layout().rects({at, at + 3}).empty();
        };
        QVERIFY(!visible("first") && visible("The answer"));
        QTest::mouseClick(folds.first(), Qt::LeftButton);
        QVERIFY(widget->height() > folded + 20);
        QVERIFY(visible("first"));
        // What is found in a fold opens it.
        QTest::mouseClick(folds.first(), Qt::LeftButton);
        QVERIFY(!visible("first"));
        shown.column.find(s("then that"));
        QTRY_COMPARE(shown.column.currentMatch(), 0);
        QVERIFY(visible("then"));
    }

    void foldsOfOneMessageAreNotThoseOfAnother() {
        // Widgets are used again: what was unfolded in one message must not be open in the next that gets its widget.
        std::vector<ShownMessage> messages;
        for (int i = 1; i <= 200; ++i) messages.push_back(message(i, i % 2 == 1 ? MessageRole::User : MessageRole::Assistant, s("<think>\nhm %1\n</think>\nanswer").arg(i)));
        Shown shown(messages);
        const auto folded = [&](int number) { return !shown.text(number)->layout().folds().front().expanded; };
        for (int number = 200; shown.column.widgetOf(MessageNumber{number}); number -= 2) QTest::mouseClick(shown.text(number)->findChildren<QToolButton*>().first(), Qt::LeftButton);
        QVERIFY(!folded(200));
        for (int number = 2; number < 180; number += 2) {
            shown.column.scrollToMessage(MessageNumber{number});
            QVERIFY(folded(number));
        }
    }

    void reasoningIsOpenWhileItIsWritten() {
        auto messages = std::vector<ShownMessage>{message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, s("<think>\nhm"))};
        messages[1].streaming = true;
        Shown shown(messages);
        const auto hidden = [&] { return shown.text(2)->layout().isHidden(shown.text(2)->layout().segments().front()); };
        QVERIFY(!hidden());
        shown.column.updateLast(s("<think>\nhm, so\n</think>\n\nYes."));
        shown.column.flushUpdate();
        QVERIFY(hidden());
    }

    void wideCodeMovesSideways() {
        const QString code = s("int x = ") + s("1 + ").repeated(200) + s("last;");
        Shown shown({message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, s("```cpp\n") + code + s("\n```\n\n```\nshort\n```"))});
        ui::MessageText* text = shown.text(2);
        const auto bars = text->findChildren<QScrollBar*>();
        QCOMPARE(bars.size(), 1);
        QVERIFY(bars.first()->maximum() > 1000 && !bars.first()->accessibleName().isEmpty());
        shown.column.find(s("last;"));
        QTRY_COMPARE(shown.column.currentMatch(), 0);
        const auto rects = text->layout().rects(text->matches().front());
        QVERIFY(bars.first()->value() > 1000 && text->rect().contains(rects.front().toRect()));
        // Tab goes from block to block, downwards.
        shown.column.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&shown.column));
        text->setFocus(Qt::TabFocusReason);
        QTest::keyClick(text, Qt::Key_Tab);
        const int first = QApplication::focusWidget()->y();
        QWidget* before = QApplication::focusWidget();
        QTest::keyClick(before, Qt::Key_Tab);
        QVERIFY(QApplication::focusWidget() != before && QApplication::focusWidget()->y() > first);
    }

    void tokensAreTintedAndStepped() {
        const QString text = s("The **capital** of France is Paris today");
        auto messages = conversation(4);
        messages.push_back(message(5, MessageRole::User, s("q")));
        messages.push_back(message(6, MessageRole::Assistant, text));
        messages.back().trace = traceOf(text);
        Shown shown(messages);
        QVERIFY(shown.column.hasTrace());
        const QImage plain = shown.text(6)->grab().toImage();
        shown.column.setTintShown(true);
        QVERIFY(shown.text(6)->grab().toImage() != plain);
        shown.column.setInspectable(true);
        ui::MessageText* answer = shown.text(6);
        answer->setFocus(Qt::TabFocusReason);
        QTest::keyClick(answer, Qt::Key_Right);
        QTest::keyClick(answer, Qt::Key_Right);
        QCOMPARE(answer->currentToken(), 1);
        QString ofToken;
        for (const ui::TextRange& range : answer->tokens().ranges(1)) ofToken += answer->layout().text().mid(range.begin, range.end - range.begin);
        QCOMPARE(ofToken, s(" capital"));
        ui::TokenPopup* popup = shown.column.tokenPopup();
        QVERIFY(popup->isVisible());
        QCOMPARE(popup->list()->count(), 3);
        QVERIFY(popup->description().contains(s("Lyon")));
        QVERIFY(answer->accessibleDescription().contains(s("50")));
        // Enter: into the list; Enter again goes on from the second alternative.
        QSignalSpy chosen(&shown.column, &MessageColumn::regenerateFromRequested);
        QTest::keyClick(answer, Qt::Key_Return);
        QTest::keyClick(popup->list(), Qt::Key_Down);
        QTest::keyClick(popup->list(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.first().at(0).value<MessageNumber>(), MessageNumber{6});
        QCOMPARE(chosen.first().at(1).toInt(), 1);
        QCOMPARE(chosen.first().at(2).toInt(), 7);
        QVERIFY(!popup->isVisible());
        // Hover, after a moment.
        QMouseEvent move(QEvent::MouseMove, answer->tokenRect(4).center(), answer->mapToGlobal(answer->tokenRect(4).center()), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(answer, &move);
        QVERIFY(!popup->isVisible());
        QTRY_VERIFY(popup->isVisible());
        QSignalSpy inspect(&shown.column, &MessageColumn::inspectRequested);
        for (QPushButton* button : popup->findChildren<QPushButton*>())
            if (button->text() == s("Inspect this token")) QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(inspect.size(), 1);
        QCOMPARE(inspect.first().at(1).toInt(), 4);
        shown.column.setTintShown(false);
        QCOMPARE(shown.text(6)->grab().toImage(), plain);
    }

    void textStaysReadableOnTints() {
        for (const auto scheme : {ui::ColorScheme::Dark, ui::ColorScheme::Light}) {
            ui::Theme::instance().setScheme(scheme);
            for (int band = 1; band < static_cast<int>(ui::kTintBands.size()); ++band)
                for (const ui::Role role : {ui::Role::Text, ui::Role::Muted})
                    QVERIFY2(ui::contrastRatio(ui::color(role), ui::tintColor(band)) >= (role == ui::Role::Text ? 4.5 : 3.0), ui::roleName(role));
        }
        QCOMPARE(ui::tintBand(1.0), 0);
        QCOMPARE(ui::tintBand(0.5), 1);
        QCOMPARE(ui::tintBand(0.0), 3);
    }

    void searchGoesThroughAllMessages() {
        auto messages = conversation(400);
        messages[10].text += s("\n\nA *nee*dle here and a Needle there.");
        messages[299].text += s("\n\n```\nneedle in code\n```");
        Shown shown(messages);
        QSignalSpy changed(&shown.column, &MessageColumn::findChanged);
        shown.column.find(s("needle"));
        QTRY_COMPARE(shown.column.matchCount(), 2);  // the first message is a question: its stars are text
        QTRY_COMPARE(shown.column.currentMatch(), 0);
        const auto inSight = [&](int number) {
            const MessageWidget* widget = shown.column.widgetOf(MessageNumber{number});
            if (!widget || widget->text()->matches().empty()) return false;
            const auto rects = widget->text()->layout().rects(widget->text()->matches().back());
            return !rects.empty() && shown.column.viewport()->rect().contains(widget->text()->mapTo(shown.column.viewport(), rects.front().center().toPoint()));
        };
        QVERIFY(inSight(11));
        shown.column.findNext(true);
        QCOMPARE(shown.column.currentMatch(), 1);
        QVERIFY(inSight(300));
        shown.column.findNext(true);
        QCOMPARE(shown.column.currentMatch(), 0);
        shown.column.findNext(false);
        QCOMPARE(shown.column.currentMatch(), 1);
        shown.column.find({});
        QCOMPARE(shown.column.matchCount(), 0);
        QVERIFY(shown.text(300)->matches().empty());
        QVERIFY(!changed.isEmpty());
    }

    void allIsCopiedAsMarkdown() {
        auto messages = conversation(2);
        messages[1].facts.model = "SmolLM2";
        Shown shown(messages);
        shown.column.copyAll();
        QCOMPARE(QApplication::clipboard()->text(), s("## You\n\n%1\n\n## Answer (SmolLM2)\n\n%2\n").arg(messages[0].text, messages[1].text));
    }

    void screenReadersGetNamesAndText() {
        auto messages = conversation(4);
        messages[3].text = s("Some **bold** text with [a link](https://x.org).");
        messages[3].facts.model = "SmolLM2";
        Shown shown(messages);
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(shown.text(4));
        QVERIFY(accessible && accessible->textInterface());
        QCOMPARE(accessible->role(), QAccessible::StaticText);
        QVERIFY2(accessible->text(QAccessible::Name).contains(s("Answer 2 of 2, SmolLM2")), qPrintable(accessible->text(QAccessible::Name)));
        QAccessibleTextInterface* text = accessible->textInterface();
        QCOMPARE(text->text(0, text->characterCount()), s("Some bold text with a link."));
        text->setSelection(0, 5, 9);
        QCOMPARE(shown.text(4)->selectedText(), s("bold"));
        QVERIFY(!text->characterRect(5).isEmpty());
        int begin = 0, end = 0;
        text->attributes(22, &begin, &end);
        QCOMPARE(text->text(begin, end), s("a link"));
        for (QWidget* control : shown.column.widgetOf(MessageNumber{4})->controls()) QVERIFY(!control->accessibleName().isEmpty());
    }

    void longAnswersAreLaidOutWhereTheyAreSeen() {
        QString text;
        for (int i = 0; i < 800; ++i) text += s("Paragraph %1 with **some** words in it, enough for a line and a little more of the next one, as answers have.\n\n").arg(i);
        Shown shown({message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, text)});
        const auto laidOut = [&] {
            int count = 0;
            for (const auto& placed : shown.text(2)->layout().segments()) count += placed.segment->isLaidOut(shown.text(2)->layout().width());
            return count;
        };
        QVERIFY(shown.atEnd());
        QVERIFY(laidOut() > 0 && laidOut() < 12);
        // Scrolling up by small steps: what is in sight moves by exactly these.
        for (int i = 0; i < 20; ++i) {
            const auto sight = shown.text(2)->layout().anchorAt(300 - shown.top(2));
            const double before = shown.text(2)->layout().yOf(sight) + shown.top(2);
            shown.column.verticalScrollBar()->setValue(shown.value() - 97);
            QVERIFY(qAbs(shown.text(2)->layout().yOf(sight) + shown.top(2) - before - 97) <= 1);
        }
    }

    void versionsAreCompared() {
        std::vector<ShownMessage> versions{message(2, MessageRole::Assistant, s("first")), message(4, MessageRole::Assistant, s("second")), message(6, MessageRole::Assistant, s("third"))};
        ui::ComparisonView view;
        view.resize(900, 500);
        view.show();
        view.setVersions(versions, 0, 2);
        QCOMPARE(view.view(0)->text()->layout().text(), s("first"));
        QCOMPARE(view.view(1)->text()->layout().text(), s("third"));
        view.choice(1)->setCurrentIndex(1);
        QCOMPARE(view.view(1)->text()->layout().text(), s("second"));
        QSignalSpy chosen(&view, &ui::ComparisonView::versionChosen);
        for (QPushButton* button : view.findChildren<QPushButton*>()) QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(chosen.size(), 2);
        QCOMPARE(chosen.at(1).first().value<MessageNumber>(), MessageNumber{4});
        QSignalSpy closed(&view, &ui::ComparisonView::closeRequested);
        for (QToolButton* button : view.findChildren<QToolButton*>())
            if (button->accessibleName() == QStringLiteral("Close the comparison")) QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(closed.size(), 1);
    }

    // Pictures to look at, and how long things take; neither decides a test.
    void pictures() {
        const QString folder = qEnvironmentVariable("TESSERA_SCREENSHOTS");
        if (folder.isEmpty()) QSKIP("TESSERA_SCREENSHOTS names no folder");
        QVERIFY(QDir().mkpath(folder));
        for (const auto scheme : {ui::ColorScheme::Light, ui::ColorScheme::Dark}) {
            ui::Theme::instance().setScheme(scheme);
            const QString name = scheme == ui::ColorScheme::Dark ? s("dark") : s("light");
            auto messages = std::vector<ShownMessage>{message(1, MessageRole::User, s("What is the capital of France? Show it in C++ too.")),
                                                      message(2, MessageRole::Assistant, s("<think>\nEasy.\n</think>\n") + s(kRichAnswer))};
            messages[0].attachments = {s("notes.txt")};
            messages[1].facts = {"SmolLM2-135M-Instruct", "end", 96, 40, 42.1, 0.18};
            messages[1].version = 2;
            messages[1].versions = 3;
            messages[1].trace = traceOf(messages[1].text);
            Shown shown(messages);
            shown.column.resize(944, 980);
            shown.column.scrollToMessage(MessageNumber{1});
            shown.column.grab().save(QDir(folder).filePath(s("chat-view-%1.png").arg(name)));
            shown.column.setTintShown(true);
            shown.text(2)->setFocus(Qt::TabFocusReason);
            for (int i = 0; i < 7; ++i) QTest::keyClick(shown.text(2), Qt::Key_Right);
            QTest::qWait(30);
            shown.column.grab().save(QDir(folder).filePath(s("chat-view-tint-%1.png").arg(name)));
            ui::ComparisonView comparison;
            comparison.resize(944, 600);
            comparison.setVersions({messages[1], message(4, MessageRole::Assistant, s("Paris.\n\n- short\n- **clear**"))}, 0, 1);
            comparison.show();
            comparison.grab().save(QDir(folder).filePath(s("chat-comparison-%1.png").arg(name)));
        }
        ui::Theme::instance().setScheme(ui::ColorScheme::Light);
        // The smallest window, at twice the size of letters.
        ui::Theme::instance().setZoom(200);
        auto messages = std::vector<ShownMessage>{message(1, MessageRole::User, s("What is the capital of France? Show it in C++ too.")), message(2, MessageRole::Assistant, s(kRichAnswer))};
        messages[1].facts = {"SmolLM2-135M-Instruct", "length", 96, 40, 42.1, 0.18};
        messages[1].versions = 12;
        Shown shown(messages);
        shown.column.setInspectable(true);
        shown.column.resize(560, 480);
        shown.column.scrollToEnd();
        shown.column.grab().save(QDir(folder).filePath(s("chat-view-small.png")));
        ui::Theme::instance().setZoom(100);
    }

    void benchmark() {
        if (!qEnvironmentVariableIsSet("TESSERA_BENCHMARK")) QSKIP("TESSERA_BENCHMARK is not set");
        const auto cpu = [](auto&& run) {
            const std::clock_t before = std::clock();
            run();
            return 1000.0 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
        };
        std::vector<ShownMessage> messages;
        for (int i = 1; i <= 2000; ++i)
            messages.push_back(message(i, i % 2 == 1 ? MessageRole::User : MessageRole::Assistant, i % 2 == 1 ? s("What is the capital of France?") : s(kRichAnswer)));
        MessageColumn column;
        column.resize(944, 760);
        column.show();
        column.setMessages({});
        column.grab();
        qInfo("open 2 000 messages and paint: %.1f ms", cpu([&] { column.setMessages(messages); column.grab(); }));
        MessageColumn second;
        second.resize(944, 760);
        second.show();
        qInfo("again, in a new column: %.1f ms", cpu([&] { second.setMessages(messages); second.grab(); }));
        double worst = 0;
        for (int i = 0; i < 60; ++i) worst = std::max(worst, cpu([&] { column.verticalScrollBar()->setValue(column.verticalScrollBar()->value() - 300); column.grab(); }));
        qInfo("scroll by 300 and paint, worst of 60: %.1f ms", worst);
        qInfo("resize and paint: %.1f ms", cpu([&] { column.resize(800, 760); column.grab(); }));
        qInfo("find a word in all: %.1f ms until the first slice returns", cpu([&] { column.find(s("prefecture")); }));
        column.find({});
        const QString huge = s(kRichAnswer).repeated(400);
        auto few = std::vector<ShownMessage>{message(1, MessageRole::User, s("q")), message(2, MessageRole::Assistant, huge)};
        qInfo("open an answer of %lld characters: %.1f ms", static_cast<long long>(huge.size()), cpu([&] { column.setMessages(few); column.grab(); }));
        few[1].trace = traceOf(huge);
        column.setMessages(few);
        qInfo("tint its %zu tokens: %.1f ms", few[1].trace->tokens.size(), cpu([&] { column.setTintShown(true); column.grab(); }));
        qInfo("paint it again: %.1f ms", cpu([&] { column.grab(); }));
        column.setTintShown(false);
        const QString lines = s("a line that was pasted, with some words in it\n").repeated(10000), line = s("no,end;").repeated(20000);
        for (const QString& pasted : {lines, line})
            qInfo("open a question of %lld characters: %.1f ms", static_cast<long long>(pasted.size()), cpu([&] {
                      column.setMessages({message(1, MessageRole::User, pasted)});
                      column.grab();
                  }));
        column.setMessages(messages);
        column.scrollToEnd();
        for (const bool code : {false, true}) {
            QString text = code ? s("```cpp\n") : QString();
            messages.back().streaming = true;
            double sum = 0, most = 0;
            const int steps = 300;
            for (int i = 0; i < steps; ++i) {
                text += code ? s("    auto value%1 = compute(\"text\", %1);  // step\n").arg(i) : (i % 8 == 0 ? s("\n\n") : s(" some **words** of `an` answer that grows"));
                messages.back().text = {};
                column.updateLast(text);
                const double ms = cpu([&] { column.flushUpdate(); column.grab(); });
                sum += ms;
                most = std::max(most, ms);
            }
            qInfo("streamed update with paint, %s of %lld characters: mean %.1f ms, worst %.1f ms", code ? "code" : "text", static_cast<long long>(text.size()), sum / steps, most);
        }
        QString paragraph;
        double last = 0;
        for (int i = 0; i < 200; ++i) {
            paragraph += s(" the same words again and again in one paragraph without an end");
            column.updateLast(paragraph);
            last = cpu([&] { column.flushUpdate(); column.grab(); });
        }
        qInfo("streamed update of one paragraph of %lld characters: %.1f ms", static_cast<long long>(paragraph.size()), last);
    }

public slots:
    void opened(const QUrl& url) { m_opened << url.toString(); }

private:
    QStringList m_opened;
};

QTEST_MAIN(TestMessageColumn)
#include "tst_message_column.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt of 512 tokens in the inspector: no event of the window uses 50 ms of the UI thread's processor time, nothing
// is cut off in the smallest window.
#include "tests/support/thread_time.h"
#include "tests/ui/inspector_fixture.h"

#include "ui/inspector/lens_view.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QScrollBar>

#include <set>


using namespace tessera;
using namespace tessera::test;

namespace {

/// Measures the outermost events; those inside others are part of them.
class MeasuringApplication : public QApplication {
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override {
        if (!measuring || m_depth > 0) return QApplication::notify(receiver, event);
        const QString what = QStringLiteral("%1 to %2").arg(static_cast<int>(event->type())).arg(QString::fromLatin1(receiver->metaObject()->className()));
        ++m_depth;
        const double before = threadCpuMs();
        const bool taken = QApplication::notify(receiver, event);
        const double used = threadCpuMs() - before;
        --m_depth;
        if (used > longest) {
            longest = used;
            longest_what = what;
        }
        return taken;
    }
    bool measuring = false;
    double longest = 0;
    QString longest_what;

private:
    int m_depth = 0;
};

QStringList cutOff(const QWidget& window) {
    QStringList cut;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisibleTo(&window)) continue;
        const QFontMetrics metrics(widget->font());
        QString text;
        int needed = 0;
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget); button && !button->text().isEmpty() && !button->property("elides").toBool()) {
            text = button->text();
            needed = metrics.size(Qt::TextShowMnemonic, text).width() + (button->icon().isNull() ? 0 : button->iconSize().width());
        } else if (const auto* label = qobject_cast<const QLabel*>(widget); label && !label->text().isEmpty() && !label->wordWrap() && !qobject_cast<const ui::ElidedLabel*>(widget) &&
                   label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored) {
            text = label->text();
            needed = metrics.size(Qt::TextShowMnemonic, text).width();
        } else if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
            text = box->currentText();
            needed = metrics.horizontalAdvance(text) + ui::px(30);
        }
        if (needed > widget->width()) cut.append(QStringLiteral("\"%1\" needs %2, has %3").arg(text).arg(needed).arg(widget->width()));
    }
    return cut;
}

}  // namespace

class TestInspectorEvents : public QObject {
    Q_OBJECT
private slots:
    void noEventIsLong() {
        auto& application = *static_cast<MeasuringApplication*>(QCoreApplication::instance());
        InspectorFixture fixture;
        QVERIFY(fixture.loadModel());
        ui::InspectorPage& page = fixture.page();
        for (const auto part : {ui::CapturePart::Norms, ui::CapturePart::Lens, ui::CapturePart::Attention, ui::CapturePart::Neurons, ui::CapturePart::Tensors})
            page.form()->setKeeps(part, true);
        page.form()->setCaptures(QStringLiteral("ffn_out@3"));
        QTest::qWait(50);
        application.measuring = true;
        QVERIFY(fixture.runPrompt(QStringLiteral("Paris is the capital of France, and ").repeated(64)));
        QVERIFY(page.session().run()->seen.tokens.size() >= 512);
        for (const QString& id : page.viewIds()) {
            page.showView(id);
            QTest::qWait(150);
            for (ui::GridView* grid : page.view(id)->findChildren<ui::GridView*>()) {
                if (!grid->isVisible()) continue;
                for (const int part : {0, 1, 2}) {
                    grid->horizontalScrollBar()->setValue(grid->horizontalScrollBar()->maximum() * part / 2);
                    grid->verticalScrollBar()->setValue(grid->verticalScrollBar()->maximum() * part / 2);
                    QTest::mouseMove(grid->viewport(), grid->viewport()->rect().center() + QPoint(part, part));
                    QTest::qWait(30);
                }
            }
            page.selection().choose(7, 100);
            page.selection().choose(20, 500);
            QTest::qWait(80);
            for (ui::PlotFrame* frame : page.view(id)->plots()) {
                if (!frame->isVisible()) continue;
                frame->showTable(true);
                QTest::qWait(30);
                frame->showTable(false);
            }
        }
        application.measuring = false;
        qInfo("the longest event used %.1f ms (%s)", application.longest, qPrintable(application.longest_what));
        QVERIFY2(application.longest < 50, qPrintable(application.longest_what));
    }

    void everythingHasANameAndIsReachedByTab() {
        InspectorFixture fixture;
        QVERIFY(fixture.loadModel());
        ui::InspectorPage& page = fixture.page();
        for (const auto part : {ui::CapturePart::Norms, ui::CapturePart::Lens, ui::CapturePart::Attention, ui::CapturePart::Neurons, ui::CapturePart::Tensors})
            page.form()->setKeeps(part, true);
        page.form()->setCaptures(QStringLiteral("ffn_out@3"));
        QVERIFY(fixture.runPrompt(QStringLiteral("The capital of France is")));
        page.form()->unfold(true);
        QWidget& window = fixture.window.window();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        for (const QString& id : page.viewIds()) {
            page.showView(id);
            QTest::qWait(80);
            std::set<QWidget*> wanted, reached;
            for (QWidget* widget : page.findChildren<QWidget*>()) {
                if (!widget->isVisible() || !widget->isEnabled() || (widget->focusPolicy() & Qt::TabFocus) != Qt::TabFocus || widget->focusProxy()) continue;
                wanted.insert(widget);
                QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                QVERIFY2(face && !face->text(QAccessible::Name).trimmed().isEmpty() && face->role() != QAccessible::NoRole,
                         qPrintable(id + QStringLiteral(": a nameless ") + QString::fromLatin1(widget->metaObject()->className())));
            }
            QVERIFY(wanted.size() > 10);
            for (int step = 0; step < 80; ++step) {
                QWidget* focus = QApplication::focusWidget();
                if (focus) reached.insert(focus);
                QTest::keyClick(focus ? focus : &window, Qt::Key_Tab);
            }
            for (QWidget* widget : wanted)
                if (auto* button = qobject_cast<QAbstractButton*>(widget); !button || !button->group() || button->isChecked())
                    QVERIFY2(reached.contains(widget), qPrintable(id + QStringLiteral(": Tab does not reach ") + widget->accessibleName() + QString::fromLatin1(widget->metaObject()->className())));
        }
    }

    void fitsIntoTheSmallestWindow_data() {
        QTest::addColumn<QString>("language");
        for (const char* language : {"en", "fr", "pseudo"}) QTest::addRow("%s", language) << QString::fromLatin1(language);
    }
    void fitsIntoTheSmallestWindow() {
        QFETCH(QString, language);
        InspectorFixture fixture(language);
        QVERIFY(fixture.loadModel());
        ui::InspectorPage& page = fixture.page();
        for (const auto part : {ui::CapturePart::Norms, ui::CapturePart::Lens, ui::CapturePart::Attention, ui::CapturePart::Neurons, ui::CapturePart::Tensors})
            page.form()->setKeeps(part, true);
        page.form()->setCaptures(QStringLiteral("ffn_out@3"));
        QVERIFY(fixture.runPrompt(QStringLiteral("The capital of France is")));
        ui::MainWindow& window = fixture.window.window();
        window.resize(1024, 640);
        for (const bool unfolded : {false, true}) {
            page.form()->unfold(unfolded);
            for (const QString& id : page.viewIds()) {
                page.showView(id);
                QTest::qWait(120);
                QCOMPARE(window.size(), QSize(1024, 640));
                const QStringList cut = cutOff(window);
                QVERIFY2(cut.isEmpty(), qPrintable(id + QLatin1Char('\n') + cut.join(QLatin1Char('\n'))));
                if (!unfolded) QVERIFY2(page.view(id)->height() >= 240, qPrintable(QStringLiteral("%1: %2").arg(id).arg(page.view(id)->height())));
            }
        }
    }
};

int main(int argc, char** argv) {
    MeasuringApplication application(argc, argv);
    TestInspectorEvents test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_inspector_events.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The real window: every tab walked for names, keys and room for its text.
#include "tests/ui/window_fixture.h"

#include "core/fragment/fragmenter.h"
#include "ui/style/theme.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>

#include <set>

using namespace tessera;
using namespace tessera::test;

namespace {

QString describe(const QWidget* widget) {
    QString text;
    for (const QWidget* at = widget; at; at = at->parentWidget())
        text.prepend(QStringLiteral("/%1%2").arg(QString::fromLatin1(at->metaObject()->className()), at->objectName().isEmpty() ? QString() : QLatin1Char('#') + at->objectName()));
    return text;
}

/// Text that a widget shows in one line, and how wide it is at the widget's own font.
struct Shown {
    QString text;
    int needed = 0;
    int given = 0;
};

std::optional<Shown> shownText(const QWidget* widget) {
    const QFontMetrics metrics(widget->font());
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
        if (button->text().isEmpty() || button->property("elides").toBool()) return std::nullopt;
        const int icon = button->icon().isNull() ? 0 : button->iconSize().width();
        // As the style places it: margins, and a gap beside the icon.
        const bool push = qobject_cast<const QPushButton*>(button);
        const int around = push ? 2 * ui::px(ui::kSpace) + (icon ? ui::px(ui::kSpaceSmall) : 0) : 0;
        return Shown{button->text(), metrics.size(Qt::TextShowMnemonic, button->text()).width() + icon + around, button->width()};
    }
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        if (qobject_cast<const ui::ElidedLabel*>(widget) || label->text().isEmpty() || label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored) return std::nullopt;
        if (label->wordWrap()) {
            const int needed = metrics.boundingRect(QRect(0, 0, label->width(), 10000), Qt::TextWordWrap, label->text()).height();
            return Shown{label->text(), needed, label->height() + 1};
        }
        return Shown{label->text(), metrics.size(Qt::TextShowMnemonic, label->text()).width(), label->width()};
    }
    if (const auto* box = qobject_cast<const QComboBox*>(widget))
        return Shown{box->currentText(), metrics.horizontalAdvance(box->currentText()), box->width() - ui::px(36)};
    if (const auto* edit = qobject_cast<const QLineEdit*>(widget); edit && !edit->placeholderText().isEmpty())
        return Shown{edit->placeholderText(), metrics.horizontalAdvance(edit->placeholderText()), edit->width() - ui::px(12)};
    if (const auto* spin = qobject_cast<const QSpinBox*>(widget))
        return Shown{spin->text(), metrics.horizontalAdvance(spin->text()), spin->width() - ui::px(30)};
    return std::nullopt;
}

}  // namespace

class TestWindow : public QObject {
    Q_OBJECT
private:
    /// A cut, verified model with one damaged fragment on the Fragments tab, its facts on the Model tab.
    static void fill(WindowFixture& fixture) {
        const QString model = fixture.copyModel();
        const auto manifest = fragmentInPlace(model.toStdString(), {}, {});
        QVERIFY(manifest.has_value());
        const auto parsed = readManifest(*manifest);
        damage(model, parsed->fragments.back().offset);
        QVERIFY(fixture.openInFragments(model));
        QVERIFY(WindowFixture::waitFor(fixture.fragmentsPage().verify()));
        fixture.fragmentsPage().view().setCurrent(fixture.fragmentsPage().view().nextProblem(true));
        QVERIFY(fixture.chooseInModel(model));
        QTest::qWait(300);
    }

    static void forEveryPage(WindowFixture& fixture, const std::function<void(const QString&)>& look) {
        for (const QString& id : fixture.window().pageIds()) {
            fixture.window().openPage(id);
            if (id == QLatin1String("fragments")) {
                for (const char* view : {"map", "table", "manifest"}) {
                    fixture.fragmentsPage().showView(QString::fromLatin1(view));
                    QTest::qWait(50);
                    look(id + QLatin1Char(' ') + QString::fromLatin1(view));
                }
                continue;
            }
            QTest::qWait(20);
            look(id);
        }
    }

private slots:
    void textHasRoom_data() {
        QTest::addColumn<QString>("language");
        for (const char* language : {"en", "fr", "pseudo"}) QTest::addRow("%s", language) << QString::fromLatin1(language);
    }
    void textHasRoom() {
        QFETCH(QString, language);
        WindowFixture fixture(language);
        fixture.window().resize(fixture.window().minimumSize());
        fill(fixture);
        QCOMPARE(fixture.window().size(), QSize(1024, 640));
        QStringList cut;
        int looked = 0;
        forEveryPage(fixture, [&](const QString& page) {
            for (const QWidget* widget : fixture.window().findChildren<QWidget*>()) {
                if (!widget->isVisibleTo(&fixture.window())) continue;
                const auto shown = shownText(widget);
                if (!shown) continue;
                ++looked;
                if (shown->needed > shown->given)
                    cut.append(QStringLiteral("%1: \"%2\" needs %3, has %4 (%5)").arg(page, shown->text).arg(shown->needed).arg(shown->given).arg(describe(widget)));
            }
        });
        QVERIFY2(cut.isEmpty(), qPrintable(QLatin1Char('\n') + cut.join(QLatin1Char('\n'))));
        QVERIFY(looked > 60);
    }

    void everythingHasNameAndRole() {
        WindowFixture fixture;
        fill(fixture);
        QStringList nameless;
        int looked = 0;
        forEveryPage(fixture, [&](const QString& page) {
            for (QWidget* widget : fixture.window().findChildren<QWidget*>()) {
                if (!widget->isVisibleTo(&fixture.window()) || !(widget->focusPolicy() & Qt::TabFocus)) continue;
                if (qobject_cast<QScrollBar*>(widget) || widget->objectName().startsWith(QLatin1String("qt_"))) continue;
                ++looked;
                QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                if (!face || face->text(QAccessible::Name).trimmed().isEmpty() || face->role() == QAccessible::NoRole)
                    nameless.append(page + QStringLiteral(": ") + describe(widget));
            }
        });
        QVERIFY2(nameless.isEmpty(), qPrintable(QLatin1Char('\n') + nameless.join(QLatin1Char('\n'))));
        QVERIFY(looked > 30);
    }

    void tabReachesEverything() {
        WindowFixture fixture;
        fill(fixture);
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
        forEveryPage(fixture, [&](const QString& page) {
            std::set<QWidget*> wanted, reached;
            for (QWidget* widget : fixture.window().findChildren<QWidget*>())
                if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && !widget->focusProxy()) wanted.insert(widget);
            for (int step = 0; step < 200; ++step) {
                QWidget* focus = QApplication::focusWidget();
                if (focus) reached.insert(focus);
                QTest::keyClick(focus ? focus : &fixture.window(), Qt::Key_Tab);
            }
            for (QWidget* widget : wanted)
                // In a group of exclusive buttons the arrow keys move on.
                if (auto* button = qobject_cast<QAbstractButton*>(widget); !button || !button->group() || button->isChecked())
                    QVERIFY2(reached.contains(widget), qPrintable(page + QStringLiteral(": ") + describe(widget)));
        });
    }

    void mnemonicsAreUnique() {
        WindowFixture fixture;
        forEveryPage(fixture, [&](const QString& page) {
            std::map<QString, QString> taken;
            for (const QWidget* widget : fixture.window().findChildren<QWidget*>()) {
                if (!widget->isVisibleTo(&fixture.window())) continue;
                QString text;
                if (const auto* label = qobject_cast<const QLabel*>(widget); label && label->buddy()) text = label->text();
                if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) text = button->text();
                const QString key = QKeySequence::mnemonic(text).toString();
                if (key.isEmpty()) continue;
                QVERIFY2(!taken.contains(key), qPrintable(page + QStringLiteral(": ") + key + QStringLiteral(": ") + text + QStringLiteral(" and ") + taken[key]));
                taken[key] = text;
            }
        });
    }

    void shortcutsDoNotClash() {
        WindowFixture fixture;
        std::map<QString, QString> taken;
        for (const ui::Command& command : fixture.window().commands().all()) {
            const bool everywhere = command.action->shortcutContext() == Qt::WindowShortcut;
            for (const QKeySequence& key : command.action->shortcuts()) {
                // Keys of pages may meet those of other pages, not those of the window.
                const QString scope = everywhere ? QString() : command.section;
                QVERIFY2(!taken.contains(scope + key.toString()), qPrintable(command.id + QStringLiteral(" and ") + taken[scope + key.toString()]));
                QVERIFY2(everywhere || !taken.contains(key.toString()), qPrintable(command.id));
                taken[scope + key.toString()] = command.id;
            }
        }
        QVERIFY(taken.size() > 15);
    }

    void keysGoToPages() {
        WindowFixture fixture;
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
        QTest::keyClick(&fixture.window(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(fixture.window().currentPageId(), fixture.window().pageIds().at(1));
        QTest::keyClick(&fixture.window(), Qt::Key_Comma, Qt::ControlModifier);
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("settings"));
    }

    void stateIsKept() {
        QTemporaryDir folder;
        {
            ui::Application application(folder.path(), WindowFixture::refuse());
            application.start({});
            application.window().resize(1100, 700);
            application.window().openPage(QStringLiteral("settings"));
            application.window().close();
        }
        ui::Application application(folder.path(), WindowFixture::refuse());
        application.start({});
        QCOMPARE(application.window().currentPageId(), QStringLiteral("settings"));
        QCOMPARE(application.window().size(), QSize(1100, 700));
    }

    void languageChangesAtOnce() {
        WindowFixture fixture;
        fixture.window().openPage(QStringLiteral("settings"));
        const QWidget* before = &fixture.window();
        fixture.application->settings().set(QStringLiteral("appearance"), QStringLiteral("language"), QStringLiteral("fr"));
        QTRY_VERIFY(&fixture.window() != before || fixture.window().windowTitle().contains(QStringLiteral("Paramètres")));
        QTRY_COMPARE(fixture.window().windowTitle(), QStringLiteral("Paramètres – Tessera"));
    }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"

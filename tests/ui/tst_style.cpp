// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QFontInfo>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
#include <QStyleOptionFrame>
#include <QTest>

#include <set>

using namespace tessera::ui;

class TestStyle : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { Theme::instance().install(); }

    void textReachesItsContrast_data() {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("text");
        QTest::addColumn<int>("ground");
        for (const bool dark : {false, true})
            for (const Role text : kTextRoles)
                for (const Role ground : kGroundRoles)
                    QTest::addRow("%s on %s, %s", roleName(text), roleName(ground), dark ? "dark" : "light") << dark << int(text) << int(ground);
    }
    void textReachesItsContrast() {
        QFETCH(bool, dark);
        QFETCH(int, text);
        QFETCH(int, ground);
        const double ratio = contrastRatio(roleColor(Role(text), dark), roleColor(Role(ground), dark));
        QVERIFY2(ratio >= 4.5, qPrintable(QString::number(ratio)));
    }

    void controlsAndMapReachTheirs() {
        for (const bool dark : {false, true}) {
            QVERIFY(contrastRatio(roleColor(Role::OnAccent, dark), roleColor(Role::Accent, dark)) >= 4.5);
            for (const Role ground : {Role::Window, Role::Surface}) {
                QVERIFY(contrastRatio(roleColor(Role::Control, dark), roleColor(ground, dark)) >= 3.0);
                QVERIFY(contrastRatio(presentColor(dark), roleColor(ground, dark)) >= 3.0);
                QVERIFY(contrastRatio(roleColor(Role::Accent, dark), roleColor(ground, dark)) >= 3.0);
            }
        }
    }

    void contrastKnowsTheEnds() {
        QVERIFY(std::abs(contrastRatio(Qt::black, Qt::white) - 21) < 0.01);
        QVERIFY(std::abs(contrastRatio(Qt::red, Qt::red) - 1) < 0.001);
    }

    void fontsAreTheCarriedOnes() {
        QCOMPARE(QFontInfo(font(TextStyle::Interface)).family(), interfaceFamily());
        QCOMPARE(QFontInfo(font(TextStyle::Mono)).family(), monoFamily());
        QVERIFY(QFontInfo(font(TextStyle::Mono)).fixedPitch());
        QCOMPARE(font(TextStyle::Strong).weight(), QFont::DemiBold);
    }

    void everyIconDrawsSharply() {
        for (int i = 0; i < iconCount(); ++i) {
            for (const double scale : {1.0, 1.5, 2.0}) {
                const QPixmap pixmap = icon(Icon(i)).pixmap(QSize(16, 16), scale);
                QCOMPARE(pixmap.width(), int(16 * scale));
                const QImage image = pixmap.toImage().convertToFormat(QImage::Format_ARGB32);
                int inked = 0;
                for (int y = 0; y < image.height(); ++y)
                    for (int x = 0; x < image.width(); ++x) inked += qAlpha(image.pixel(x, y)) > 40;
                QVERIFY2(inked > 1, qPrintable(iconFile(Icon(i))));
            }
        }
    }

    void iconsFollowTheScheme() {
        const QIcon kept = icon(Icon::Stop);
        const auto ink = [&kept] { return kept.pixmap(QSize(16, 16)).toImage().pixelColor(8, 8); };
        Theme::instance().setScheme(ColorScheme::Light);
        QCOMPARE(ink().name(), roleColor(Role::Text, false).name());
        Theme::instance().setScheme(ColorScheme::Dark);
        QCOMPARE(ink().name(), roleColor(Role::Text, true).name());
    }

    void rolesFollowTheScheme() {
        QLabel label(QStringLiteral("x"));
        setTextRole(&label, Role::Error);
        setTextRole(&label, Role::Ok);  // the later one counts, now and after a change
        Theme::instance().setScheme(ColorScheme::Dark);
        QCOMPARE(label.palette().color(QPalette::WindowText), roleColor(Role::Ok, true));
        Theme::instance().setScheme(ColorScheme::Light);
        QCOMPARE(label.palette().color(QPalette::WindowText), roleColor(Role::Ok, false));
    }

    void spinBoxesHaveRoomForTheirText() {
        QSpinBox box;
        box.setRange(0, 512);
        box.setSpecialValueText(QStringLiteral("As trained, at most 4096"));
        box.resize(box.sizeHint());
        const QLineEdit* line = box.findChild<QLineEdit*>();
        QStyleOptionFrame option;
        option.initFrom(line);
        option.rect = line->rect();
        constexpr int kCursor = 2 * 2 + 1;  // the line's own margins and the cursor
        QVERIFY(QFontMetrics(line->font()).horizontalAdvance(line->text()) + kCursor <= line->style()->subElementRect(QStyle::SE_LineEditContents, &option, line).width());
    }

    void menusHaveAFrame() {
        QMenu menu;
        menu.addAction(QStringLiteral("Rename"));
        menu.resize(menu.sizeHint());
        const QImage picture = menu.grab().toImage();
        for (const QPoint& edge : {QPoint(0, picture.height() / 2), QPoint(picture.width() - 1, picture.height() / 2), QPoint(picture.width() / 2, 0), QPoint(picture.width() / 2, picture.height() - 1)})
            QCOMPARE(picture.pixelColor(edge).name(), roleColor(Role::Control, false).name());
    }

    void chosenTextIsElidedWhereItDoesNotFit() {
        QComboBox box;
        box.addItem(QString(60, QLatin1Char('W')));
        box.addItem(QStringLiteral("W"));
        box.resize(120, box.sizeHint().height());
        // Nothing is painted up to the arrow as if it went on behind it: the gap before the arrow is clean.
        const auto inkBeforeTheArrow = [&box] {
            const QImage picture = box.grab().toImage();
            int ink = 0;
            for (int x = picture.width() - 33; x < picture.width() - 28; ++x)
                for (int y = 4; y < picture.height() - 4; ++y) ink += picture.pixelColor(x, y) != picture.pixelColor(picture.width() - 28, 4);
            return ink;
        };
        QCOMPARE(inkBeforeTheArrow(), 0);
    }

    void zoomScalesControls() {
        QPushButton button(QStringLiteral("Load"));
        QCOMPARE(button.sizeHint().height(), kControlHeight);
        Theme::instance().setZoom(150);
        QCOMPARE(button.sizeHint().height(), 48);
        QCOMPARE(font(TextStyle::Interface).pointSizeF(), 15.75);
        Theme::instance().setZoom(1000);
        QCOMPARE(Theme::instance().zoom(), kMaximumZoom);
        Theme::instance().setZoom(100);
    }
};

QTEST_MAIN(TestStyle)
#include "tst_style.moc"

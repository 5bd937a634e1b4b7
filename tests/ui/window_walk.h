// SPDX-License-Identifier: GPL-3.0-or-later
// A walk over the widgets of a window or dialog: room for text, names and roles, the way of the Tab key, mnemonics.
#pragma once

#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QButtonGroup>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>

#include <map>
#include <optional>
#include <set>

namespace tessera::test {

inline QString describe(const QWidget* widget) {
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

inline std::optional<Shown> shownText(const QWidget* widget) {
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
    // The lines inside of spin boxes, whole.
    if (const auto* edit = qobject_cast<const QLineEdit*>(widget); edit && qobject_cast<const QAbstractSpinBox*>(edit->parentWidget()))
        return Shown{edit->text(), metrics.horizontalAdvance(edit->text()), edit->width() - ui::px(12) - 4};
    if (const auto* edit = qobject_cast<const QLineEdit*>(widget); edit && !edit->placeholderText().isEmpty())
        return Shown{edit->placeholderText(), metrics.horizontalAdvance(edit->placeholderText()), edit->width() - ui::px(12)};
    return std::nullopt;
}

/// What has been found wrong, one line each, and how many widgets were looked at.
struct WalkReport {
    QStringList wrong;
    int looked = 0;
};

inline void lookForCutText(const QWidget& root, const QString& place, WalkReport& report) {
    for (const QWidget* widget : root.findChildren<QWidget*>()) {
        if (!widget->isVisibleTo(&root)) continue;
        const auto shown = shownText(widget);
        if (!shown) continue;
        ++report.looked;
        if (shown->needed > shown->given)
            report.wrong.append(QStringLiteral("%1: \"%2\" needs %3, has %4 (%5)").arg(place, shown->text).arg(shown->needed).arg(shown->given).arg(describe(widget)));
    }
}

inline void lookForNameless(const QWidget& root, const QString& place, WalkReport& report) {
    for (QWidget* widget : root.findChildren<QWidget*>()) {
        if (!widget->isVisibleTo(&root) || !(widget->focusPolicy() & Qt::TabFocus)) continue;
        if (qobject_cast<QScrollBar*>(widget) || widget->objectName().startsWith(QLatin1String("qt_"))) continue;
        ++report.looked;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        if (!face || face->text(QAccessible::Name).trimmed().isEmpty() || face->role() == QAccessible::NoRole)
            report.wrong.append(place + QStringLiteral(": ") + describe(widget));
    }
}

/// The window must be active.
inline void lookForUnreachable(QWidget& root, const QString& place, WalkReport& report) {
    std::set<QWidget*> wanted, reached;
    for (QWidget* widget : root.findChildren<QWidget*>())
        if (widget->window() == root.window() && widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && !widget->focusProxy()) wanted.insert(widget);
    for (int step = 0; step < 200; ++step) {
        QWidget* focus = QApplication::focusWidget();
        if (focus) reached.insert(focus);
        QTest::keyClick(focus ? focus : &root, Qt::Key_Tab);
    }
    for (QWidget* widget : wanted) {
        ++report.looked;
        // In a group of exclusive buttons the arrow keys move on.
        const auto* button = qobject_cast<QAbstractButton*>(widget);
        const bool grouped = button && (button->group() || button->autoExclusive()) && !button->isChecked();
        if (!grouped && !reached.contains(widget)) report.wrong.append(place + QStringLiteral(": ") + describe(widget) + (button ? QStringLiteral(" “%1”").arg(button->text()) : QString()));
    }
}

inline void lookForEqualMnemonics(const QWidget& root, const QString& place, WalkReport& report) {
    std::map<QString, QString> taken;
    for (const QWidget* widget : root.findChildren<QWidget*>()) {
        if (!widget->isVisibleTo(&root)) continue;
        QString text;
        if (const auto* label = qobject_cast<const QLabel*>(widget); label && label->buddy()) text = label->text();
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) text = button->text();
        const QString key = QKeySequence::mnemonic(text).toString();
        if (key.isEmpty()) continue;
        ++report.looked;
        if (taken.contains(key)) report.wrong.append(QStringLiteral("%1: %2: %3 and %4").arg(place, key, text, taken[key]));
        taken[key] = text;
    }
}

}  // namespace tessera::test

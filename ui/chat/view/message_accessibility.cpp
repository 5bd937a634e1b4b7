// SPDX-License-Identifier: GPL-3.0-or-later
// How screen readers read the text of a message: as static text with positions, selection and lines.
#include "ui/chat/view/message_text.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>

namespace tessera::ui {
namespace {

class AccessibleMessage : public QAccessibleWidget, public QAccessibleTextInterface {
public:
    explicit AccessibleMessage(MessageText* text) : QAccessibleWidget(text, QAccessible::StaticText) {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::TextInterface ? static_cast<QAccessibleTextInterface*>(this) : QAccessibleWidget::interface_cast(type);
    }
    QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = state.multiLine = state.selectableText = true;
        return state;
    }
    QString text(QAccessible::Text what) const override {
        return what == QAccessible::Value ? layout().text() : QAccessibleWidget::text(what);
    }

    void selection(int index, int* begin, int* end) const override {
        const TextRange range = index == 0 ? view()->selection() : TextRange{};
        *begin = range.begin;
        *end = range.end;
    }
    int selectionCount() const override { return view()->hasSelection() ? 1 : 0; }
    void addSelection(int begin, int end) override { view()->select({begin, end}); }
    void removeSelection(int) override { view()->clearSelection(); }
    void setSelection(int, int begin, int end) override { view()->select({begin, end}); }
    int cursorPosition() const override { return view()->caret(); }
    void setCursorPosition(int position) override { view()->select({position, position}); }

    QString text(int begin, int end) const override { return layout().text().mid(begin, end - begin); }
    int characterCount() const override { return layout().length(); }
    QRect characterRect(int offset) const override {
        const auto rects = layout().rects({offset, offset + 1});
        return rects.empty() ? QRect() : rects.front().toAlignedRect().translated(view()->mapToGlobal(QPoint(0, 0)));
    }
    int offsetAtPoint(const QPoint& point) const override { return layout().positionAt(view()->mapFromGlobal(point)); }
    void scrollToSubstring(int begin, int) override { emit view()->sightRequested(layout().caretRect(begin).toAlignedRect()); }

    QString attributes(int offset, int* begin, int* end) const override {
        // Links are what a reader must know about; the rest is looks.
        *begin = 0;
        *end = layout().length();
        for (const TextLink& link : layout().links()) {
            if (offset >= link.range.end) {
                *begin = std::max(*begin, link.range.end);
            } else if (offset < link.range.begin) {
                *end = std::min(*end, link.range.begin);
            } else {
                *begin = link.range.begin;
                *end = link.range.end;
                return QStringLiteral("text-underline-style:solid;");
            }
        }
        return {};
    }

private:
    MessageText* view() const { return static_cast<MessageText*>(widget()); }
    const MessageLayout& layout() const { return view()->layout(); }
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object) {
    auto* text = qobject_cast<MessageText*>(object);
    return text ? new AccessibleMessage(text) : nullptr;
}

}  // namespace

void installMessageAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    Q_UNUSED(installed);
}

}  // namespace tessera::ui

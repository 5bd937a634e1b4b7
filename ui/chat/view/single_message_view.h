// SPDX-License-Identifier: GPL-3.0-or-later
// One message in a view of its own that scrolls, rendered as in the column.
#pragma once

#include "ui/chat/view/shown_message.h"

#include <QAbstractScrollArea>

namespace tessera::ui {

class MessageText;

class SingleMessageView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit SingleMessageView(QWidget* parent = nullptr);

    void setMessage(const ShownMessage& message, const QString& accessible_name);
    /// More text while it is written; the end stays in sight when it was.
    void updateText(const QString& text);
    void setTintShown(bool shown);
    MessageText* text() const { return m_text; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut();

    MessageText* m_text;
    bool m_laying_out = false;
};

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Two versions of an answer side by side.
#pragma once

#include "ui/chat/view/shown_message.h"

#include <QWidget>

#include <array>
#include <vector>

class QComboBox;
class QKeyEvent;

namespace tessera::ui {

class ElidedLabel;
class SingleMessageView;

class ComparisonView : public QWidget {
    Q_OBJECT
public:
    explicit ComparisonView(QWidget* parent = nullptr);

    /// All versions of one answer, in their order; `left` and `right` are indices.
    void setVersions(std::vector<ShownMessage> versions, int left, int right);
    /// While one of them is written: its text so far.
    void updateVersion(MessageNumber number, const QString& text);
    void setTintShown(bool shown);
    /// 0 left, 1 right: the index of the version that stands there.
    int shownVersion(int side) const;
    SingleMessageView* view(int side) const { return m_sides[static_cast<std::size_t>(side)].view; }
    QComboBox* choice(int side) const { return m_sides[static_cast<std::size_t>(side)].choice; }

signals:
    /// "Show this version": the conversation goes on from it.
    void versionChosen(tessera::MessageNumber number);
    void closeRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Side {
        QComboBox* choice = nullptr;
        ElidedLabel* facts = nullptr;
        SingleMessageView* view = nullptr;
    };

    QWidget* makeSide(int side);
    void showSide(int side);

    std::vector<ShownMessage> m_versions;
    std::array<Side, 2> m_sides;
};

}  // namespace tessera::ui

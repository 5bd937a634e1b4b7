// SPDX-License-Identifier: GPL-3.0-or-later
// The rail of tabs: icon over label, lines between groups.
#pragma once

#include <QTabBar>

#include <vector>

namespace tessera::ui {

enum class Icon;

class Rail : public QTabBar {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);

    /// The first tab of a group but the first group gets a line above it.
    int addPage(const QString& title, Icon icon, int group);
    /// A page that is not in the rail is shown: no tab is lit.
    void setDimmed(bool dimmed);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// Also when the current tab is clicked again, to come back from a page at the foot.
    void chosen(int index);

protected:
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override { return tabSizeHint(index); }
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Item {
        Icon icon;
        int group;
    };
    bool opensGroup(int index) const;
    QRectF plate(int index) const;
    int widestLabel() const;

    std::vector<Item> m_items;
    bool m_dimmed = false;
};

}  // namespace tessera::ui

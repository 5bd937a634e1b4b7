// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/page_parts.h"

#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QButtonGroup>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QVBoxLayout>

namespace tessera::ui {

QWidget* makePageHeader(QWidget* title, std::initializer_list<QWidget*> actions, QWidget* facts) {
    auto* row = new QHBoxLayout;
    row->setSpacing(px(kSpaceSmall));
    row->addWidget(title, 1);
    for (QWidget* action : actions) row->addWidget(action);
    auto* header = new QWidget;
    auto* column = new QVBoxLayout(header);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addLayout(row);
    column->addWidget(facts);
    return header;
}

QPushButton* makeMoreButton(std::function<void(QMenu&)> fill) {
    QPushButton* button = makeIconTextButton(Icon::More, {});
    const QString name = QCoreApplication::translate("tessera::ui::PageParts", "More actions");
    button->setAccessibleName(name);
    button->setToolTip(name);
    QObject::connect(button, &QPushButton::clicked, button, [button, fill = std::move(fill)] {
        QMenu menu;
        fill(menu);
        menu.exec(button->mapToGlobal(QPoint(0, button->height() + 2)));
    });
    return button;
}

SegmentBar::SegmentBar(const QStringList& titles, QWidget* parent) : QWidget(parent), m_row(new QHBoxLayout(this)), m_buttons(new QButtonGroup(this)) {
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(px(kSpaceTiny));
    for (int i = 0; i < titles.size(); ++i) {
        QPushButton* button = makeButton(titles[i]);
        makeSegment(button);
        button->setFocusPolicy(Qt::ClickFocus);
        m_buttons->addButton(button, i);
        m_row->addWidget(button);
    }
    m_row->addStretch(1);
    // Tab goes to the chosen one, arrows to the others; Qt itself sees to it only once one of them has had the focus.
    connect(m_buttons, &QButtonGroup::idToggled, this, [this](int id, bool checked) { m_buttons->button(id)->setFocusPolicy(checked ? Qt::StrongFocus : Qt::ClickFocus); });
    connect(m_buttons, &QButtonGroup::idClicked, this, &SegmentBar::chosen);
}

void SegmentBar::addAtEnd(QWidget* widget) { m_row->addWidget(widget); }
void SegmentBar::choose(int index) { m_buttons->button(index)->setChecked(true); }
QString SegmentBar::title(int index) const { return m_buttons->button(index)->text(); }

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/compare_view.h"

#include "ui/chat/chat_controller.h"
#include "ui/chat/shown_messages.h"
#include "ui/chat/view/message_column.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace tessera::ui {

CompareView::CompareView(ChatController& controller, QWidget* parent) : QWidget(parent), m_controller(controller) {
    auto* columns = new QHBoxLayout;
    columns->setSpacing(px(kSpaceLarge));
    const QString names[] = {tr("Keep the left one"), tr("Keep the right one")}, columns_names[] = {tr("Left answer"), tr("Right answer")};
    for (std::size_t i = 0; i < 2; ++i) {
        Side& side = m_sides[i];
        side.title = new ElidedLabel;
        setTextStyle(side.title, TextStyle::Strong);
        side.column = new MessageColumn;
        side.column->setAccessibleName(columns_names[i]);
        side.keep = makeIconTextButton(Icon::Check, names[i]);
        connect(side.keep, &QPushButton::clicked, this, [this, i] { close(m_sides[i].number); });
        auto* column = new QVBoxLayout;
        column->addWidget(side.title);
        column->addWidget(side.column, 1);
        column->addWidget(side.keep, 0, Qt::AlignLeft);
        columns->addLayout(column, 1);
    }
    auto* back = makeIconTextButton(Icon::Close, tr("Close the comparison"));
    back->setFlat(true);
    connect(back, &QPushButton::clicked, this, [this] { close(kNoMessage); });
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(px(kSpaceLarge), px(kSpaceSmall), px(kSpaceLarge), px(kSpaceSmall));
    outer->addLayout(columns, 1);
    outer->addWidget(back, 0, Qt::AlignLeft);
    connect(&controller, &ChatController::answerGrew, this, &CompareView::grow);
}

void CompareView::show(MessageNumber left, MessageNumber right) {
    m_sides[0].number = left;
    m_sides[1].number = right;
    refresh();
}

void CompareView::refresh() {
    for (Side& side : m_sides) {
        const Message* message = m_controller.message(side.number);
        if (side.number == kNoMessage) return;
        if (!message) return close(kNoMessage);
        const Versions versions = m_controller.tree().versions(side.number);
        side.title->setFullText(tr("Version %1 · %2").arg(versions.index + 1).arg(QString::fromStdString(message->facts.model)));
        ShownMessage answer = shownMessage(m_controller, side.number);
        answer.version = answer.versions = 1;  // one is chosen below, not here
        std::vector<ShownMessage> shown;
        if (m_controller.message(message->parent)) shown.push_back(shownMessage(m_controller, message->parent));
        if (!shown.empty()) shown.front().version = shown.front().versions = 1;
        shown.push_back(std::move(answer));
        side.column->setBusy(true);  // to read only
        side.column->setMessages(std::move(shown));
    }
}

void CompareView::grow(const QString& text) {
    for (Side& side : m_sides)
        if (side.number != kNoMessage && side.number == m_controller.runningNumber()) side.column->updateLast(text);
}

void CompareView::close(MessageNumber kept) {
    for (Side& side : m_sides) side.number = kNoMessage;
    emit closed(kept);
}

}  // namespace tessera::ui

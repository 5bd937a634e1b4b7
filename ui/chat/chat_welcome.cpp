// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_welcome.h"

#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tessera::ui {

ChatWelcome::ChatWelcome(bool can_fetch, QWidget* parent) : QWidget(parent) {
    m_no_model = new EmptyState(Icon::Chat, tr("There is no model to talk to yet. Everything you write stays on this machine."));
    if (can_fetch) {
        m_fetch = m_no_model->setPrimary(tr("Get the default model"), [this] { emit fetchRequested(); });
        m_no_model->setLink(tr("Open a GGUF…"), [this] { emit openRequested(); });
    } else {
        m_no_model->setPrimary(tr("Open a GGUF…"), [this] { emit openRequested(); });
    }
    auto* ready = new QWidget;
    auto* column = new QVBoxLayout(ready);
    column->setSpacing(px(kSpace));
    column->addStretch(2);
    auto* title = makeLabel(tr("What would you like to know?"), TextStyle::Title);
    column->addWidget(title, 0, Qt::AlignHCenter);
    for (const QString& question : {tr("What is the capital of France?"), tr("Explain what a neural network is, in two sentences."), tr("Write a haiku about the sea.")}) {
        QPushButton* button = makeButton(question);
        connect(button, &QPushButton::clicked, this, [this, question] { emit questionChosen(question); });
        column->addWidget(button, 0, Qt::AlignHCenter);
    }
    column->addStretch(3);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_no_model);
    m_stack->addWidget(ready);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
}

void ChatWelcome::setHasModel(bool has_model) { m_stack->setCurrentIndex(has_model ? 1 : 0); }

bool ChatWelcome::hasModel() const { return m_stack->currentIndex() == 1; }

void ChatWelcome::setFetching(bool fetching) {
    if (m_fetch) m_fetch->setEnabled(!fetching);
}

}  // namespace tessera::ui

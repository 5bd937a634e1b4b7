// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/inspector_view.h"

#include "ui/style/icons.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/plot_frame.h"

#include <QStackedWidget>
#include <QVBoxLayout>

namespace tessera::ui {

InspectorView::InspectorView(const InspectorParts& parts) : m_parts(parts), m_stack(new QStackedWidget) {
    m_missing = new EmptyState(Icon::Inspector, {});
    m_again = m_missing->setPrimary({}, [this] { emit wanted(m_part); });
    m_stack->addWidget(m_missing);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
}

QList<PlotFrame*> InspectorView::plots() const { return findChildren<PlotFrame*>(); }

void InspectorView::setContent(QWidget* content) { m_stack->addWidget(content); }

void InspectorView::showContent() { m_stack->setCurrentIndex(1); }

void InspectorView::showMissing(const QString& sentence, CapturePart part, bool offer) {
    m_part = part;
    m_missing->setSentence(sentence);
    m_again->setText(part == CapturePart::Tensors ? tr("Choose tensors…") : tr("Keep it and run again"));
    m_again->setVisible(offer);
    m_stack->setCurrentIndex(0);
}

}  // namespace tessera::ui

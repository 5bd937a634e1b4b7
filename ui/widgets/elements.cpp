// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/elements.h"

#include "ui/style/paint.h"
#include "ui/style/tessera_style.h"

#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QResizeEvent>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

/// A label that shows an icon, sharp at every scale and in the colours of the moment.
class IconLabel : public QLabel {
public:
    IconLabel(Icon name, Role role, int size) : m_name(name), m_role(role), m_size(size) {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void set(Icon name, Role role) {
        m_name = name;
        m_role = role;
        update();
    }
    QSize sizeHint() const override { return QSize(px(m_size), px(m_size)); }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintIcon(painter, rect(), m_name, color(m_role));
    }

private:
    Icon m_name;
    Role m_role;
    int m_size;
};

/// Words that wrap and always get the height that their width asks for. Plain labels lose it in form layouts and stacks.
class Paragraph : public QLabel {
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override { return QSize(QLabel::minimumSizeHint().width(), heightForWidth(width())); }

protected:
    void resizeEvent(QResizeEvent* event) override {
        QLabel::resizeEvent(event);
        if (event->size().width() != event->oldSize().width()) updateGeometry();
    }
};

}  // namespace

QLabel* makeLabel(const QString& text, TextStyle style, Role role) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    if (style != TextStyle::Interface) setTextStyle(label, style);
    if (role != Role::Text) setTextRole(label, role);
    return label;
}

QLabel* makeParagraph(const QString& text, Role role) {
    QLabel* label = new Paragraph(text);
    label->setTextFormat(Qt::PlainText);
    if (role != Role::Text) setTextRole(label, role);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QPushButton* makeButton(const QString& text, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    return button;
}

QPushButton* makeIconTextButton(Icon name, const QString& text, QWidget* parent) {
    QPushButton* button = makeButton(text, parent);
    button->setIcon(icon(name));
    return button;
}

QToolButton* makeIconButton(Icon name, const QString& text, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(icon(name));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(text);
    button->setToolTip(text);
    return button;
}

ElidedLabel::ElidedLabel(const QString& text, Qt::TextElideMode mode, QWidget* parent) : QLabel(parent), m_mode(mode) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFullText(text);
}

void ElidedLabel::setFullText(const QString& text) {
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const {
    return QSize(fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height());
}

QSize ElidedLabel::minimumSizeHint() const { return QSize(fontMetrics().horizontalAdvance(QStringLiteral("mm…")), fontMetrics().height()); }

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QString shown = fontMetrics().elidedText(m_text, m_mode, width());
    setToolTip(shown == m_text ? QString() : m_text);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignVCenter | (alignment() & Qt::AlignHorizontal_Mask), shown);
}

Card::Card(Role ground, QWidget* parent) : QFrame(parent), m_ground(ground), m_column(new QVBoxLayout(this)) {
    setFrameShape(QFrame::NoFrame);
    m_column->setContentsMargins(px(kSpaceWide), px(kSpaceWide), px(kSpaceWide), px(kSpaceWide));
    m_column->setSpacing(px(kSpaceSmall));
}

void Card::setBorderRole(Role role) {
    m_border = role;
    m_has_border = true;
    update();
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintBox(painter, rect(), px(kRadiusCard), color(m_ground), m_has_border ? color(m_border) : QColor());
}

void Card::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) update();
}

Banner::Banner(QWidget* parent) : Card(Role::Raised, parent) {
    m_icon = new IconLabel(Icon::Info, Role::Accent, kIconLarge);
    m_text = makeParagraph({});
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_row = new QHBoxLayout;
    m_row->setSpacing(px(kSpaceSmall));
    m_row->addWidget(m_icon);
    m_row->addWidget(m_text, 1);
    column()->setContentsMargins(px(kSpace), px(kSpaceSmall), px(kSpaceSmall), px(kSpaceSmall));
    column()->addLayout(m_row);
    hide();
}

void Banner::show(Kind kind, const QString& text) {
    struct Look {
        Icon icon;
        Role role;
    };
    constexpr Look looks[] = {{Icon::Bad, Role::Error}, {Icon::Warning, Role::Warn}, {Icon::Info, Role::Accent}, {Icon::Done, Role::Ok}};
    static_cast<IconLabel*>(m_icon)->set(looks[kind].icon, looks[kind].role);
    setBorderRole(looks[kind].role);
    m_text->setText(text);
    setAccessibleName(text);
    setVisible(true);
}

QPushButton* Banner::addAction(const QString& text, std::function<void()> run) {
    QPushButton* button = makeButton(text, this);
    connect(button, &QPushButton::clicked, this, std::move(run));
    m_row->addWidget(button);
    m_actions.append(button);
    return button;
}

void Banner::clearActions() {
    // Later: one of them may be the button that is being clicked.
    for (QPushButton* button : std::exchange(m_actions, {})) {
        m_row->removeWidget(button);
        button->hide();
        button->deleteLater();
    }
}

EmptyState::EmptyState(Icon name, const QString& sentence, QWidget* parent) : QWidget(parent) {
    m_icon = new IconLabel(name, Role::Muted, 32);
    m_sentence = makeLabel(sentence, TextStyle::Chat);
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignCenter);
    fitSentence();
    m_buttons = new QWidget;
    auto* row = new QHBoxLayout(m_buttons);
    row->setContentsMargins(0, px(kSpaceSmall), 0, 0);
    m_column = new QVBoxLayout(this);
    m_column->setSpacing(px(kSpace));
    m_column->addStretch(2);
    m_column->addWidget(m_icon, 0, Qt::AlignHCenter);
    m_column->addWidget(m_sentence, 0, Qt::AlignHCenter);
    m_column->addWidget(m_buttons, 0, Qt::AlignHCenter);
    m_column->addStretch(3);
}

void EmptyState::setSentence(const QString& sentence) {
    m_sentence->setText(sentence);
    fitSentence();
}

// A layout asks a centred label only for its size hint, which may be for fewer lines than its width gives.
void EmptyState::fitSentence() {
    m_sentence->setFixedWidth(px(440));
    m_sentence->setMinimumHeight(std::max(0, m_sentence->heightForWidth(px(440))));
}

void EmptyState::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fitSentence();
}

QPushButton* EmptyState::setPrimary(const QString& text, std::function<void()> run) {
    QPushButton* button = makeButton(text);
    makePrimary(button);
    connect(button, &QPushButton::clicked, this, std::move(run));
    m_buttons->layout()->addWidget(button);
    return button;
}

QPushButton* EmptyState::setLink(const QString& text, std::function<void()> run) {
    QPushButton* button = makeButton(text);
    button->setFlat(true);
    setTextRole(button, Role::Accent);
    connect(button, &QPushButton::clicked, this, std::move(run));
    m_buttons->layout()->addWidget(button);
    return button;
}

FactList::FactList(QWidget* parent) : QWidget(parent), m_form(new QFormLayout(this)) {
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(px(kSpaceSmall));
    m_form->setVerticalSpacing(px(kSpaceTiny));
    m_form->setLabelAlignment(Qt::AlignLeft);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->setRowWrapPolicy(QFormLayout::DontWrapRows);
}

void FactList::clear() {
    while (m_form->rowCount() > 0) m_form->removeRow(0);
}

QLabel* FactList::add(const QString& name, const QString& value, Role role) {
    QLabel* field = makeParagraph(value, role);
    field->setTextInteractionFlags(Qt::TextSelectableByMouse);
    field->setMinimumWidth(px(40));
    m_form->addRow(makeLabel(name, TextStyle::Interface, Role::Muted), field);
    return field;
}

int FactList::count() const { return m_form->rowCount(); }

}  // namespace tessera::ui

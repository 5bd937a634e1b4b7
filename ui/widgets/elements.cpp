// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/elements.h"

#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/tessera_style.h"

#include <QEvent>
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

}  // namespace

QLabel* makeLabel(const QString& text, TextStyle style, Role role) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    if (style != TextStyle::Interface) setTextStyle(label, style);
    if (role != Role::Text) setTextRole(label, role);
    return label;
}

QLabel* makeParagraph(const QString& text, Role role) {
    QLabel* label = makeLabel(text, TextStyle::Interface, role);
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

FactList::FactList(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void FactList::clear() {
    for (const Row& row : std::exchange(m_rows, {})) {
        delete row.name;
        delete row.value;
    }
    updateGeometry();
}

QLabel* FactList::add(const QString& name, const QString& value, Role role) {
    Row row{makeLabel(name, TextStyle::Interface, Role::Muted), makeParagraph(value, role)};
    row.name->setWordWrap(true);
    row.name->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    row.value->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    for (QLabel* label : {row.name, row.value}) {
        label->setParent(this);
        label->show();
    }
    m_rows.append(row);
    updateGeometry();
    place();
    return row.value;
}

void FactList::set(const std::vector<std::pair<QString, QString>>& facts) {
    const bool same = std::equal(facts.begin(), facts.end(), m_rows.begin(), m_rows.end(), [](const auto& fact, const Row& row) { return fact.first == row.name->text(); });
    if (!same) {
        clear();
        for (const auto& [name, value] : facts) add(name, value);
        return;
    }
    for (std::size_t i = 0; i < facts.size(); ++i)
        if (QLabel* value = m_rows[static_cast<qsizetype>(i)].value; value->text() != facts[i].second) value->setText(facts[i].second);
}

int FactList::count() const { return static_cast<int>(m_rows.size()); }

// The widest name, but never more than half of the width: then it wraps.
int FactList::nameWidth(int width) const {
    int widest = 0;
    for (const Row& row : m_rows) widest = std::max(widest, row.name->fontMetrics().horizontalAdvance(row.name->text()) + 2);
    return std::min(widest, width / 2);
}

int FactList::rowHeight(const Row& row, int width) const {
    const int names = nameWidth(width);
    return std::max(row.name->heightForWidth(names), row.value->heightForWidth(std::max(1, width - names - px(kSpaceSmall))));
}

int FactList::heightForWidth(int width) const {
    int height = 0;
    for (const Row& row : m_rows) height += rowHeight(row, width) + px(kSpaceTiny);
    return std::max(0, height - px(kSpaceTiny));
}

QSize FactList::sizeHint() const {
    int widest = 0;
    for (const Row& row : m_rows) widest = std::max(widest, row.value->fontMetrics().horizontalAdvance(row.value->text()) + 2);
    const int width = nameWidth(px(2000)) + px(kSpaceSmall) + std::min(widest, px(320));
    return QSize(width, heightForWidth(width));
}

QSize FactList::minimumSizeHint() const { return QSize(px(120), 0); }

void FactList::place() {
    const int names = nameWidth(width()), left = names + px(kSpaceSmall);
    int top = 0;
    for (const Row& row : m_rows) {
        const int height = rowHeight(row, width());
        row.name->setGeometry(0, top, names, height);
        row.value->setGeometry(left, top, std::max(1, width() - left), height);
        top += height + px(kSpaceTiny);
    }
}

void FactList::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place();
}

bool FactList::event(QEvent* event) {
    // A label has other words or another font.
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::FontChange) {
        updateGeometry();
        place();
    }
    return QWidget::event(event);
}

}  // namespace tessera::ui

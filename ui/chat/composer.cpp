// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/composer.h"

#include "core/base/limits.h"
#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/text_format.h"

#include <QAbstractTextDocumentLayout>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <QTextDocument>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kMostLines = 9;

QStringList localFiles(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    return paths;
}

/// Its text gives way where room is short.
QPushButton* elidingButton(Icon name) {
    QPushButton* button = makeIconTextButton(name, {});
    button->setFlat(true);
    button->setProperty("elides", true);
    button->setMinimumWidth(px(72));
    return button;
}

}  // namespace

ComposerEdit::ComposerEdit(QWidget* parent) : QPlainTextEdit(parent) {
    setTextStyle(this, TextStyle::Chat);
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(2);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &ComposerEdit::fitHeight);
    fitHeight();
}

void ComposerEdit::fitHeight() {
    // This layout measures in lines, not in pixels.
    const double lines = std::clamp(document()->size().height(), 1.0, double(kMostLines));
    const int height = static_cast<int>(lines * QFontMetricsF(font()).lineSpacing() + 2 * document()->documentMargin()) + 2;
    const bool scrolls = document()->size().height() > kMostLines;
    setVerticalScrollBarPolicy(scrolls ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    if (height != this->height()) setFixedHeight(height);
}

void ComposerEdit::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    fitHeight();
}

void ComposerEdit::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange) fitHeight();
}

void ComposerEdit::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !(event->modifiers() & Qt::ShiftModifier)) return emit sendPressed();
    if (event->key() == Qt::Key_Up && document()->isEmpty()) return emit editLastPressed();
    QPlainTextEdit::keyPressEvent(event);
}

bool ComposerEdit::canInsertFromMimeData(const QMimeData* source) const { return source->hasUrls() || QPlainTextEdit::canInsertFromMimeData(source); }

void ComposerEdit::insertFromMimeData(const QMimeData* source) {
    if (const QStringList files = localFiles(source); !files.isEmpty()) return emit filesGiven(files);
    QPlainTextEdit::insertFromMimeData(source);
}

Composer::Composer(QWidget* parent) : QWidget(parent) {
    setAcceptDrops(true);
    m_edit = new ComposerEdit;
    m_edit->setPlaceholderText(tr("Ask anything.  Enter sends, Shift+Enter starts a new line"));
    m_edit->setAccessibleName(tr("Your message"));
    m_edit->installEventFilter(this);
    m_files = new QWidget;
    m_files_row = new QHBoxLayout(m_files);
    m_files_row->setContentsMargins(0, 0, 0, 0);
    m_files_row->setSpacing(px(kSpaceSmall));
    m_files->hide();
    m_model = elidingButton(Icon::Model);
    m_preset = elidingButton(Icon::Sampling);
    m_system = elidingButton(Icon::SystemPrompt);
    m_system->setAccessibleName(tr("System prompt"));
    m_attach = makeIconButton(Icon::Attach, tr("Attach text files"));
    m_probabilities = makeIconButton(Icon::Temperature, tr("Show token probabilities"));
    m_probabilities->setCheckable(true);
    m_context = new ContextBar;
    m_send = makeButton({});
    m_send->setObjectName(QStringLiteral("send"));
    makePrimary(m_send);
    const auto fit_send = [this] { m_send->setFixedSize(px(kPrimaryHeight), px(kControlHeight)); };
    fit_send();
    connect(&Theme::instance(), &Theme::changed, this, fit_send);
    connect(m_send, &QPushButton::clicked, this, [this] {
        m_busy ? emit stopRequested() : emit sendRequested();
        m_edit->setFocus();  // one goes on typing
    });
    connect(m_edit, &ComposerEdit::sendPressed, this, [this] {
        if (!m_busy) emit sendRequested();
    });
    connect(m_edit, &ComposerEdit::filesGiven, this, &Composer::filesGiven);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        showSend();
        emit changed();
    });
    auto* row = m_row = new QHBoxLayout;
    row->setSpacing(px(kSpaceTiny));
    row->addWidget(m_model);
    row->addWidget(m_preset);
    row->addWidget(m_system);
    row->addWidget(m_attach);
    row->addWidget(m_probabilities);
    row->addStretch(1);
    row->addWidget(m_context);
    row->addSpacing(px(kSpaceSmall));
    row->addWidget(m_send);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpace), px(kSpace), px(kSpace), px(kSpaceSmall));
    column->setSpacing(px(kSpaceSmall));
    auto* text = new QHBoxLayout;
    text->setContentsMargins(px(kSpaceTiny), 0, px(kSpaceTiny), 0);
    text->addWidget(m_edit);
    column->addLayout(text);
    column->addWidget(m_files);
    column->addLayout(row);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    showSend();
}

bool Composer::event(QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) fitRow();
    return QWidget::event(event);
}

void Composer::setModelName(const QString& name) {
    m_model_name = name;
    fitRow();
}

/// Where room is short the system prompt keeps its icon only, then the model's name gives way; the preset never does.
void Composer::fitRow() {
    const QString system = tr("System prompt");
    const QFontMetrics metrics(m_model->font());
    m_preset->setMinimumWidth(std::min(m_preset->sizeHint().width(), px(180)));
    int room = contentsRect().width() - layout()->contentsMargins().left() - layout()->contentsMargins().right();
    for (int i = 0; i < m_row->count(); ++i) {
        QLayoutItem* item = m_row->itemAt(i);
        if (item->widget() == m_model || item->widget() == m_system) room -= m_row->spacing();
        else if (!item->isEmpty() || item->spacerItem()) room -= item->sizeHint().width() + m_row->spacing();
    }
    const int menu_icon = px(56), plain_icon = px(36), gap = px(kSpaceSmall);
    const int model_named = menu_icon + gap + metrics.horizontalAdvance(m_model_name), system_named = plain_icon + gap + metrics.horizontalAdvance(system);
    const bool names_system = model_named + system_named <= room;
    const bool names_model = std::min(model_named, px(130)) + (names_system ? system_named : plain_icon) <= room;
    m_system->setText(names_system ? system : QString());
    m_system->setMinimumWidth(plain_icon);
    m_model->setText(names_model ? m_model_name : QString());
    m_model->setMinimumWidth(menu_icon);
}

void Composer::setText(const QString& text) {
    m_edit->setPlainText(text);
    m_edit->moveCursor(QTextCursor::End);
}

bool Composer::addAttachment(Attachment attachment) {
    if (m_attachments.size() >= limits::kMaxAttachments) return false;
    m_attachments.push_back(std::move(attachment));
    showAttachments();
    emit changed();
    return true;
}

void Composer::clear() {
    m_attachments.clear();
    showAttachments();
    m_edit->clear();
    emit changed();
}

void Composer::showAttachments() {
    while (QLayoutItem* item = m_files_row->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    for (std::size_t i = 0; i < m_attachments.size(); ++i) {
        const QString name = QString::fromStdString(m_attachments[i].name);
        QPushButton* chip = elidingButton(Icon::TextFile);
        chip->setFlat(false);
        chip->setText(i < m_attachment_tokens.size() ? tr("%1 · %n token(s)", nullptr, static_cast<int>(m_attachment_tokens[i])).arg(name) : name);
        chip->setToolTip(tr("%1\nPress to take it away").arg(name));
        connect(chip, &QPushButton::clicked, this, [this, i] {
            m_attachments.erase(m_attachments.begin() + static_cast<std::ptrdiff_t>(i));
            m_attachment_tokens.clear();
            showAttachments();
            emit changed();
        });
        m_files_row->addWidget(chip);
    }
    m_files_row->addStretch(1);
    m_files->setVisible(!m_attachments.empty());
    showSend();
}

void Composer::setMeasure(const std::optional<ContextMeasure>& measure) {
    m_context->show(measure);
    const std::vector<std::uint32_t> tokens = measure ? measure->attachments : std::vector<std::uint32_t>{};
    if (tokens == m_attachment_tokens) return;
    m_attachment_tokens = tokens;
    showAttachments();
}

void Composer::setBusy(bool busy) {
    if (m_busy == busy) return;
    m_busy = busy;
    showSend();
}

void Composer::setMayAnswer(bool may) {
    m_may_answer = may;
    showSend();
}

void Composer::showSend() {
    const bool nothing = m_edit->document()->isEmpty() && m_attachments.empty();
    const bool answers = nothing && m_may_answer;
    m_send->setIcon(icon(m_busy ? Icon::Stop : answers ? Icon::Regenerate : Icon::ArrowUp, Role::OnAccent));
    const QString name = m_busy ? tr("Stop") : answers ? tr("Answer the last question") : tr("Send");
    m_send->setAccessibleName(name);
    m_send->setToolTip(m_busy ? tr("Stop (Esc)") : name);
    m_send->setEnabled(m_busy || answers || !nothing);
}

void Composer::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintBox(painter, rect(), px(kRadiusMessage), color(Role::Surface), color(m_edit->hasFocus() ? Role::Accent : Role::Control), m_edit->hasFocus() ? 2 : 1);
}

bool Composer::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
    return QWidget::eventFilter(watched, event);
}

void Composer::dragEnterEvent(QDragEnterEvent* event) {
    if (!localFiles(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void Composer::dropEvent(QDropEvent* event) { emit filesGiven(localFiles(event->mimeData())); }

}  // namespace tessera::ui

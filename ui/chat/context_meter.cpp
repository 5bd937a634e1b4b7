// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/context_meter.h"

#include "ui/jobs/job_runner.h"
#include "ui/style/paint.h"
#include "ui/style/theme.h"
#include "ui/widgets/text_format.h"

#include <QFocusEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>

namespace tessera::ui {
namespace {

constexpr int kDelayMs = 250;
constexpr int kBarWidth = 96, kNarrowBarWidth = 72, kBarHeight = 6;

Result<ContextMeasure> measureContext(const ContextMeter::Question& question, const Operation& operation) {
    ContextMeasure measure;
    measure.context_tokens = question.engine->contextTokens();
    measure.reserve = question.engine->reserve(question.max_tokens);
    if (!question.prompt.messages.empty()) {
        TESSERA_TRY(const PromptPlan plan, question.engine->plan(question.prompt));
        measure.parts = plan.parts;
    }
    for (const std::string& text : question.attachments) {
        TESSERA_CHECK(operation.checkStop());
        TESSERA_TRY(const auto tokens, question.engine->model()->tokenizer->encode(text, {.add_special = false, .parse_special = false}));
        measure.attachments.push_back(static_cast<std::uint32_t>(tokens.size()));
    }
    return measure;
}

}  // namespace

ContextMeter::ContextMeter(JobRunner& jobs, std::function<Question()> ask, QObject* parent) : QObject(parent), m_jobs(jobs), m_ask(std::move(ask)) {
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &ContextMeter::count);
}

void ContextMeter::changed() { m_delay.start(); }

void ContextMeter::count() {
    Question question = m_ask();
    if (question.later) return;
    if (m_job) m_job->cancel();
    const quint64 request = ++m_request;
    if (!question.engine) {
        m_measure.reset();
        emit measured();
        return;
    }
    JobInfo info;
    info.title = tr("Count tokens");
    info.pool = JobPool::Compute;
    info.quiet = true;
    m_job = m_jobs.start(std::move(info), [question = std::move(question)](const Operation& operation) { return measureContext(question, operation); }, this,
                         [this, request](Result<ContextMeasure> measure) {
                             if (request != m_request) return;
                             m_measure.reset();
                             if (measure) m_measure = std::move(*measure);
                             emit measured();
                         });
}

ContextBar::ContextBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setTextStyle(this, TextStyle::Caption);
    setFocusPolicy(Qt::TabFocus);
    hide();
}

void ContextBar::show(const std::optional<ContextMeasure>& measure) {
    m_measure = measure;
    setVisible(measure.has_value());
    if (!measure) return m_text.clear();
    const ContextParts& parts = measure->parts;
    m_text = tr("%1 of %2 tokens").arg(formatCount(parts.total()), formatCount(measure->context_tokens));
    const std::uint32_t used = std::min(parts.total(), measure->context_tokens);
    QString details = tr("System prompt: %1\nHistory: %2\nThis turn: %3\nFree: %4")
                          .arg(formatCount(parts.system), formatCount(parts.history), formatCount(parts.turn), formatCount(measure->context_tokens - used));
    if (!measure->fits()) details += QLatin1Char('\n') + tr("There is too little room for an answer.");
    setToolTip(details);
    setAccessibleName(tr("Context: %1").arg(m_text));
    setAccessibleDescription(details);
    updateGeometry();
    update();
}

QSize ContextBar::sizeHint() const {
    const QFontMetrics metrics(ui::font(TextStyle::Caption));
    const int bar = window()->width() < px(1180) ? kNarrowBarWidth : kBarWidth;
    return QSize(metrics.horizontalAdvance(m_text) + px(kSpaceSmall) + px(bar) + 2, std::max(metrics.height(), px(kControlHeight)));
}

void ContextBar::paintEvent(QPaintEvent*) {
    if (!m_measure) return;
    QPainter painter(this);
    const QFont caption = ui::font(TextStyle::Caption);
    painter.setFont(caption);
    const int text_width = QFontMetrics(caption).horizontalAdvance(m_text);
    painter.setPen(color(m_measure->fits() ? Role::Muted : Role::Warn));
    painter.drawText(QRect(0, 0, text_width + 2, height()), Qt::AlignVCenter | Qt::AlignLeft, m_text);
    const double left = text_width + px(kSpaceSmall), room = width() - left - 1, bar_height = px(kBarHeight);
    const QRectF bar(left, (height() - bar_height) / 2.0, room, bar_height);
    paintBox(painter, bar, bar_height / 2, color(Role::Divider), QColor());
    const double scale = room / std::max(1u, std::max(m_measure->context_tokens, m_measure->parts.total()));
    const std::array parts{std::pair{m_measure->parts.system, Role::Remote}, std::pair{m_measure->parts.history, Role::Accent}, std::pair{m_measure->parts.turn, Role::Ok}};
    painter.setClipRect(bar);
    double at = bar.left();
    for (const auto& [tokens, role] : parts) {
        if (tokens == 0) continue;
        const double width = std::max(tokens * scale, 2.0);
        painter.fillRect(QRectF(at, bar.top(), width - 1, bar.height()), color(role));  // a gap: colour is not all that parts them
        at += width;
    }
    painter.setClipping(false);
    if (m_ring) paintFocusRing(painter, rect(), px(kRadiusControl));
}

void ContextBar::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_ring = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (m_ring) QToolTip::showText(mapToGlobal(QPoint(0, 0)), toolTip(), this);
    update();
}

void ContextBar::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m_ring = false;
    QToolTip::hideText();
    update();
}

}  // namespace tessera::ui

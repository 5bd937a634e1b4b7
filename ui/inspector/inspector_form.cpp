// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/inspector_form.h"

#include "core/base/platform/system.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/text_format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QTimer>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("inspector");
constexpr int kEstimateDelayMs = 150;

struct PartInfo {
    CapturePart part;
    const char* key;   // in the settings
    const char* cost;  // part of CaptureCost; null: all that have no name of their own
    bool kept;         // at first
};

constexpr PartInfo kParts[] = {
    {CapturePart::Norms, "norms", "norms", true},
    {CapturePart::Lens, "lens", "residual rows", true},
    {CapturePart::Attention, "attention", "attention", true},
    {CapturePart::Neurons, "neurons", "neurons", false},
    {CapturePart::Experts, "experts", "experts", false},
    {CapturePart::Tensors, "tensors", nullptr, false},
};

std::size_t at(CapturePart part) { return static_cast<std::size_t>(part); }

}  // namespace

InspectorFormWidget::InspectorFormWidget(InspectorSession& session, Settings& settings, QWidget* parent)
    : QWidget(parent), m_session(session), m_settings(settings), m_delay(new QTimer(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(makePromptRow());
    column->addWidget(makeCostRow());
    column->addWidget(makeParts());
    m_delay->setSingleShot(true);
    m_delay->setInterval(kEstimateDelayMs);
    connect(m_delay, &QTimer::timeout, this, &InspectorFormWidget::ask);
    connect(&session, &InspectorSession::estimated, this, [this](const InspectorEstimate& estimate) {
        m_estimate = estimate;
        showEstimate();
        emit estimateChanged();
    });
    connect(&session, &InspectorSession::busyChanged, this, &InspectorFormWidget::showBusy);
    connect(&session, &InspectorSession::captureListChanged, this, &InspectorFormWidget::change);
    connect(&session.holder(), &ModelHolder::stateChanged, this, &InspectorFormWidget::followModel);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    unfold(true);
    showBusy();
    followModel();
}

void InspectorFormWidget::followModel() {
    const auto model = m_session.holder().model();
    m_through_nodes = model && model->engine && m_engine->currentIndex() == static_cast<int>(EngineKind::Fragments) && isSeenThroughNodes(*model);
    for (const PartInfo& info : kParts) {
        const QString why = whyNot(info.part);
        m_boxes[at(info.part)]->setEnabled(why.isEmpty());
        m_boxes[at(info.part)]->setToolTip(why.isEmpty() ? m_hints[at(info.part)] : why);
    }
    change();
}

QString InspectorFormWidget::whyNot(CapturePart part) const {
    if (!m_through_nodes || part == CapturePart::Norms || part == CapturePart::Lens) return {};
    return tr("Layers on nodes show their residual stream alone: norms and the lens. The rest can be seen once their fragments are on this machine.");
}

QWidget* InspectorFormWidget::makePromptRow() {
    m_prompt = new QPlainTextEdit;
    m_prompt->setPlainText(m_settings.text(kArea, QStringLiteral("prompt"), QStringLiteral("The capital of France is")));
    m_prompt->setPlaceholderText(tr("A prompt to look inside of"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setTabChangesFocus(true);
    m_prompt->setFixedHeight(px(2 * kControlHeight + kSpaceTiny));
    m_prompt->installEventFilter(this);
    m_kind = new QComboBox;
    m_kind->addItem(tr("As it is"), static_cast<int>(PromptKind::Raw));
    m_kind->addItem(tr("As a chat message"), static_cast<int>(PromptKind::Chat));
    m_kind->setCurrentIndex(m_settings.text(kArea, QStringLiteral("kind")) == QLatin1String("chat") ? 1 : 0);
    m_kind->setAccessibleName(tr("How the prompt is put"));
    m_engine = new QComboBox;
    m_engine->addItem(tr("Fragments (ours)"));
    m_engine->addItem(tr("llama.cpp"));
    m_engine->setCurrentIndex(static_cast<int>(m_session.holder().options().load.engine));
    m_engine->setAccessibleName(tr("Engine"));
    m_run = makeButton(tr("Run"));
    makePrimary(m_run);
    m_run->setToolTip(tr("Run (Ctrl+Enter)"));
    m_run->setMinimumWidth(px(96));
    connect(m_run, &QPushButton::clicked, this, [this] { m_session.isBusy() ? emit stopWanted() : emit runWanted(); });
    connect(m_prompt, &QPlainTextEdit::textChanged, this, [this] {
        // A changed text is no longer the answer that was sent.
        if (!m_setting && !m_tokens.empty()) {
            m_tokens.clear();
            m_kind->removeItem(2);
        }
        change();
    });
    connect(m_kind, &QComboBox::currentIndexChanged, this, &InspectorFormWidget::change);
    connect(m_engine, &QComboBox::currentIndexChanged, this, &InspectorFormWidget::followModel);
    auto* choices = new QVBoxLayout;
    choices->setSpacing(px(kSpaceTiny));
    choices->addWidget(m_kind);
    choices->addWidget(m_engine);
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(kSpaceSmall));
    row->addWidget(m_prompt, 1);
    row->addLayout(choices);
    row->addWidget(m_run, 0, Qt::AlignTop);
    return box;
}

QWidget* InspectorFormWidget::makeCostRow() {
    m_fold = makeIconTextButton(Icon::ChevronRight, tr("Keep"));
    m_fold->setFlat(true);
    m_fold->setCheckable(true);
    m_fold->setObjectName(QStringLiteral("fold"));
    m_fold->setToolTip(tr("Choose what is kept of the run"));
    connect(m_fold, &QPushButton::toggled, this, &InspectorFormWidget::unfold);
    m_cost = new ElidedLabel({}, Qt::ElideRight);
    setTextRole(m_cost, Role::Muted);
    m_progress = new QProgressBar;
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(px(180));
    m_progress->setAccessibleName(tr("Progress of the run"));
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(kSpaceSmall));
    row->addWidget(m_fold);
    row->addWidget(m_cost, 1);
    row->addWidget(m_progress);
    return box;
}

QWidget* InspectorFormWidget::makeParts() {
    m_parts = new Card(Role::Raised);
    m_parts->column()->setContentsMargins(px(kSpace), px(kSpaceSmall), px(kSpace), px(kSpaceSmall));
    const QString titles[] = {tr("&Norms per layer"), tr("&Lens"), tr("&Attention"), tr("Ne&urons"), tr("&Experts"), tr("&Tensors")};
    const QString hints[] = {tr("How long the residual is and what each part adds"), tr("The residual row of every layer and token"),
                             tr("Queries and keys, from which the weights are computed"), tr("The activations inside the feed-forward networks"),
                             tr("The experts that each token was sent to, in mixtures of experts"), tr("Any intermediate by name, as in “ffn_out@3 Qcur@0”")};
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(px(kSpaceSmall));
    grid->setVerticalSpacing(px(kSpaceTiny));
    for (const PartInfo& info : kParts) {
        const std::size_t i = at(info.part);
        m_boxes[i] = new QCheckBox(titles[i]);
        m_hints[i] = hints[i];
        m_boxes[i]->setChecked(m_settings.flag(kArea, QStringLiteral("keep.") + QString::fromLatin1(info.key), info.kept));
        m_part_costs[i] = makeLabel({}, TextStyle::Caption, Role::Muted);
        connect(m_boxes[i], &QCheckBox::toggled, this, [this, key = QString::fromLatin1(info.key)](bool on) {
            m_settings.set(kArea, QStringLiteral("keep.") + key, on);
            change();
        });
        const int row = static_cast<int>(i) / 3, place = static_cast<int>(i) % 3 * 2;
        grid->addWidget(m_boxes[i], row, place);
        grid->addWidget(m_part_costs[i], row, place + 1);
        grid->setColumnStretch(place + 1, 1);
    }
    m_captures = new QLineEdit(m_settings.text(kArea, QStringLiteral("captures")));
    m_captures->setPlaceholderText(tr("ffn_out@3 Qcur@0"));
    m_captures->setAccessibleName(tr("Tensors to keep"));
    connect(m_captures, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_settings.set(kArea, QStringLiteral("captures"), text);
        change();
    });
    auto* choose = makeButton(tr("Choose…"));
    choose->setAccessibleName(tr("Choose the tensors to keep"));
    connect(choose, &QPushButton::clicked, this, &InspectorFormWidget::chooseTensorsWanted);
    auto* tensors = new QHBoxLayout;
    tensors->setSpacing(px(kSpaceSmall));
    tensors->addWidget(m_captures, 1);
    tensors->addWidget(choose);
    m_parts->column()->addLayout(grid);
    m_parts->column()->addLayout(tensors);
    const auto show_tensors = [this, choose](bool on) {
        m_captures->setVisible(on);
        choose->setVisible(on);
        if (on) m_session.captureList();
    };
    connect(m_boxes[at(CapturePart::Tensors)], &QCheckBox::toggled, this, show_tensors);
    show_tensors(m_boxes[at(CapturePart::Tensors)]->isChecked());
    return m_parts;
}

void InspectorFormWidget::unfold(bool open) {
    m_fold->setChecked(open);
    m_fold->setIcon(icon(open ? Icon::ChevronDown : Icon::ChevronRight));
    m_parts->setVisible(open);
}

bool InspectorFormWidget::keeps(CapturePart part) const { return m_boxes[at(part)]->isChecked() && m_boxes[at(part)]->isEnabledTo(m_parts); }
void InspectorFormWidget::setKeeps(CapturePart part, bool keep) { m_boxes[at(part)]->setChecked(keep); }
void InspectorFormWidget::setCaptures(const QString& captures) { m_captures->setText(captures); }
void InspectorFormWidget::addCaptures(const QString& captures) {
    setCaptures((m_captures->text() + QLatin1Char(' ') + captures).simplified());
}
void InspectorFormWidget::setEngine(EngineKind engine) { m_engine->setCurrentIndex(static_cast<int>(engine)); }
void InspectorFormWidget::focusPrompt() { m_prompt->setFocus(); }

void InspectorFormWidget::setPrompt(const QString& prompt, PromptKind kind) {
    m_tokens.clear();
    m_kind->removeItem(2);
    m_prompt->setPlainText(prompt);
    m_kind->setCurrentIndex(kind == PromptKind::Chat ? 1 : 0);
    change();
}

void InspectorFormWidget::setTokens(const QString& text, std::vector<TokenId> tokens) {
    m_setting = true;
    m_prompt->setPlainText(text);
    m_tokens = std::move(tokens);
    if (m_kind->count() < 3) m_kind->addItem(tr("These very tokens"), static_cast<int>(PromptKind::Raw));
    m_kind->setCurrentIndex(2);
    m_setting = false;
    change();
}

void InspectorFormWidget::setForm(const InspectorForm& form) {
    if (form.tokens.empty()) setPrompt(form.prompt, form.kind);
    else setTokens(form.prompt, form.tokens);
    setEngine(form.engine);
    const InspectRequest& request = form.request;
    setKeeps(CapturePart::Norms, request.norms);
    setKeeps(CapturePart::Lens, request.lens);
    setKeeps(CapturePart::Attention, !request.attention.empty());
    setKeeps(CapturePart::Neurons, !request.neurons.empty());
    setKeeps(CapturePart::Experts, request.experts);
    setKeeps(CapturePart::Tensors, !request.captures.empty());
    QStringList captures;
    for (const CaptureSpec& spec : request.captures) captures.append(QString::fromStdString(captureText(spec)));
    setCaptures(captures.join(QLatin1Char(' ')));
}

InspectorForm InspectorFormWidget::form() const {
    InspectorForm form;
    form.prompt = m_prompt->toPlainText();
    form.kind = static_cast<PromptKind>(m_kind->currentData().toInt());
    if (m_kind->currentIndex() == 2) form.tokens = m_tokens;
    form.engine = static_cast<EngineKind>(m_engine->currentIndex());
    InspectRequest& request = form.request;
    request.norms = keeps(CapturePart::Norms);
    request.lens = keeps(CapturePart::Lens);
    request.experts = keeps(CapturePart::Experts);
    if (const auto model = m_session.holder().model()) {
        if (keeps(CapturePart::Attention)) request.attention = allLayers(model->engine->facts());
        if (keeps(CapturePart::Neurons)) request.neurons = allLayers(model->engine->facts());
    }
    if (keeps(CapturePart::Tensors))
        for (const QString& text : m_captures->text().split(QLatin1Char(' '), Qt::SkipEmptyParts))
            if (const auto spec = parseCapture(text.toStdString())) request.captures.push_back(*spec);
    request.session.kv_type = m_session.holder().options().session.kv_type;
    return form;
}

void InspectorFormWidget::change() {
    if (m_setting) return;
    if (keeps(CapturePart::Tensors)) m_session.captureList();
    m_settings.set(kArea, QStringLiteral("prompt"), m_prompt->toPlainText().left(2000));
    m_settings.set(kArea, QStringLiteral("kind"), m_kind->currentIndex() == 1 ? QStringLiteral("chat") : QStringLiteral("raw"));
    m_estimate = {};
    m_delay->start();
}

void InspectorFormWidget::ask() {
    if (!m_session.holder().isReady()) return showEstimate();
    for (const QString& text : keeps(CapturePart::Tensors) ? m_captures->text().split(QLatin1Char(' '), Qt::SkipEmptyParts) : QStringList())
        if (const auto spec = parseCapture(text.toStdString()); !spec) {
            m_estimate.trouble = errorText(spec.error());
            showEstimate();
            emit estimateChanged();
            return;
        }
    m_session.estimate(form());
}

quint64 InspectorFormWidget::partBytes(CapturePart part) const {
    const auto named = [](const std::string& what) {
        return what == "logits" || std::any_of(std::begin(kParts), std::end(kParts), [&](const PartInfo& info) { return info.cost && what == info.cost; });
    };
    const char* wanted = kParts[at(part)].cost;
    quint64 bytes = 0;
    for (const CaptureCost::Part& each : m_estimate.cost.parts)
        if (wanted ? each.what == wanted : !named(each.what)) bytes += each.bytes;
    return bytes;
}

QString InspectorFormWidget::costText() const {
    if (!m_estimate.trouble.isEmpty()) return m_estimate.trouble;
    if (m_estimate.tokens == 0) return {};
    return tr("%n token(s)", nullptr, static_cast<int>(m_estimate.tokens)) + QStringLiteral(" · ") +
           tr("keeps %1, needs %2 more while it runs").arg(formatSize(m_estimate.cost.held), formatSize(m_estimate.cost.running));
}

void InspectorFormWidget::showEstimate() {
    m_cost->setFullText(costText());
    const bool too_much = m_estimate.cost.total() > availableMemoryBytes();
    setTextRole(m_cost, !m_estimate.trouble.isEmpty() ? Role::Error : too_much ? Role::Warn : Role::Muted);
    for (const PartInfo& info : kParts) {
        const quint64 bytes = partBytes(info.part);
        m_part_costs[at(info.part)]->setText(keeps(info.part) && bytes > 0 ? formatSize(bytes) : QString());
    }
    showBusy();
}

void InspectorFormWidget::showBusy() {
    const bool busy = m_session.isBusy();
    m_run->setText(busy ? tr("Stop") : tr("Run"));
    m_run->setEnabled(busy || (m_session.holder().isReady() && m_estimate.trouble.isEmpty()));
    m_progress->setVisible(busy);
    if (!busy) return;
    const double fraction = m_session.job()->fraction();
    m_progress->setRange(0, fraction < 0 ? 0 : 1000);
    m_progress->setValue(static_cast<int>(std::max(0.0, fraction) * 1000));
}

bool InspectorFormWidget::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_prompt && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && (key->modifiers() & Qt::ControlModifier)) {
            emit runWanted();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace tessera::ui

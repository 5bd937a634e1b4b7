// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/ablate_view.h"

#include "ui/inspector/layer_axis.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"
#include "ui/widgets/text_format.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace tessera::ui {

AblateView::AblateView(const InspectorParts& parts)
    : InspectorView(parts), m_axis(new LayerAxis(parts.selection)), m_change_grid(new GridView(tr("Next tokens before and after"))),
      m_effect_grid(new GridView(tr("Effect of every part"))) {
    const GridShape bars{.min_width = 90, .max_width = 500, .min_height = 16, .max_height = 24};
    m_change_grid->setLook(GridLook::Bars, bars);
    m_effect_grid->setLook(GridLook::Bars, bars);
    m_change_frame = new PlotFrame(tr("The next token"), QStringLiteral("ablation"), m_change_grid, parts.context.settings, parts.context.jobs);
    m_change_frame->setTable([this] { return m_change.rows() > 0 ? m_change.table() : PlotTable{}; });
    m_effect_frame = new PlotFrame(tr("Each left out by itself"), QStringLiteral("effects"), m_effect_grid, parts.context.settings, parts.context.jobs);
    m_effect_frame->setTable([this] { return m_effects.rows() > 0 ? m_effects.table() : PlotTable{}; });
    m_effect_frame->setArray([this] { return m_effects.rows() > 0 ? m_effects.array() : PlotArray{}; });
    m_banner = new Banner;
    auto* right = new QVBoxLayout;
    right->setSpacing(px(kSpaceSmall));
    right->addWidget(makeControls());
    right->addWidget(m_banner);
    right->addWidget(m_change_frame, 1);
    right->addWidget(m_effect_frame, 1);
    m_nothing = new EmptyState(Icon::Cut, tr("Leave a head, a part or a layer out and see what the model says without it – or try each in turn."));
    right->addWidget(m_nothing, 1);
    auto* content = new QWidget;
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(kSpaceSmall));
    row->addWidget(m_axis);
    row->addLayout(right, 1);
    setContent(content);
    connect(&selection(), &InspectorSelection::layerChanged, this, &AblateView::nameParts);
    connect(&selection(), &InspectorSelection::headChanged, this, &AblateView::nameParts);
    connect(&selection(), &InspectorSelection::tokenChanged, this, &AblateView::showAxis);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AblateView::showAxis);
    connect(m_effect_grid, &GridView::chosen, this, [this](int r, int) {
        const PartEffect& effect = m_effects.effects()[static_cast<std::size_t>(r)];
        selection().setLayer(effect.layer);
        if (effect.kind == PartKind::Head) selection().setHead(effect.head);
    });
    nameParts();
    showAblation();
}

QWidget* AblateView::makeControls() {
    m_kind = new QComboBox;
    m_kind->setAccessibleName(tr("Part of the model"));
    for (int i = 0; i < 4; ++i) m_kind->addItem({});
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kind->setMinimumContentsLength(22);
    m_add = makeButton(tr("Leave it out"));
    m_try = makeButton(tr("Try each"));
    m_try->setToolTip(tr("Leaves every head of the layer, or this part of every layer, out in turn"));
    m_clear = makeButton(tr("Put back"));
    m_list = new ElidedLabel({}, Qt::ElideRight);
    connect(m_add, &QPushButton::clicked, this, [this] {
        addSelected();
        runAblation();
    });
    connect(m_try, &QPushButton::clicked, this, [this] {
        if (m_job && !m_job->isOver()) m_job->cancel();
        else tryAll();
    });
    connect(m_clear, &QPushButton::clicked, this, [this] { setAblation({}); });
    auto* first = new QHBoxLayout;
    first->setSpacing(px(kSpaceSmall));
    first->addWidget(m_kind, 1);
    first->addWidget(m_add);
    auto* second = new QHBoxLayout;
    second->setSpacing(px(kSpaceSmall));
    second->addWidget(m_list, 1);
    second->addWidget(m_try);
    second->addWidget(m_clear);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceTiny));
    column->addLayout(first);
    column->addLayout(second);
    return box;
}

QWidget* AblateView::focusTarget() { return m_kind; }

QWidget* AblateView::makeDetail() {
    m_facts = new FactList;
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_facts);
    column->addStretch(1);
    return box;
}

PartKind AblateView::kind() const { return static_cast<PartKind>(m_kind->currentIndex()); }
void AblateView::setKind(PartKind kind) { m_kind->setCurrentIndex(static_cast<int>(kind)); }

void AblateView::nameParts() {
    for (int i = 0; i < m_kind->count(); ++i) m_kind->setItemText(i, partName(static_cast<PartKind>(i), std::max(0, selection().layer()), std::max(0, selection().head())));
}

void AblateView::addSelected() {
    addPart(m_ablation, kind(), selection().layer(), selection().head());
    showAblation();
}

void AblateView::setAblation(const Ablation& ablation) {
    m_ablation = ablation;
    showAblation();
    if (m_ablation.empty()) {
        m_change_grid->setSource(nullptr);
        m_change_frame->hide();
        m_nothing->setVisible(m_effects.rows() == 0);
        if (m_facts) m_facts->clear();
    }
}

void AblateView::showAblation() {
    m_list->setFullText(m_ablation.empty() ? tr("Nothing is left out.") : tr("Left out: %1").arg(ablationName(m_ablation)));
    m_clear->setEnabled(!m_ablation.empty());
}

void AblateView::showRun() {
    ++m_request;
    if (m_job) m_job->cancel();
    m_change = {};
    m_effects = {};
    m_change_grid->setSource(nullptr);
    m_effect_grid->setSource(nullptr);
    m_change_frame->hide();
    m_effect_frame->hide();
    m_nothing->show();
    m_banner->hide();
    if (m_facts) m_facts->clear();
    if (run()->seen.engine != "fragments")
        return showMissing(tr("llama.cpp computes a model as a whole. Parts can be left out with the fragment engine: choose it above and run again."), CapturePart::Norms, false);
    showContent();
    nameParts();
    showAxis();
    if (!m_ablation.empty()) runAblation();
}

/// How much leaving out each layer's part changes, once that was tried; until then how much the part adds.
void AblateView::showAxis() {
    if (!run()) return;
    if (!m_effects.effects().empty() && m_effects.effects().front().kind == kind() && kind() != PartKind::Head) {
        std::vector<float> bars;
        for (int row = 0; row < m_effects.rows(); ++row) bars.push_back(m_effects.value(row, EffectGrid::Divergence));
        return m_axis->setValues(tr("effect"), std::move(bars));
    }
    const LayerNorms& norms = run()->seen.norms;
    switch (kind()) {
        case PartKind::Head:
        case PartKind::Attention: return m_axis->showNorms(tr("attention adds"), norms.attention, selection().token());
        case PartKind::FeedForward: return m_axis->showNorms(tr("FFN adds"), norms.feed_forward, selection().token());
        case PartKind::Layer: return m_axis->showNorms(tr("residual norm"), norms.residual, selection().token());
    }
}

void AblateView::showError(const QString& message) { m_banner->show(Banner::Error, message); }

void AblateView::watch(Job* job) {
    m_job = job;
    m_try->setText(tr("Stop"));
    connect(job, &Job::finished, this, [this] { m_try->setText(tr("Try each")); });
}

Job* AblateView::runAblation() {
    if (!session().live() || !run() || m_ablation.empty()) return nullptr;
    if (m_job) m_job->cancel();
    m_banner->hide();
    JobInfo info;
    info.title = tr("Run without %1").arg(ablationName(m_ablation));
    info.pool = JobPool::Compute;
    info.counts_bytes = false;
    const auto work = [live = session().live(), shown = session().run(), ablation = m_ablation](const Operation& operation) { return runWithout(*live, *shown, ablation, operation); };
    Job* job = session().jobs().start(std::move(info), work, this, [this, request = ++m_request](Result<NextTokenChange> change) {
        if (request != m_request) return;
        if (change) return showChange(std::move(*change));
        if (change.error().kind != ErrorKind::Cancelled) showError(errorText(change.error()));
    });
    watch(job);
    return job;
}

void AblateView::showChange(NextTokenChange change) {
    m_change.set(std::move(change), tr("Whole model"), tr("Without"));
    m_change_frame->show();
    m_nothing->hide();
    m_change_frame->setTitle(tr("The next token without them"));
    m_change_grid->setSource(&m_change);
    m_change_frame->refresh();
    if (m_facts) {
        m_facts->clear();
        m_facts->add(tr("Change (KL)"), tr("%1 nats").arg(QLocale().toString(m_change.change().kl, 'g', 3)));
        m_facts->add(tr("Largest logit change"), formatNumber(m_change.change().largest_logit_difference, 2));
    }
    emit changeShown();
}

Job* AblateView::tryAll() {
    if (!session().live() || !run()) return nullptr;
    if (m_job) m_job->cancel();
    m_banner->hide();
    JobInfo info;
    info.title = kind() == PartKind::Head ? tr("Leave out each head of layer %1").arg(selection().layer()) : tr("Leave out a part of each layer");
    info.pool = JobPool::Compute;
    info.counts_bytes = false;
    const auto work = [live = session().live(), shown = session().run(), which = kind(), layer = selection().layer()](const Operation& operation) {
        return tryEach(*live, *shown, which, layer, operation);
    };
    Job* job = session().jobs().start(std::move(info), work, this, [this, request = ++m_request](Result<std::vector<PartEffect>> effects) {
        if (request != m_request) return;
        if (!effects) {
            if (effects.error().kind != ErrorKind::Cancelled) showError(errorText(effects.error()));
            return;
        }
        m_effects.set(std::move(*effects));
        m_effect_frame->show();
        m_nothing->hide();
        m_effect_grid->setSource(&m_effects);
        m_effect_frame->refresh();
        showAxis();
        emit effectsShown();
    });
    watch(job);
    return job;
}

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/inspector_page.h"

#include "core/base/platform/system.h"
#include "ui/inspector/ablate_view.h"
#include "ui/inspector/compare_view.h"
#include "ui/inspector/experts_view.h"
#include "ui/inspector/heads_view.h"
#include "ui/inspector/inspector_form.h"
#include "ui/inspector/lens_view.h"
#include "ui/inspector/neurons_view.h"
#include "ui/inspector/overview_view.h"
#include "ui/inspector/tensor_picker.h"
#include "ui/inspector/tensors_view.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/page_parts.h"
#include "ui/widgets/token_strip.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("inspector");
constexpr int kDetailWidth = 300;

}  // namespace

InspectorPage::InspectorPage(const PageContext& context)
    : m_context(context), m_session(context.model, context.jobs), m_lens(m_session) {
    m_empty = new EmptyState(Icon::Inspector, {});
    m_empty->setPrimary(tr("Choose a model"), [this] { m_context.navigator.openPage(QStringLiteral("model")); });
    m_form = new InspectorFormWidget(m_session, context.settings);
    m_banner = new Banner;
    m_strip = new TokenStrip(tr("Tokens of the prompt"), TokenStrip::OneLine);
    auto* filled = new QWidget;
    auto* column = new QVBoxLayout(filled);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpace));
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_form);
    column->addWidget(m_banner);
    m_results = new QWidget;
    auto* results = new QVBoxLayout(m_results);
    results->setContentsMargins(0, 0, 0, 0);
    results->setSpacing(px(kSpaceSmall));
    results->addWidget(m_strip);
    results->addWidget(makeBody(), 1);
    column->addWidget(m_results, 1);
    m_nothing = new EmptyState(Icon::Inspector, tr("Choose what to keep of the run: what it costs stands beside it. Then run the prompt and look inside."));
    column->addWidget(m_nothing, 1);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(filled);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);

    connect(m_form, &InspectorFormWidget::runWanted, this, &InspectorPage::run);
    connect(m_form, &InspectorFormWidget::stopWanted, this, [this] {
        if (m_session.job()) m_session.job()->cancel();
    });
    connect(m_form, &InspectorFormWidget::chooseTensorsWanted, this, &InspectorPage::chooseTensors);
    connect(m_form, &InspectorFormWidget::estimateChanged, this, &InspectorPage::runTargetWhenCheap);
    connect(&m_session, &InspectorSession::runChanged, this, &InspectorPage::showRun);
    connect(&m_session, &InspectorSession::failed, this, [this](const QString& message) { m_banner->show(Banner::Error, message); });
    connect(m_strip, &TokenStrip::chosen, &m_selection, &InspectorSelection::setToken);
    connect(m_strip, &TokenStrip::hovered, this, [this](int token) { m_selection.preview(-1, token); });
    connect(&m_selection, &InspectorSelection::tokenChanged, m_strip, &TokenStrip::setCurrent);
    connect(&m_selection, &InspectorSelection::shownChanged, this, &InspectorPage::showPlace);
    connect(&context.model, &ModelHolder::stateChanged, this, &InspectorPage::followModel);
    addCommands();
    showView(context.settings.text(kArea, QStringLiteral("view")));
    m_results->hide();
    followModel();
}

QWidget* InspectorPage::makeBody() {
    m_tabs = new SegmentBar({tr("Overview"), tr("Lens"), tr("Heads"), tr("Neurons"), tr("Experts"), tr("Tensors"), tr("Ablate"), tr("Compare")});
    connect(m_tabs, &SegmentBar::chosen, this, [this](int index) { showView(m_entries[static_cast<std::size_t>(index)].id); });
    m_views = new QStackedWidget;
    m_details = new QStackedWidget;
    m_place_layer = new ElidedLabel({}, Qt::ElideRight);
    setTextStyle(m_place_layer, TextStyle::Strong);
    m_place_token = new ElidedLabel({}, Qt::ElideRight);
    const InspectorParts parts{m_session, m_selection, m_lens, m_context};
    addView(QStringLiteral("overview"), new OverviewView(parts));
    addView(QStringLiteral("lens"), new LensView(parts));
    addView(QStringLiteral("heads"), new HeadsView(parts));
    addView(QStringLiteral("neurons"), new NeuronsView(parts));
    addView(QStringLiteral("experts"), new ExpertsView(parts));
    addView(QStringLiteral("tensors"), new TensorsView(parts));
    addView(QStringLiteral("ablate"), new AblateView(parts));
    addView(QStringLiteral("compare"), new CompareView(parts));
    QPushButton* more = makeMoreButton([this](QMenu& menu) {
        for (const char* id : {"inspector.saveSession", "inspector.openSession"}) menu.addAction(m_context.commands.find(QLatin1String(id)));
        menu.addSeparator();
        for (const char* id : {"inspector.layerFragments", "inspector.layerValidation"})
            if (QAction* link = m_context.commands.find(QLatin1String(id))) menu.addAction(link);
    });
    more->setFlat(true);
    m_tabs->addAtEnd(more);

    auto* detail = new Card(Role::Raised);
    detail->column()->setContentsMargins(px(kSpace), px(kSpace), px(kSpace), px(kSpace));
    detail->column()->addWidget(m_place_layer);
    detail->column()->addWidget(m_place_token);
    detail->column()->addWidget(m_details, 1);
    detail->setFixedWidth(px(kDetailWidth));
    connect(&Theme::instance(), &Theme::changed, detail, [detail] { detail->setFixedWidth(px(kDetailWidth)); });

    auto* row = new QHBoxLayout;
    row->setSpacing(px(kSpaceWide));
    row->addWidget(m_views, 1);
    row->addWidget(detail);
    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_tabs);
    column->addLayout(row, 1);
    return body;
}

void InspectorPage::addView(const QString& id, InspectorView* view) {
    QWidget* detail = view->makeDetail();
    m_views->addWidget(view);
    m_details->addWidget(detail);
    connect(view, &InspectorView::tintsChanged, this, [this, view] {
        if (m_views->currentWidget() == view) showTints();
    });
    connect(view, &InspectorView::wanted, this, [this](CapturePart part) {
        m_form->setKeeps(part, true);
        if (const QString why = m_form->whyNot(part); !why.isEmpty()) return m_banner->show(Banner::Information, why);
        part == CapturePart::Tensors ? chooseTensors() : void(run());
    });
    m_entries.push_back({id, view, detail});
}

void InspectorPage::addCommands() {
    const QString section = tr("Inspector");
    Commands& commands = m_context.commands;
    commands.add(QStringLiteral("inspector.run"), section, tr("Run the prompt and look inside"), Icon::Play, [this] {
        m_context.navigator.openPage(QStringLiteral("inspector"));
        run();
    }, this);
    commands.add(QStringLiteral("inspector.saveSession"), section, tr("Save the run as a session file…"), Icon::Download, [this] { askSaveSession(); });
    commands.add(QStringLiteral("inspector.openSession"), section, tr("Open a session file…"), Icon::FolderOpen, [this] { askOpenSession(); });
    if (m_context.navigator.hasPage(QStringLiteral("fragments")))
        commands.add(QStringLiteral("inspector.layerFragments"), section, tr("Fragments of the chosen layer"), Icon::Fragments, [this] { showLayerFragments(); });
    if (m_context.navigator.hasPage(QStringLiteral("validation")))
        commands.add(QStringLiteral("inspector.layerValidation"), section, tr("Compare the chosen layer with llama.cpp"), Icon::Validation, [this] {
            m_context.navigator.openPage(QStringLiteral("validation"), QVariantMap{{QStringLiteral("layer"), std::max(0, m_selection.layer())}});
        });
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        commands.add(QStringLiteral("inspector.view.") + m_entries[i].id, section, m_tabs->title(static_cast<int>(i)), Icon::Inspector, [this, id = m_entries[i].id] {
            m_context.navigator.openPage(QStringLiteral("inspector"));
            showView(id);
        });
}

void InspectorPage::showLayerFragments() {
    QVariant target;
    if (const auto model = m_context.model.model()) {
        const auto& fragments = model->set.store->manifest().fragments;
        const auto first = std::find_if(fragments.begin(), fragments.end(), [this](const Fragment& fragment) { return toInt(fragment.layer) == m_selection.layer(); });
        if (first != fragments.end()) target = static_cast<int>(first - fragments.begin());
    }
    m_context.navigator.openPage(QStringLiteral("fragments"), target);
}

void InspectorPage::chooseTensors() {
    const auto model = m_context.model.model();
    if (!model) return;
    const std::vector<CapturableTensor>& list = m_session.captureList();
    if (list.empty()) {
        // The dry run is under way; the button opens the dialog as soon as it is done.
        connect(&m_session, &InspectorSession::captureListChanged, this, &InspectorPage::chooseTensors, Qt::ConnectionType(Qt::UniqueConnection | Qt::SingleShotConnection));
        return;
    }
    auto* picker = new TensorPicker(list, static_cast<int>(model->engine->facts().layers), std::max(0, m_selection.layer()), window());
    picker->setAttribute(Qt::WA_DeleteOnClose);
    connect(picker, &QDialog::accepted, this, [this, picker] {
        if (const QString chosen = picker->chosen(); !chosen.isEmpty()) m_form->addCaptures(chosen);
    });
    picker->open();
}

QStringList InspectorPage::viewIds() const {
    QStringList ids;
    for (const Entry& entry : m_entries) ids.append(entry.id);
    return ids;
}

InspectorView* InspectorPage::view(const QString& id) const {
    for (const Entry& entry : m_entries)
        if (entry.id == id) return entry.view;
    return nullptr;
}

void InspectorPage::showView(const QString& id) {
    const int index = std::max(0, static_cast<int>(viewIds().indexOf(id)));
    const Entry& wanted = m_entries[static_cast<std::size_t>(index)];
    m_tabs->choose(index);
    m_views->setCurrentWidget(wanted.view);
    m_details->setCurrentWidget(wanted.detail);
    showTints();
    m_context.settings.set(kArea, QStringLiteral("view"), wanted.id);
}

void InspectorPage::followModel() {
    const ModelHolder& holder = m_context.model;
    // What was seen stays in sight after the model is gone.
    m_stack->setCurrentIndex(holder.isReady() || m_session.run() ? 1 : 0);
    m_empty->setSentence(holder.state() == ModelState::Loading ? tr("%1 is being loaded.").arg(setTitle(holder.path()))
                                                               : tr("Load a model to look inside while it reads a prompt: norms, logit lens, attention, neurons."));
    if (holder.isReady() && !m_session.run()) m_form->setEngine(holder.options().load.engine);
    if (m_pending_session && holder.state() == ModelState::Failed) m_pending_session.reset();
    if (m_pending_session && holder.isReady() && holder.path() == QString::fromStdString(m_pending_session->set)) repeat(*std::exchange(m_pending_session, std::nullopt));
    runTargetWhenCheap();
}

void InspectorPage::enter() {
    if (m_stack->currentIndex() == 0) return m_empty->setFocus();
    if (!m_session.run()) return m_form->focusPrompt();
    for (const Entry& entry : m_entries)
        if (entry.view == m_views->currentWidget()) entry.view->focusTarget()->setFocus();
}

void InspectorPage::open(const QVariant& target) {
    const QVariantMap map = target.toMap();
    if (map.isEmpty()) return;
    std::vector<TokenId> tokens;
    for (const QVariant& token : map.value(QStringLiteral("tokens")).toList()) tokens.push_back(TokenId{token.toInt()});
    const QString prompt = map.value(QStringLiteral("prompt")).toString();
    m_wanted_token = map.value(QStringLiteral("token"), -1).toInt();
    m_wanted_layer = map.value(QStringLiteral("layer"), -1).toInt();
    if (prompt.isEmpty() && tokens.empty()) {
        if (m_session.run()) goToWanted();
        return;
    }
    if (tokens.empty()) m_form->setPrompt(prompt, PromptKind::Raw);
    else m_form->setTokens(prompt, std::move(tokens));
    m_target_waits = true;
}

void InspectorPage::runTargetWhenCheap() {
    if (!m_target_waits || !m_context.model.isReady() || m_form->estimate().tokens == 0 || m_session.isBusy()) return;
    m_target_waits = false;
    if (m_form->estimate().cost.total() < availableMemoryBytes() / 4) run();
}

Job* InspectorPage::run() {
    m_banner->hide();
    m_target_waits = false;
    return m_session.start(m_form->form());
}

void InspectorPage::showRun() {
    const InspectedRun& run = *m_session.run();
    std::vector<TokenChip> chips;
    for (int i = 0; i < run.labels.size(); ++i) chips.push_back({run.labels[i], describeToken(run, i)});
    m_strip->setTokens(std::move(chips));
    const int tokens = static_cast<int>(run.seen.tokens.size());
    m_selection.setExtent(static_cast<int>(run.seen.facts.layers), tokens, static_cast<int>(run.seen.facts.heads));
    goToWanted();
    m_strip->setCurrent(m_selection.token());
    m_results->show();
    m_nothing->hide();
    m_form->unfold(false);
    m_stack->setCurrentIndex(1);
    for (const Entry& entry : m_entries) entry.view->showRun();
    showPlace();
}

void InspectorPage::goToWanted() {
    const int layer = std::exchange(m_wanted_layer, -1), token = std::exchange(m_wanted_token, -1);
    m_selection.choose(layer >= 0 ? layer : m_selection.layer(), token >= 0 ? token : m_selection.token());
}

void InspectorPage::showTints() {
    for (const Entry& entry : m_entries)
        if (entry.view == m_views->currentWidget()) m_strip->setTints(entry.view->tints(), tr("attention %1 %"));
}

void InspectorPage::showPlace() {
    if (!m_session.run()) return;
    m_place_layer->setFullText(tr("Layer %1 of 0–%2").arg(m_selection.shownLayer()).arg(m_selection.layers() - 1));
    m_place_token->setFullText(describeToken(*m_session.run(), m_selection.shownToken()));
}

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_page.h"

#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "core/base/platform/system.h"
#include "core/engine/processor_features.h"
#include "ui/jobs/job_model.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/download_cards.h"
#include "ui/model/downloads.h"
#include "ui/model/link_dialog.h"
#include "ui/model/memory_estimate.h"
#include "ui/model/model_holder.h"
#include "ui/model/model_library.h"
#include "ui/model/model_options.h"
#include "ui/model/setup_helper.h"
#include "ui/network/network_services.h"
#include "ui/network/node_rows.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/text_format.h"
#include "ui/widgets/two_line_delegate.h"

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QMimeData>
#include <QProgressBar>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

/// What was dropped or copied, when it is meant as a link.
QString linkIn(const QMimeData& data) {
    const QString text = data.hasUrls() ? data.urls().first().toString() : data.text().trimmed();
    return text.size() < 2000 && !text.contains(QLatin1Char('\n')) && looksLikeLink(text.toStdString()) ? text : QString();
}

/// What computes here, in words.
QString deviceText() {
    const QString name = QString::fromStdString(processorName());
    QString text = name.isEmpty() ? ModelPage::tr("The processor, %n thread(s).", nullptr, processorCount()) : ModelPage::tr("%1, %n thread(s).", nullptr, processorCount()).arg(name);
    const std::vector<std::string> features = processorFeatures();
    for (const char* wide : {"AVX512", "AVX2", "AVX", "SVE", "NEON"}) {
        if (std::find(features.begin(), features.end(), wide) == features.end()) continue;
        text += QLatin1Char(' ') + ModelPage::tr("Its %1 instructions are used.").arg(QLatin1String(wide));
        break;
    }
    return text + QLatin1Char(' ') + ModelPage::tr("Graphics cards are not: this version computes on processors only.");
}

QString linkInClipboard() {
    const QMimeData* data = QGuiApplication::clipboard()->mimeData();
    return data ? linkIn(*data) : QString();
}

}  // namespace

ModelPage::ModelPage(const PageContext& context) : m_context(context), m_library(new ModelLibrary(context.settings, context.jobs, this)), m_downloads(new Downloads(context.settings, context.jobs, this)) {
    setAcceptDrops(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(makeList());
    m_empty = new EmptyState(Icon::Model, tr("Choose a model on the left, drop one here, or open a file."));
    m_empty->setPrimary(tr("Open a GGUF…"), [this] { askFile(); });
    if (!findSetupHelper().isEmpty()) m_get_default = m_empty->setLink(tr("Get the default model"), [this] { fetchDefault(); });
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeDetails());
    row->addWidget(m_stack, 1);
    addCommands();
    connect(m_downloads, &Downloads::arrived, this, &ModelPage::showArrival);
    connect(&context.model, &ModelHolder::stateChanged, this, [this] {
        if (m_context.model.state() != ModelState::Empty && m_context.model.path() != m_path) choose(m_context.model.path());
        showState();
    });
    connect(&context.model, &ModelHolder::progressChanged, this, &ModelPage::showState);
    connect(m_library, &ModelLibrary::searched, this, [this] {
        if (m_path.isEmpty() && m_library->rowCount() > 0) choose(m_library->index(0).data(ModelLibrary::PathRole).toString());
    });
    connect(m_library, &QAbstractItemModel::modelReset, this, [this] { m_list->setCurrentIndex(m_library->index(m_library->rowOf(m_path))); });
    showOptions();
    showState();
}

QWidget* ModelPage::makeList() {
    auto* side = new QWidget;
    setGroundRole(side, Role::Window);
    side->setFixedWidth(px(264));
    connect(&Theme::instance(), &Theme::changed, side, [side] { side->setFixedWidth(px(264)); });
    auto* file = makeIconTextButton(Icon::FolderOpen, tr("Open a GGUF…"));
    auto* folder = makeIconTextButton(Icon::Folder, tr("Open a folder…"));
    auto* link = makeIconTextButton(Icon::Download, tr("From a link…"));
    connect(link, &QPushButton::clicked, this, [this] { askLink(linkInClipboard()); });
    connect(file, &QPushButton::clicked, this, &ModelPage::askFile);
    connect(folder, &QPushButton::clicked, this, &ModelPage::askFolder);
    m_list = new QListView;
    m_list->setModel(m_library);
    m_list->setItemDelegate(new TwoLineDelegate(ModelLibrary::SubtitleRole, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setAccessibleName(tr("Models on this machine"));
    m_list->setMouseTracking(true);
    setGroundRole(m_list, Role::Window);
    setGroundRole(m_list->viewport(), Role::Window);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) choose(current.data(ModelLibrary::PathRole).toString());
    });
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) { open(index.data(ModelLibrary::PathRole)); });
    auto* heading = makeLabel(tr("On this machine"), TextStyle::Caption, Role::Muted);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(px(kSpace), px(kSpace), px(kSpace), px(kSpace));
    column->addWidget(file);
    column->addWidget(folder);
    column->addWidget(link);
    column->addSpacing(px(kSpaceSmall));
    column->addWidget(heading);
    column->addWidget(m_list, 1);
    column->addWidget(new DownloadCards(*m_downloads));
    return side;
}

QWidget* ModelPage::makeDetails() {
    m_title = new ElidedLabel;
    setTextStyle(m_title, TextStyle::Title);
    m_place = new ElidedLabel;
    setTextRole(m_place, Role::Muted);
    m_banner = new Banner;
    auto* facts_card = new Card(Role::Raised);
    facts_card->column()->addWidget(makeLabel(tr("Facts"), TextStyle::Strong));
    m_facts = new FactList;
    facts_card->column()->addWidget(m_facts);
    facts_card->column()->addStretch(1);
    auto* memory_card = new Card(Role::Raised);
    memory_card->column()->addWidget(makeLabel(tr("Memory it needs"), TextStyle::Strong));
    m_memory = new FactList;
    memory_card->column()->addWidget(m_memory);
    m_memory_verdict = makeParagraph({});
    memory_card->column()->addWidget(m_memory_verdict);
    memory_card->column()->addSpacing(px(kSpaceSmall));
    memory_card->column()->addWidget(makeLabel(tr("Computed by"), TextStyle::Strong));
    memory_card->column()->addWidget(makeParagraph(deviceText()));
    memory_card->column()->addStretch(1);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(px(kSpaceWide));
    cards->addWidget(facts_card, 1);
    cards->addWidget(memory_card, 1);

    m_load = makeButton(tr("Load"));
    makePrimary(m_load);
    m_load->setMinimumWidth(px(120));
    connect(m_load, &QPushButton::clicked, this, &ModelPage::loadOrStop);
    m_fragments = makeIconTextButton(Icon::Fragments, tr("Fragments"));
    m_fragments->setFlat(true);
    connect(m_fragments, &QPushButton::clicked, this, [this] { m_context.navigator.openPage(QStringLiteral("fragments"), m_path); });
    m_fragments->setVisible(m_context.navigator.hasPage(QStringLiteral("fragments")));
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_progress->setAccessibleName(tr("Loading"));
    m_progress_text = makeLabel({}, TextStyle::Caption, Role::Muted);
    auto* actions = new QHBoxLayout;
    actions->addWidget(m_load);
    actions->addWidget(m_fragments);
    actions->addWidget(m_progress, 1);
    actions->addWidget(m_progress_text);
    actions->addStretch(1);

    auto* inside = new QWidget;
    setGroundRole(inside, Role::Surface);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpaceWide));
    column->setSpacing(px(kSpace));
    column->addWidget(m_title);
    column->addWidget(m_place);
    column->addWidget(m_banner);
    column->addLayout(actions);
    column->addLayout(cards);
    column->addWidget(makeAdvanced());
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("The chosen model"));
    scroll->setWidget(inside);
    setGroundRole(scroll->viewport(), Role::Surface);
    return scroll;
}

QWidget* ModelPage::makeAdvanced() {
    m_engine = new QComboBox;
    m_engine->addItem(tr("Fragments (ours)"));
    m_engine->addItem(tr("llama.cpp"));
    m_kernels = new QComboBox;
    m_kernels->addItems({tr("The bits of llama.cpp"), tr("Faster, equal up to rounding")});
    m_threads = new QSpinBox;
    m_threads->setRange(0, limits::kMaxThreads);
    m_threads->setSpecialValueText(tr("All (%1)").arg(processorCount()));
    m_context_tokens = new QSpinBox;
    m_context_tokens->setRange(0, static_cast<int>(limits::kMaxContextTokens));
    m_context_tokens->setSingleStep(1024);
    m_context_tokens->setSpecialValueText(tr("As trained, at most 4096"));
    m_kv = new QComboBox;
    m_kv->addItems({QStringLiteral("F16"), QStringLiteral("F32"), QStringLiteral("Q8_0")});
    m_verify = new QComboBox;
    m_verify->addItems({tr("On first use"), tr("All before anything is computed"), tr("Never")});
    m_advanced = new QWidget;
    auto* form = new QFormLayout(m_advanced);
    form->setContentsMargins(px(kSpaceLarge), 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setHorizontalSpacing(px(kSpaceWide));
    form->addRow(tr("&Engine"), m_engine);
    form->addRow(tr("&Kernels"), m_kernels);
    form->addRow(tr("&Threads"), m_threads);
    form->addRow(tr("&Context, tokens"), m_context_tokens);
    form->addRow(tr("&Keys and values"), m_kv);
    form->addRow(tr("&Verify fragments"), m_verify);
    // The Settings page changes them too.
    connect(&m_context.settings, &Settings::changed, this, [this](const QString& area, const QString&) {
        if (area == QLatin1String("model") || area == QLatin1String("network")) showOptions();
    });
    for (QComboBox* box : {m_engine, m_kernels, m_kv, m_verify}) connect(box, &QComboBox::currentIndexChanged, this, &ModelPage::saveOptions);
    for (QSpinBox* box : {m_threads, m_context_tokens}) connect(box, &QSpinBox::valueChanged, this, &ModelPage::saveOptions);
    m_fold = makeIconTextButton(Icon::ChevronRight, tr("Advanced"));
    m_fold->setFlat(true);
    m_fold->setCheckable(true);
    m_fold->setObjectName(QStringLiteral("fold"));
    const auto fold = [this](bool open) {
        m_advanced->setVisible(open);
        m_fold->setIcon(icon(open ? Icon::ChevronDown : Icon::ChevronRight));
        m_context.settings.set(QStringLiteral("model"), QStringLiteral("advanced"), open);
    };
    connect(m_fold, &QPushButton::toggled, this, fold);
    const bool open = m_context.settings.flag(QStringLiteral("model"), QStringLiteral("advanced"), false);
    m_fold->setChecked(open);
    fold(open);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_fold, 0, Qt::AlignLeft);
    column->addWidget(m_advanced);
    return box;
}

void ModelPage::addCommands() {
    const QString section = tr("Model");
    m_context.commands.add(QStringLiteral("model.open"), section, tr("Open a GGUF…"), Icon::FolderOpen, [this] { askFile(); });
    m_context.commands.add(QStringLiteral("model.openFolder"), section, tr("Open a fragment folder…"), Icon::Folder, [this] { askFolder(); });
    m_context.commands.add(QStringLiteral("model.download"), section, tr("Download a model from a link…"), Icon::Download, [this] { askLink(linkInClipboard()); });
    if (!findSetupHelper().isEmpty()) m_context.commands.add(QStringLiteral("model.getDefault"), section, tr("Get the default model"), Icon::Download, [this] { fetchDefault(); });
    m_context.commands.add(QStringLiteral("model.load"), section, tr("Load the chosen model"), Icon::Play, [this] {
        if (m_context.model.state() != ModelState::Loading) m_context.model.load(m_path, readModelOptions(m_context.settings));
    });
    m_context.commands.add(QStringLiteral("model.unload"), section, tr("Unload the model"), Icon::Close, [this] { m_context.model.unload(); });
}

void ModelPage::askFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a model"), QFileInfo(m_path).path(), tr("Models and manifests (*.gguf *.json)"));
    if (!path.isEmpty()) m_context.navigator.openPage(QStringLiteral("model"), path);
}

void ModelPage::askFolder() {
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a fragment folder"), QFileInfo(m_path).path());
    if (!path.isEmpty()) m_context.navigator.openPage(QStringLiteral("model"), path);
}

void ModelPage::askLink(const QString& link) {
    auto* dialog = new LinkDialog(link, m_downloads->options(), m_context.jobs, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { m_downloads->start(dialog->link()); });
    dialog->open();
}

void ModelPage::showArrival(const QString& path, bool unverified) {
    m_library->search();
    choose(path);
    m_context.navigator.showStatus(unverified ? tr("%1 is here. The server told no hash, so nothing proves that these are its maker's bytes.").arg(setTitle(path))
                                              : tr("%1 is here, whole and verified.").arg(setTitle(path)));
}

void ModelPage::fetchDefault() {
    JobInfo info;
    info.title = tr("Get the default model");
    info.pool = JobPool::Network;
    if (m_get_default) m_get_default->setEnabled(false);
    const auto work = [helper = findSetupHelper()](const Operation& operation) { return getDefaultModel(helper, operation); };
    m_context.jobs.start(std::move(info), work, this, [this](Result<QString> path) {
        if (m_get_default) m_get_default->setEnabled(true);
        if (path) open(*path);
        else if (path.error().kind != ErrorKind::Cancelled) tellProblem(this, tr("Get the default model"), errorText(path.error()));
    });
}

void ModelPage::open(const QVariant& target) {
    const QString path = QFileInfo(target.toString()).absoluteFilePath();
    choose(path);
    m_context.model.load(path, readModelOptions(m_context.settings));
}

void ModelPage::enter() { m_list->setFocus(); }

void ModelPage::choose(const QString& path) {
    if (path.isEmpty() || path == m_path) return;
    m_path = path;
    m_summary.reset();
    if (const int row = m_library->rowOf(path); row >= 0) m_list->setCurrentIndex(m_library->index(row));
    else m_list->setCurrentIndex({});
    m_stack->setCurrentIndex(1);
    m_title->setFullText(setTitle(path));
    m_place->setFullText(QDir::toNativeSeparators(path));
    m_facts->clear();
    m_memory->clear();
    m_memory_verdict->clear();
    showState();
    JobInfo info;
    info.title = tr("Read the facts of %1").arg(setTitle(path));
    info.quiet = true;
    const auto work = [file = fromUtf8(path.toStdString())](const Operation& operation) { return summarizeModel(file, operation); };
    m_context.jobs.start(std::move(info), work, this, [this, request = ++m_request](Result<ModelSummary> summary) {
        if (request != m_request) return;
        if (summary) {
            m_summary = std::move(*summary);
            showSummary();
        } else {
            m_banner->clearActions();
            m_banner->show(Banner::Error, errorText(summary.error()));
        }
        showMemory();
        showState();
        emit summarized();
    });
}

void ModelPage::showSummary() {
    const ModelFacts& facts = m_summary->facts;
    m_facts->clear();
    const auto add = [this](const QString& name, const QString& value) {
        if (!value.isEmpty()) m_facts->add(name, value);
    };
    const auto count = [](std::uint64_t number) { return number ? formatCount(number) : QString(); };
    add(tr("Name"), QString::fromStdString(facts.name));
    add(tr("Architecture"), QString::fromStdString(facts.architecture));
    add(tr("Parameters"), count(facts.parameters));
    add(tr("File"), formatSize(m_summary->file_bytes));
    QStringList types;
    for (const auto& [type, bytes] : m_summary->types) types.append(tr("%1 %2").arg(QString::fromStdString(type), formatSize(bytes)));
    add(tr("Weights"), types.join(QStringLiteral(", ")));
    add(tr("Layers"), count(facts.layers));
    add(tr("Embedding"), count(facts.embedding));
    add(tr("Heads"), facts.kv_heads && facts.kv_heads != facts.heads ? tr("%1, %2 for keys and values").arg(facts.heads).arg(facts.kv_heads) : count(facts.heads));
    add(tr("Experts"), count(facts.experts));
    add(tr("Vocabulary"), tr("%1 tokens").arg(formatCount(facts.vocabulary)));
    add(tr("Trained for"), tr("%1 tokens of context").arg(formatCount(facts.training_context)));
    add(tr("Chat template"), m_summary->has_template ? tr("its own") : tr("none; a common one is used"));
    add(tr("Fragments"), m_summary->verifiable ? (m_summary->in_place ? tr("%1, in place").arg(formatCount(m_summary->fragments)) : tr("%1, in a folder").arg(formatCount(m_summary->fragments)))
                                               : tr("not cut: nothing to verify against"));
    add(tr("Licence"), QString::fromStdString(m_summary->licence));
}

void ModelPage::showMemory() {
    m_memory->clear();
    m_memory_verdict->clear();
    if (!m_summary) return;
    const MemoryEstimate estimate = estimateMemory(m_summary->facts, readModelOptions(m_context.settings).session);
    const std::uint64_t free = availableMemoryBytes();
    m_memory->add(tr("Weights"), formatSize(estimate.weights));
    m_memory->add(tr("+ Keys and values"), tr("%1 for %2 tokens").arg(formatSize(estimate.kv_cache), formatCount(estimate.context_tokens)));
    m_memory->add(tr("+ Computing"), tr("about %1").arg(formatSize(estimate.computing)));
    setTextStyle(m_memory->add(tr("= Together"), tr("%1 of %2 free").arg(formatSize(estimate.total()), formatSize(free))), TextStyle::Strong);
    m_fits = estimate.total() <= free;
    setTextRole(m_memory_verdict, m_fits ? Role::Ok : Role::Warn);
    m_memory_verdict->setText(m_fits ? tr("It fits.") : tr("It does not fit into free memory. It can be loaded anyway and will be slow; a shorter context or a smaller model helps."));
}

void ModelPage::showState() {
    const ModelHolder& holder = m_context.model;
    const bool ours = holder.path() == m_path && !m_path.isEmpty();
    const bool loading = ours && holder.state() == ModelState::Loading, loaded = ours && holder.isReady();
    m_load->setText(loading ? tr("Cancel") : loaded ? tr("Unload") : m_summary && !m_fits ? tr("Load anyway") : tr("Load"));
    m_load->setProperty("primary", !loading && !loaded);
    m_load->setEnabled(!m_path.isEmpty());
    m_progress->setVisible(loading);
    m_progress_text->setVisible(loading);
    if (loading && !holder.job()) {
        m_progress->setRange(0, 0);
        m_progress_text->setText(tr("Waiting for your answer"));
    } else if (loading) {
        const double part = holder.job()->fraction();
        m_progress->setRange(0, part < 0 ? 0 : 1000);
        if (part >= 0) m_progress->setValue(static_cast<int>(part * 1000));
        m_progress_text->setText(jobProgressText(*holder.job()));
    }
    if (ours && holder.state() == ModelState::Failed) {
        m_banner->clearActions();
        m_banner->show(Banner::Error, errorText(holder.error()));
        const ErrorKind kind = holder.error().kind;
        if (isNetworkMode(m_context.settings) && m_context.navigator.hasPage(QStringLiteral("network")))
            m_banner->addAction(tr("Look at the nodes"), [this] { m_context.navigator.openPage(QStringLiteral("network"), QStringLiteral("machines")); });
        else if ((kind == ErrorKind::Corrupt || kind == ErrorKind::NotFound) && m_context.navigator.hasPage(QStringLiteral("fragments"))) {
            const QVariantMap target{{QStringLiteral("path"), m_path}, {QStringLiteral("problem"), QString::fromStdString(holder.error().message)}};
            m_banner->addAction(tr("Go to the fragment"), [this, target] { m_context.navigator.openPage(QStringLiteral("fragments"), target); });
        }
    } else if (loaded && holder.nodes()) {
        showNodes();
    } else if (loaded && holder.rowNodes()) {
        showRowNodes();
    } else if (loaded) {
        m_banner->clearActions();
        const std::string& fallback = holder.model()->fallback_reason;
        m_banner->setToolTip(coreText(fallback));
        if (!fallback.empty()) m_banner->show(Banner::Information, tr("Loaded in %1. llama.cpp computes this model, because our own engine does not know its architecture; it cannot be shared among machines.").arg(formatDuration(holder.model()->load_seconds)));
        else m_banner->show(Banner::Success, tr("Loaded in %1 with the engine %2, %n thread(s).", nullptr, holder.model()->engine->threads())
                                            .arg(formatDuration(holder.model()->load_seconds), QString::fromStdString(std::string(holder.model()->engine->kind()))));
    } else {
        m_banner->hide();
    }
    for (const char* id : {"model.load", "model.unload"})
        if (QAction* action = m_context.commands.find(QLatin1String(id)))
            action->setEnabled(QLatin1String(id) == QLatin1String("model.load") ? !m_path.isEmpty() && !loaded && !loading : holder.isReady());
}

/// What goes where, and which nodes are not used.
void ModelPage::showNodes() {
    const NodesEngine& engine = *m_context.model.nodes();
    const NodeWatch& watch = m_context.network.watch();
    bool remote = false;
    QStringList spans, absent;
    if (const auto plan = engine.plan())
        for (const PlacedSpan& placed : *plan) {
            remote = remote || placed.node;
            spans.append(tr("%1: %2").arg(layersText(placed.span), placed.node ? watch.nameOf(placed.node->id) : tr("this machine")));
        }
    for (const NodeState& node : engine.nodes())
        if (!node.available) absent.append(tr("%1 is left out: %2").arg(watch.nameOf(node.address.id), coreText(node.why)));
    QString text = tr("Loaded in %1 over nodes. %2.").arg(formatDuration(m_context.model.model()->load_seconds), spans.join(QStringLiteral("; ")));
    if (!remote) text = tr("No node can be used: this machine computes every layer itself.");
    if (!absent.isEmpty()) text += QLatin1Char('\n') + absent.join(QLatin1Char('\n'));
    m_banner->clearActions();
    m_banner->show(remote ? absent.isEmpty() ? Banner::Success : Banner::Information : Banner::Warning, text);
    m_banner->addAction(tr("Watch it"), [this] { m_context.navigator.openPage(QStringLiteral("network"), QStringLiteral("machines")); });
}

/// Who multiplies a share of every matrix, and for whom others do it.
void ModelPage::showRowNodes() {
    const NodeWatch& watch = m_context.network.watch();
    QStringList at_work, replaced;
    for (const RowPart& part : m_context.model.rowNodes()->parts()) {
        const QString name = watch.nameOf(part.node.id);
        if (part.replaced) replaced.append(tr("%1 is replaced: %2").arg(name, coreText(part.why)));
        else at_work.append(name);
    }
    QString text = tr("Loaded in %1. Every matrix is multiplied by this machine and by %2.")
                       .arg(formatDuration(m_context.model.model()->load_seconds), at_work.isEmpty() ? tr("no other one now") : at_work.join(QStringLiteral(", ")));
    if (!replaced.isEmpty()) text += QLatin1Char('\n') + replaced.join(QLatin1Char('\n'));
    m_banner->clearActions();
    m_banner->show(replaced.isEmpty() ? Banner::Success : Banner::Warning, text);
    m_banner->addAction(tr("Watch it"), [this] { m_context.navigator.openPage(QStringLiteral("network"), QStringLiteral("machines")); });
}

void ModelPage::loadOrStop() {
    ModelHolder& holder = m_context.model;
    const bool ours = holder.path() == m_path;
    if (ours && holder.state() == ModelState::Loading) return holder.cancel();
    if (ours && holder.isReady()) return holder.unload();
    holder.load(m_path, readModelOptions(m_context.settings));
}

void ModelPage::showOptions() {
    const ModelOptions options = readModelOptions(m_context.settings);
    const QSignalBlocker blockers[] = {QSignalBlocker(m_engine), QSignalBlocker(m_kernels), QSignalBlocker(m_threads), QSignalBlocker(m_context_tokens), QSignalBlocker(m_kv), QSignalBlocker(m_verify)};
    m_engine->setCurrentIndex(static_cast<int>(options.load.engine));
    m_engine->setEnabled(!options.network);
    m_engine->setToolTip(options.network ? tr("Nodes compute with our engine.") : QString());
    m_kernels->setCurrentIndex(static_cast<int>(options.load.engine_options.kernels));
    m_kernels->setEnabled(!options.rows && options.load.engine == EngineKind::Fragments);
    m_kernels->setToolTip(options.rows ? tr("Rows of matrices are multiplied by ggml’s kernels on every machine.")
                                       : tr("What multiplies matrices: ggml as in llama.cpp, or our own kernels."));
    m_threads->setValue(options.load.engine_options.threads);
    m_context_tokens->setValue(static_cast<int>(options.session.context_tokens));
    m_kv->setCurrentIndex(static_cast<int>(options.session.kv_type));
    m_verify->setCurrentIndex(static_cast<int>(options.load.verify));
    showMemory();
}

void ModelPage::saveOptions() {
    ModelOptions options;
    options.load.engine = static_cast<EngineKind>(m_engine->currentIndex());
    options.load.engine_options.kernels = static_cast<KernelPolicy>(m_kernels->currentIndex());
    options.load.engine_options.threads = m_threads->value();
    options.load.verify = static_cast<VerifyPolicy>(m_verify->currentIndex());
    options.session.context_tokens = static_cast<std::uint32_t>(m_context_tokens->value());
    options.session.kv_type = static_cast<KvType>(m_kv->currentIndex());
    writeModelOptions(m_context.settings, options);
    showMemory();
    showState();
}

void ModelPage::dragEnterEvent(QDragEnterEvent* event) {
    const QMimeData& mime = *event->mimeData();
    if ((mime.hasUrls() && mime.urls().first().isLocalFile()) || !linkIn(mime).isEmpty()) event->acceptProposedAction();
}

void ModelPage::dropEvent(QDropEvent* event) {
    const QMimeData& mime = *event->mimeData();
    if (mime.hasUrls() && mime.urls().first().isLocalFile()) open(mime.urls().first().toLocalFile());
    else askLink(linkIn(mime));
}

void ModelPage::keyPressEvent(QKeyEvent* event) {
    if (!event->matches(QKeySequence::Paste) || linkInClipboard().isEmpty()) return Page::keyPressEvent(event);
    askLink(linkInClipboard());
}

}  // namespace tessera::ui

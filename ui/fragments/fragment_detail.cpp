// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/fragment_detail.h"

#include "ui/fragments/content_grid.h"
#include "ui/fragments/content_models.h"
#include "ui/fragments/fragment_table.h"
#include "ui/jobs/job_runner.h"
#include "ui/style/icons.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/histogram_plot.h"
#include "ui/widgets/text_format.h"

#include <QDialog>
#include <QHeaderView>
#include <QScrollArea>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

constexpr int kReadDelayMs = 120;  // moving through the map with a held key reads nothing

/// "9f1c 2ab3 d4e5 …": enough to compare by eye; all of it in the tool tip.
QString shortHash(const Sha256Digest& digest) {
    const QString hex = hashText(digest);
    return QStringLiteral("%1 %2 %3 …").arg(hex.left(4), hex.mid(4, 4), hex.mid(8, 4));
}

Role stateRole(CellState state) {
    return state == CellState::Bad ? Role::Error : state == CellState::Verified ? Role::Ok : state == CellState::InFlight ? Role::Warn : Role::Text;
}

QTableView* plainTable(QAbstractItemModel* model, const QString& name) {
    auto* table = new QTableView;
    model->setParent(table);
    table->setModel(model);
    table->setAccessibleName(name);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->setFrameShape(QFrame::NoFrame);
    table->verticalHeader()->setDefaultSectionSize(px(24));
    return table;
}

GridView* makeHeatMap(std::shared_ptr<const FragmentContent> content, std::int64_t first_row) {
    auto source = std::make_shared<ContentGrid>(std::move(content), first_row);
    auto* map = new GridView(FragmentDetail::tr("Heat map of the values"));
    map->setScale(ColorScale::Diverging);
    map->setLook(GridLook::Cells, {});
    map->setSource(source.get());
    QObject::connect(map, &QObject::destroyed, [source] {});  // lives as long as its view
    return map;
}

}  // namespace

FragmentDetail::FragmentDetail(FragmentView& view, JobRunner& jobs, QWidget* parent) : QWidget(parent), m_view(view), m_jobs(jobs) {
    auto* card = new Card(Role::Raised);
    m_title = new ElidedLabel;
    setTextStyle(m_title, TextStyle::Strong);
    m_facts = new FactList;
    m_histogram = new HistogramPlot;
    m_numbers = new FactList;
    m_note = makeParagraph({}, Role::Muted);
    m_open = makeIconTextButton(Icon::Show, tr("Values and bytes…"));
    m_open->setObjectName(QStringLiteral("viewer"));
    connect(m_open, &QPushButton::clicked, this, &FragmentDetail::openViewer);
    card->column()->addWidget(m_title);
    card->column()->addWidget(m_facts);
    card->column()->addWidget(m_note);
    card->column()->addSpacing(px(kSpaceSmall));
    card->column()->addWidget(m_histogram);
    card->column()->addWidget(m_numbers);
    card->column()->addStretch(1);
    card->column()->addWidget(m_open);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("The chosen fragment"));
    setGroundRole(scroll->viewport(), Role::Surface);
    scroll->setWidget(card);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    setFixedWidth(px(300));
    connect(&Theme::instance(), &Theme::changed, this, [this] { setFixedWidth(px(300)); });
    connect(&view, &FragmentView::currentChanged, this, &FragmentDetail::showFragment);
    connect(&view, &FragmentView::statesChanged, this, &FragmentDetail::showFragment);
    showFragment();
}

void FragmentDetail::showFragment() {
    ++m_request;
    if (m_job) m_job->cancel();
    m_job = nullptr;
    m_content.reset();
    m_facts->clear();
    m_numbers->clear();
    m_histogram->setHistogram({});
    m_open->setVisible(m_view.current() >= 0);
    m_open->setEnabled(false);
    m_note->setVisible(m_view.current() < 0);
    if (m_view.current() < 0) {
        m_title->setFullText(tr("No fragment chosen"));
        m_note->setText(tr("Choose one in the map or the table. N goes to the next bad or missing one."));
        return;
    }
    const auto index = static_cast<std::uint32_t>(m_view.current());
    const Fragment& fragment = m_view.manifest().fragments[index];
    const CellState state = m_view.state(index);
    const QString dash = QStringLiteral(" – ");
    m_title->setFullText(fragment.kind == FragmentKind::Tensor ? QString::fromStdString(fragment.tensor_name) : m_view.describe(index));
    m_facts->add(tr("Fragment"), tr("%1 of %2").arg(formatCount(index + 1), formatCount(m_view.count())));
    m_facts->add(tr("State"), state == CellState::Bad ? tr("Bad: hash differs") : cellStateName(state), stateRole(state));
    m_facts->add(tr("Size"), formatSize(fragment.size_bytes));
    m_facts->add(tr("Range"), formatCount(fragment.offset) + dash + formatCount(fragment.offset + fragment.size_bytes));
    if (m_view.manifest().files.size() > 1) m_facts->add(tr("File"), QString::fromStdString(m_view.manifest().files[fragment.file_index].name));
    if (fragment.kind == FragmentKind::Tensor) {
        QStringList shape;
        std::int64_t rows = 1;
        for (std::size_t i = 0; i < fragment.shape.size(); ++i) {
            shape.append(formatCount(static_cast<std::uint64_t>(fragment.shape[i])));
            if (i > 0) rows *= fragment.shape[i];
        }
        m_facts->add(tr("Rows"), tr("%1 of %2").arg(formatCount(static_cast<std::uint64_t>(fragment.first_row)) + dash +
                                                       formatCount(static_cast<std::uint64_t>(fragment.first_row + fragment.row_count - 1)),
                                                   formatCount(static_cast<std::uint64_t>(rows))));
        const std::string_view type = traits(fragment.tensor_type).name;
        m_facts->add(tr("Type"), QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size())));
        m_facts->add(tr("Shape"), shape.join(QStringLiteral(" × ")));
        if (fragment.expert_index) m_facts->add(tr("Expert"), QString::number(*fragment.expert_index));
    }
    if (m_view.set()->verifiable) m_facts->add(tr("Expected"), shortHash(fragment.sha256))->setToolTip(hashText(fragment.sha256));
    if (state == CellState::Missing) return;
    const quint64 request = m_request;
    QTimer::singleShot(kReadDelayMs, this, [this, request] {
        if (request == m_request) readFragment();
    });
}

void FragmentDetail::readFragment() {
    JobInfo info;
    info.title = tr("Read a fragment");
    info.quiet = true;
    const auto work = [set = m_view.set(), index = FragmentIndex{static_cast<std::uint32_t>(m_view.current())}](const Operation& operation) {
        return readContent(*set, index, operation);
    };
    m_job = m_jobs.start(std::move(info), work, this, [this, request = m_request](Result<FragmentContent> content) {
        if (request != m_request) return;
        m_job = nullptr;
        if (!content) {
            m_note->setText(errorText(content.error()));
            m_note->show();
            return;
        }
        m_content = std::make_shared<FragmentContent>(std::move(*content));
        showContent();
    });
}

void FragmentDetail::showContent() {
    const Fragment& fragment = m_view.manifest().fragments[static_cast<std::size_t>(m_view.current())];
    if (m_view.set()->verifiable) {
        const bool right = m_content->found == fragment.sha256;
        m_facts->add(tr("Found"), right ? tr("the same") : shortHash(m_content->found), right ? Role::Ok : Role::Error)
            ->setToolTip(hashText(m_content->found));
    }
    m_open->setEnabled(true);
    m_histogram->setHistogram({m_content->histogram, m_content->minimum, m_content->maximum, m_content->mean, m_content->deviation});
    if (m_content->values.empty()) return;
    m_numbers->add(tr("Mean"), formatValue(m_content->mean, 4));
    m_numbers->add(tr("Deviation"), formatValue(m_content->deviation, 4));
    if (m_content->not_finite > 0) m_numbers->add(tr("Not finite"), formatCount(m_content->not_finite), Role::Error);
}

void FragmentDetail::openViewer() {
    if (!m_content || m_view.current() < 0) return;
    const Fragment& fragment = m_view.manifest().fragments[static_cast<std::size_t>(m_view.current())];
    auto* dialog = new QDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(m_title->fullText());
    dialog->resize(px(840), px(600));
    auto* tabs = new QTabWidget;
    tabs->setAccessibleName(tr("Views of the fragment"));
    if (!m_content->values.empty()) {
        QTableView* values = plainTable(new ValuesModel(m_content, fragment.first_row), tr("Values"));
        values->horizontalHeader()->setDefaultSectionSize(px(104));
        tabs->addTab(values, tr("Values"));
        tabs->addTab(makeHeatMap(m_content, fragment.first_row), tr("Heat map"));
    }
    QTableView* hex = plainTable(new HexModel(m_content, fragment.offset), tr("Bytes"));
    hex->verticalHeader()->hide();
    const QFontMetrics metrics(ui::font(TextStyle::Mono));
    const int widths[] = {12, 50, 18};
    for (int i = 0; i < 3; ++i) hex->setColumnWidth(i, metrics.horizontalAdvance(QLatin1Char('0')) * widths[i] + px(kSpaceWide));
    tabs->addTab(hex, tr("Bytes"));
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(tabs);
    dialog->open();
}

}  // namespace tessera::ui

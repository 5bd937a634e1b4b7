// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_frame.h"

#include "core/base/platform/paths.h"
#include "ui/jobs/job_runner.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/table_menu.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QSaveFile>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

constexpr double kPictureScale = 2;

QImage pictureOf(QWidget& widget) {
    QImage picture((QSizeF(widget.size()) * kPictureScale).toSize(), QImage::Format_RGB32);
    picture.setDevicePixelRatio(kPictureScale);
    picture.fill(color(Role::Surface));
    widget.render(&picture);
    return picture;
}

Result<void> writePng(const QString& path, const QImage& picture) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !picture.save(&file, "PNG") || !file.commit())
        return fail(ErrorKind::Io, path.toStdString() + ": " + file.errorString().toStdString());
    return {};
}

}  // namespace

PlotFrame::PlotFrame(const QString& title, const QString& name, QWidget* plot, Settings& settings, JobRunner& jobs, QWidget* parent)
    : QWidget(parent), m_name(name), m_plot(plot), m_settings(settings), m_jobs(jobs), m_model(new PlotTableModel(this)), m_sorted(new QSortFilterProxyModel(this)) {
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(PlotTableModel::kSortRole);
    m_title = new ElidedLabel(title, Qt::ElideRight);
    setTextStyle(m_title, TextStyle::Strong);
    m_note = new ElidedLabel({}, Qt::ElideRight);
    setTextStyle(m_note, TextStyle::Caption);
    setTextRole(m_note, Role::Muted);
    m_note->hide();
    m_toggle = makeIconTextButton(Icon::Table, tr("Show as table"));
    m_toggle->setCheckable(true);
    m_toggle->setFlat(true);
    connect(m_toggle, &QPushButton::toggled, this, &PlotFrame::showTable);
    m_export = makeIconButton(Icon::Download, {});
    setTitle(title);
    connect(m_export, &QToolButton::clicked, this, &PlotFrame::askExport);
    auto* heading = new QHBoxLayout;
    heading->setSpacing(px(kSpaceTiny));
    heading->addWidget(m_title, 1);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(px(kSpaceTiny));
    heading->addLayout(m_tools);
    heading->addWidget(m_toggle);
    heading->addWidget(m_export);
    m_stack = new QStackedWidget;
    m_stack->addWidget(plot);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceTiny));
    column->addLayout(heading);
    column->addWidget(m_note);
    column->addWidget(m_stack, 1);
}

void PlotFrame::setTable(std::function<PlotTable()> table) { m_make_table = std::move(table); }
void PlotFrame::setArray(std::function<PlotArray()> array) { m_make_array = std::move(array); }
void PlotFrame::addTool(QWidget* tool) { m_tools->addWidget(tool); }

void PlotFrame::setNote(const QString& note) {
    m_note->setFullText(note);
    m_note->setVisible(!note.isEmpty());
}

void PlotFrame::refresh() {
    if (showsTable() && m_make_table) m_model->setTable(m_make_table());
}

void PlotFrame::setTitle(const QString& title) {
    m_title->setFullText(title);
    m_export->setAccessibleName(tr("Export “%1”").arg(title));
    m_export->setToolTip(m_export->accessibleName());
    m_toggle->setAccessibleName(tr("Show “%1” as a table").arg(title));
}

void PlotFrame::setCompact() {
    m_toggle->setText({});
    m_toggle->setToolTip(tr("Show as table"));
}

bool PlotFrame::showsTable() const { return m_stack->currentIndex() == 1; }

void PlotFrame::showTable(bool table) {
    if (table && !m_view) {
        m_view = new QTableView;
        m_view->setModel(m_sorted);
        m_view->setAccessibleName(tr("%1, as a table").arg(m_title->fullText()));
        setUpTable(*m_view, m_settings, m_name);
        m_view->setSortingEnabled(true);
        m_view->sortByColumn(-1, Qt::AscendingOrder);
        m_stack->addWidget(m_view);
    }
    m_stack->setCurrentIndex(table ? 1 : 0);
    m_toggle->setChecked(table);
    refresh();
}

QStringList PlotFrame::formats() const {
    QStringList formats{tr("Comma-separated table (*.csv)")};
    if (m_make_array) formats.append(tr("NumPy array (*.npy)"));
    formats.append(tr("Picture (*.png)"));
    return formats;
}

void PlotFrame::askExport() {
    auto* dialog = new QFileDialog(window(), tr("Export “%1”").arg(m_title->fullText()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(formats());
    dialog->setDirectory(m_settings.text(QStringLiteral("general"), QStringLiteral("exportFolder")));
    dialog->selectFile(m_name + QStringLiteral(".csv"));
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.mid(filter.lastIndexOf(QLatin1Char('.')) + 1, 3)); });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_settings.set(QStringLiteral("general"), QStringLiteral("exportFolder"), QFileInfo(path).absolutePath());
        exportTo(path, [this](const QString& error) {
            if (!error.isEmpty()) tellProblem(window(), tr("Not exported"), error);
        });
    });
    dialog->open();
}

void PlotFrame::exportTo(const QString& path, std::function<void(QString)> done) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    std::function<Result<void>()> write;
    if (suffix == QLatin1String("csv") && m_make_table) {
        write = [file = fromUtf8(path.toStdString()), table = m_make_table()] { return writeCsv(file, table); };
    } else if (suffix == QLatin1String("npy") && m_make_array) {
        write = [file = fromUtf8(path.toStdString()), array = std::make_shared<PlotArray>(m_make_array())] { return writeNpy(file, *array); };
    } else if (suffix == QLatin1String("png")) {
        write = [path, picture = pictureOf(*m_stack->currentWidget())] { return writePng(path, picture); };
    } else {
        return done(tr("“%1” cannot be written: choose %2.").arg(QFileInfo(path).fileName(), formats().join(tr(" or "))));
    }
    JobInfo info;
    info.title = tr("Export %1").arg(QFileInfo(path).fileName());
    info.quiet = true;
    m_jobs.start(std::move(info), [write = std::move(write)](const Operation&) { return write(); }, this,
                 [this, path, done = std::move(done)](Result<void> outcome) {
                     done(outcome ? QString() : errorText(outcome.error()));
                     if (outcome) emit exported(path);
                 });
}

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_library.h"

#include "core/base/platform/paths.h"
#include "core/loader/find_models.h"
#include "core/loader/fragment_set.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/widgets/text_format.h"

#include <QDir>
#include <QFileInfo>

namespace tessera::ui {
namespace {

const QString kModel = QStringLiteral("model");

QString shortFolder(const QString& path) {
    const QString folder = QFileInfo(path).absolutePath(), home = QDir::homePath();
    return QDir::toNativeSeparators(folder.startsWith(home) ? QStringLiteral("~") + folder.mid(home.size()) : folder);
}

}  // namespace

ModelLibrary::ModelLibrary(Settings& settings, JobRunner& jobs, QObject* parent) : QAbstractListModel(parent), m_settings(settings), m_jobs(jobs) {
    connect(&settings, &Settings::changed, this, [this](const QString& area, const QString& key) {
        if (area == kModel && key == QLatin1String("recent")) rebuild();
        if (area == QLatin1String("general") && key == QLatin1String("folders")) search();
    });
    rebuild();
    search();
}

void ModelLibrary::search() {
    JobInfo info;
    info.title = tr("Look for models");
    info.quiet = true;
    std::vector<std::filesystem::path> folders;
    for (const QString& folder : m_settings.list(QStringLiteral("general"), QStringLiteral("folders"))) folders.push_back(fromUtf8(folder.toStdString()));
    const auto work = [folders](const Operation&) -> Result<QStringList> {
        std::vector<std::filesystem::path> found;
        for (const auto& folder : folders)
            for (auto& path : modelsIn(folder)) found.push_back(std::move(path));
        for (auto& path : findFragmentSets()) found.push_back(std::move(path));
        QStringList paths;
        for (const auto& path : found) {
            const QString text = QDir::cleanPath(QFileInfo(QString::fromStdString(toUtf8(path))).absoluteFilePath());
            if (!paths.contains(text)) paths.append(text);
        }
        return paths;
    };
    m_jobs.start(std::move(info), work, this, [this](Result<QStringList> paths) {
        if (paths) m_found = std::move(*paths);
        rebuild();
        emit searched();
    });
}

void ModelLibrary::rebuild() {
    beginResetModel();
    m_entries.clear();
    const auto add = [this](const QString& path, bool recent) {
        const QFileInfo info(path);
        if (!info.exists() || rowOf(path) >= 0) return;
        QString subtitle = shortFolder(path);
        if (info.isFile() && !path.endsWith(QLatin1String(".json"))) subtitle = formatSize(static_cast<quint64>(info.size())) + QStringLiteral(" · ") + subtitle;
        m_entries.push_back({path, setTitle(path), subtitle, recent});
    };
    for (const QString& path : m_settings.list(kModel, QStringLiteral("recent"))) add(path, true);
    for (const QString& path : m_found) add(path, false);
    endResetModel();
}

int ModelLibrary::rowOf(const QString& path) const {
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        if (m_entries[i].path == path) return static_cast<int>(i);
    return -1;
}

int ModelLibrary::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_entries.size()); }

QVariant ModelLibrary::data(const QModelIndex& index, int role) const {
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole: return entry.title;
        case Qt::ToolTipRole: return QDir::toNativeSeparators(entry.path);
        case Qt::AccessibleDescriptionRole:
        case SubtitleRole: return entry.subtitle;
        case PathRole: return entry.path;
        case RecentRole: return entry.recent;
        case Qt::DecorationRole: return icon(QFileInfo(entry.path).isDir() ? Icon::Folder : Icon::Model, Role::Muted);
        default: return {};
    }
}

}  // namespace tessera::ui

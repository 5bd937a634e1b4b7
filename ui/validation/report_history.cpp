// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/report_history.h"

#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "ui/validation/check_view.h"

#include <QDir>
#include <QFile>

#include <algorithm>

namespace tessera::ui {
namespace {

// In UTC, so that names sort by time; with milliseconds, so that two runs do not meet.
const QString kNameFormat = QStringLiteral("yyyy-MM-dd'T'HH-mm-ss-zzz");
constexpr std::uint64_t kMaxReportBytes = 64 * limits::MiB;
constexpr int kNamesToTry = 1000;

QDateTime timeOf(const QString& name) {
    QDateTime at = QDateTime::fromString(QFileInfo(name).completeBaseName(), kNameFormat);
    at.setTimeSpec(Qt::UTC);
    return at;
}

QString textOf(const std::filesystem::path& path) { return QString::fromStdString(toUtf8(path)); }

}  // namespace

std::filesystem::path historyFolder() { return dataFolder() / "validation"; }

Result<std::filesystem::path> saveReport(const std::filesystem::path& folder, const ValidationReport& report, const QDateTime& at) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::string text = reportJson(report);
    for (int i = 0; i < kNamesToTry; ++i) {
        const std::filesystem::path file = folder / (at.toUTC().addMSecs(i).toString(kNameFormat).toStdString() + ".json");
        if (std::filesystem::exists(file, error)) continue;
        TESSERA_CHECK(writeFileAtomically(file, std::as_bytes(std::span(text))));
        return file;
    }
    return fail(ErrorKind::Io, toUtf8(folder) + ": too many reports of the same second");
}

Result<std::vector<HistoryEntry>> listReports(const std::filesystem::path& folder, const Operation& operation) {
    std::vector<HistoryEntry> entries;
    for (const QString& name : QDir(textOf(folder)).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name | QDir::Reversed)) {
        TESSERA_CHECK(operation.checkStop());
        const QDateTime at = timeOf(name);
        if (!at.isValid()) continue;
        HistoryEntry entry;
        entry.file = QDir(textOf(folder)).filePath(name);
        entry.at = at.toLocalTime();
        if (Result<ValidationReport> report = readReport(fromUtf8(entry.file.toStdString()))) {
            entry.model = QString::fromStdString(report->model);
            entry.passed = report->passed();
            entry.seconds = report->seconds;
            const CheckCounts counts = countChecks({*std::move(report), false, false});
            entry.checks = counts.total();
            entry.failed = counts.failed;
        } else {
            entry.readable = false;
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

Result<ValidationReport> readReport(const std::filesystem::path& file) {
    TESSERA_TRY(const std::string text, readTextFile(file, kMaxReportBytes));
    Result<ValidationReport> report = parseReportJson(text);
    if (!report) report.error().message = toUtf8(file) + ": " + report.error().message;
    return report;
}

Result<void> deleteReport(const std::filesystem::path& file) {
    const QString path = textOf(file);
    if (QFile::moveToTrash(path) || QFile::remove(path)) return {};
    return fail(ErrorKind::Io, toUtf8(file) + ": could not be deleted");
}

}  // namespace tessera::ui

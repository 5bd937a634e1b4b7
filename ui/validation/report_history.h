// SPDX-License-Identifier: GPL-3.0-or-later
// Reports of earlier runs, one JSON file each in a folder. Synchronous, for workers; no object of the window is touched.
#pragma once

#include "core/base/operation.h"
#include "core/validate/report.h"

#include <QDateTime>
#include <QString>

#include <filesystem>
#include <vector>

namespace tessera::ui {

struct HistoryEntry {
    QString file;
    QDateTime at;        // local time of the run's end
    QString model;       // empty: operations only
    bool readable = true;
    bool passed = false;
    std::size_t checks = 0, failed = 0;
    double seconds = 0;
};

/// "validation" in the user's data folder.
std::filesystem::path historyFolder();

/// Written whole or not at all, under a name made of `at`. The path.
Result<std::filesystem::path> saveReport(const std::filesystem::path& folder, const ValidationReport& report, const QDateTime& at);
/// Newest first. A file that cannot be read is listed as that; other files are passed over. No folder: no entries.
Result<std::vector<HistoryEntry>> listReports(const std::filesystem::path& folder, const Operation& operation);
Result<ValidationReport> readReport(const std::filesystem::path& file);
/// To the system's trash, or removed where there is none.
Result<void> deleteReport(const std::filesystem::path& file);

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/setup_helper.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>

namespace tessera::ui {

QString findSetupHelper() {
    QDir folder(QCoreApplication::applicationDirPath());
    for (const QString& installed : {QStringLiteral("../libexec/tessera/get-default-model"), QStringLiteral("../lib/tessera/get-default-model")})
        if (QFileInfo(folder.filePath(installed)).isExecutable()) return QDir::cleanPath(folder.filePath(installed));
    for (int up = 0; up < 5 && folder.cdUp(); ++up)
        if (const QFileInfo script(folder.filePath(QStringLiteral("scripts/get-default-model"))); script.isExecutable()) return script.absoluteFilePath();
    return {};
}

Result<QString> getDefaultModel(const QString& helper, const Operation& operation) {
    QProcess process;
    process.start(helper, {});
    while (process.state() != QProcess::NotRunning && !process.waitForFinished(200)) {
        if (!operation.stop.stop_requested()) continue;
        process.terminate();
        if (!process.waitForFinished(2000)) process.kill();
        process.waitForFinished(2000);
        return fail(ErrorKind::Cancelled, "stopped");
    }
    const QString output = QString::fromUtf8(process.readAllStandardOutput()).trimmed();
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0 || output.isEmpty()) {
        const QString words = QString::fromUtf8(process.readAllStandardError()).trimmed().right(600);
        return fail(ErrorKind::Network, words.isEmpty() ? "The helper could not be started." : words.toStdString());
    }
    return output.section(QLatin1Char('\n'), -1);
}

}  // namespace tessera::ui

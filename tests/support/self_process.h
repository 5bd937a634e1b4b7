// SPDX-License-Identifier: GPL-3.0-or-later
// Starts this test executable again as a child that does one job: to be killed, to meet a limit, to crash.
#pragma once

#include <QCoreApplication>
#include <QProcess>

namespace tessera::test {

/// Waits for the end. Exit code, or -1 when the child was ended by a signal; output in `output` when given.
inline int runSelf(const QStringList& arguments, QByteArray* output = nullptr) {
    QProcess child;
    child.setProcessChannelMode(QProcess::MergedChannels);
    child.start(QCoreApplication::applicationFilePath(), arguments);
    child.closeWriteChannel();
    child.waitForFinished(120'000);
    if (output != nullptr) *output = child.readAll();
    return child.exitStatus() == QProcess::NormalExit ? child.exitCode() : -1;
}

}  // namespace tessera::test

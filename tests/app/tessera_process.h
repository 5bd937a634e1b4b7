// SPDX-License-Identifier: GPL-3.0-or-later
// The real program, run as a user would run it.
#pragma once

#include "tests/support/paths.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QtTest>

namespace tessera::test {

inline QString tesseraBinary() { return QString::fromStdString(binaryDir() + "/tessera"); }

struct Finished {
    int code = -1;             // exit code, or the signal when `signalled`
    bool signalled = false;
    QByteArray out;
    QByteArray err;

    /// Standard output as the one JSON object it must be; empty when it is anything else.
    QJsonObject json() const {
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(out, &error);
        return error.error == QJsonParseError::NoError && document.isObject() ? document.object() : QJsonObject();
    }
};

/// A place of one's own: working folder and data folder, so that nothing of the user's is seen or touched.
class Sandbox {
public:
    QString path(const QString& name = {}) const { return name.isEmpty() ? m_folder.path() : m_folder.filePath(name); }

    QByteArray read(const QString& name) const {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QString& name, const QByteArray& bytes) const {
        QFile file(path(name));
        QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(file.errorString()));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    QStringList files() const { return QDir(path()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

    void prepare(QProcess& process, const QStringList& arguments) const {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_DATA_HOME", path("data"));
        environment.insert("LC_ALL", "C.UTF-8");
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(path());
        process.setProgram(tesseraBinary());
        process.setArguments(arguments);
    }

    /// Runs to the end, with `input` on standard input.
    Finished run(const QStringList& arguments, const QByteArray& input = {}) const {
        QProcess process;
        prepare(process, arguments);
        process.start();
        process.write(input);
        process.closeWriteChannel();
        return finish(process);
    }

    static Finished finish(QProcess& process) {
        constexpr int kPatience = 180'000;  // ms; sanitizers are slow
        if (!process.waitForFinished(kPatience)) process.kill();
        return {process.exitCode(), process.exitStatus() != QProcess::NormalExit, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }

private:
    QTemporaryDir m_folder;
};

}  // namespace tessera::test

/// The program ended with this exit code; otherwise the test shows what it said.
#define COMPARE_CODE(run, expected)                                                                                   \
    do {                                                                                                              \
        const tessera::test::Finished& ended = (run);                                                                 \
        QVERIFY2(!ended.signalled && ended.code == (expected),                                                        \
                 qPrintable(QString("exit code %1, standard output: %2, standard error: %3")                          \
                                .arg(ended.code)                                                                      \
                                .arg(QString::fromUtf8(ended.out), QString::fromUtf8(ended.err))));                   \
    } while (false)

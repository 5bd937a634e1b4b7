// SPDX-License-Identifier: GPL-3.0-or-later
// The real window over settings of its own, with the default model beside it under a new name.
#pragma once

#include "tests/support/test_model.h"
#include "ui/application.h"
#include "ui/fragments/fragments_page.h"
#include "ui/main_window.h"
#include "ui/model/model_page.h"
#include "ui/settings/settings.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace tessera::test {

struct WindowFixture {
    QTemporaryDir folder;
    std::unique_ptr<ui::Application> application;

    /// `load` stands for core's loadModel.
    explicit WindowFixture(const QString& language = QStringLiteral("en"), const QString& scheme = QStringLiteral("light"),
                           ui::ModelHolder::LoadFunction load = refuse()) {
        useOwnData();
        application = std::make_unique<ui::Application>(folder.filePath(QStringLiteral("config")), std::move(load));
        application->settings().set(QStringLiteral("appearance"), QStringLiteral("language"), language);
        application->settings().set(QStringLiteral("appearance"), QStringLiteral("scheme"), scheme);
        application->settings().set(QStringLiteral("general"), QStringLiteral("notify"), false);
        application->start({});
        window().resize(1280, 800);
    }

    /// Histories go into a folder of this test; the default model stays where it is.
    void useOwnData() const {
        static const QByteArray model = QByteArray::fromStdString(defaultModel().string());  // before the folder changes
        qputenv("TESSERA_TEST_MODEL", model);
        qputenv("XDG_DATA_HOME", folder.filePath(QStringLiteral("data")).toUtf8());
    }

    ui::MainWindow& window() const { return application->window(); }
    ui::ModelPage& modelPage() const { return *static_cast<ui::ModelPage*>(window().page(QStringLiteral("model"))); }
    ui::FragmentsPage& fragmentsPage() const { return *static_cast<ui::FragmentsPage*>(window().page(QStringLiteral("fragments"))); }

    /// A copy that may be damaged.
    QString copyModel(const QString& name = QStringLiteral("SmolLM2-135M-Instruct.Q4_1.gguf")) const {
        const QString path = folder.filePath(name);
        QFile::copy(QString::fromStdString(defaultModel().string()), path);
        return path;
    }

    static ui::ModelHolder::LoadFunction refuse() {
        return [](const std::filesystem::path&, const LoadOptions&, const Operation&) -> Result<std::unique_ptr<LoadedModel>> {
            return fail(ErrorKind::Unsupported, "This test loads no model.");
        };
    }

    /// Waits until a job is over.
    static bool waitFor(ui::Job* job, int timeout_ms = 60000) {
        if (!job) return false;
        QElapsedTimer clock;
        clock.start();
        while (!job->isOver() && clock.elapsed() < timeout_ms) QTest::qWait(10);
        return job->isOver();
    }

    bool openInFragments(const QString& path) const {
        QSignalSpy opened(&fragmentsPage(), &ui::FragmentsPage::opened);
        window().openPage(QStringLiteral("fragments"), path);
        return (!opened.isEmpty() || opened.wait(30000)) && !fragmentsPage().view().isEmpty();
    }

    bool chooseInModel(const QString& path) const {
        QSignalSpy done(&modelPage(), &ui::ModelPage::summarized);
        modelPage().choose(path);
        return !done.isEmpty() || done.wait(30000);
    }
};

/// Flips a byte in the middle of a range of a file.
inline void damage(const QString& path, std::uint64_t offset) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(static_cast<qint64>(offset)));
    char byte = 0;
    QCOMPARE(file.read(&byte, 1), 1);
    byte = static_cast<char>(byte ^ 0x55);
    QVERIFY(file.seek(static_cast<qint64>(offset)));
    QCOMPARE(file.write(&byte, 1), 1);
}

}  // namespace tessera::test

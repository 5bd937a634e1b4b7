// SPDX-License-Identifier: GPL-3.0-or-later
// tessera-app: the window.
#include "core/base/platform/paths.h"
#include "core/model/loaded_model.h"
#include "ui/application.h"
#include "ui/settings/single_instance.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("tessera"));
    QApplication::setApplicationDisplayName(QStringLiteral("Tessera"));
    QApplication::setApplicationVersion(QStringLiteral(TESSERA_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.tessera_project.Tessera"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/tessera.svg")));
    QApplication::setQuitOnLastWindowClosed(false);  // the window says when, it may be made anew

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Runs large language models from verified fragments."));
    parser.addPositionalArgument(QStringLiteral("file"), QStringLiteral("A GGUF file, a manifest or a fragment folder to open"), QStringLiteral("[file]"));
    const QCommandLineOption config(QStringLiteral("config"), QStringLiteral("Keep the settings in <folder>"), QStringLiteral("folder"));
    parser.addOption(config);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.process(app);
    const QString folder = parser.isSet(config) ? parser.value(config) : QString::fromStdString(tessera::toUtf8(tessera::configFolder()));

    tessera::ui::SingleInstance instance(folder);
    if (!instance.claim(parser.positionalArguments())) return 0;
    tessera::ui::Application application(folder, tessera::loadModel);
    QObject::connect(&instance, &tessera::ui::SingleInstance::filesReceived, &application, &tessera::ui::Application::openFiles);
    application.start(parser.positionalArguments());
    return QApplication::exec();
}

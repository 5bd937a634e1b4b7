// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/about_dialog.h"

#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QIcon>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

struct Part {
    const char* name;
    const char* licence;
    const char* home;
};

constexpr Part kParts[] = {
    {"Qt", "LGPL-3.0", "qt.io"},
    {"llama.cpp, ggml", "MIT", "github.com/ggml-org/llama.cpp"},
    {"sentencepiece", "Apache-2.0", "github.com/google/sentencepiece"},
    {"gRPC", "Apache-2.0", "grpc.io"},
    {"Protocol Buffers", "BSD-3-Clause", "protobuf.dev"},
    {"OpenSSL", "Apache-2.0", "openssl.org"},
    {"libcurl", "curl", "curl.se/libcurl"},
    {"Boost", "BSL-1.0", "boost.org"},
    {"zlib", "Zlib", "zlib.net"},
    {"SQLite", "public domain", "sqlite.org"},
    {"nlohmann/json", "MIT", "github.com/nlohmann/json"},
    {"tl::expected", "CC0-1.0", "github.com/TartanLlama/expected"},
    {"{fmt}", "MIT", "fmt.dev"},
    {"spdlog", "MIT", "github.com/gabime/spdlog"},
    {"md4c", "MIT", "github.com/mity/md4c"},
    {"QCustomPlot", "GPL-3.0", "qcustomplot.com"},
    {"Bootstrap Icons", "MIT", "icons.getbootstrap.com"},
    {"Inter", "OFL-1.1", "rsms.me/inter"},
    {"JetBrains Mono", "OFL-1.1", "jetbrains.com/mono"},
};

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::About)
};

}  // namespace

void showAbout(QWidget* window) {
    auto* dialog = new QDialog(window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(Words::tr("About Tessera"));
    dialog->resize(px(560), px(520));
    auto* logo = new QLabel;
    logo->setPixmap(QIcon(QStringLiteral(":/tessera.svg")).pixmap(QSize(px(56), px(56)), dialog->devicePixelRatioF()));
    auto* words = new QVBoxLayout;
    words->addWidget(makeLabel(QStringLiteral("Tessera ") + QStringLiteral(TESSERA_VERSION), TextStyle::Title));
    words->addWidget(makeParagraph(Words::tr("Runs large language models from verified fragments.")));
    auto* head = new QHBoxLayout;
    head->setSpacing(px(kSpaceWide));
    head->addWidget(logo, 0, Qt::AlignTop);
    head->addLayout(words, 1);
    auto* parts = new QTreeWidget;
    parts->setAccessibleName(Words::tr("What it is built on"));
    parts->setHeaderLabels({Words::tr("Built on"), Words::tr("Licence"),
                            Words::tr("Home")});
    parts->setRootIsDecorated(false);
    for (const Part& part : kParts)
        new QTreeWidgetItem(parts, {QString::fromLatin1(part.name), QString::fromLatin1(part.licence), QString::fromLatin1(part.home)});
    for (const int column : {0, 1}) parts->resizeColumnToContents(column);
    auto* licence = new QPlainTextEdit;
    licence->setReadOnly(true);
    licence->setTabChangesFocus(true);
    licence->setAccessibleName(Words::tr("Licence of Tessera"));
    setTextStyle(licence, TextStyle::Mono);
    if (QFile text(QStringLiteral(":/LICENSE")); text.open(QIODevice::ReadOnly)) licence->setPlainText(QString::fromUtf8(text.readAll()));
    auto* tabs = new QTabWidget;
    tabs->setAccessibleName(dialog->windowTitle());
    tabs->addTab(parts, Words::tr("What it is built on"));
    tabs->addTab(licence, Words::tr("Licence of Tessera"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->setSpacing(px(kSpace));
    column->addLayout(head);
    column->addWidget(makeParagraph(Words::tr("Free software under the GNU General Public License, version 3 or later. It comes without any warranty.")));
    column->addWidget(tabs, 1);
    column->addWidget(buttons);
    dialog->open();
}

}  // namespace tessera::ui

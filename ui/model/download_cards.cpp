// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/download_cards.h"

#include "ui/jobs/job_model.h"
#include "ui/model/downloads.h"
#include "ui/style/icons.h"
#include "ui/widgets/elements.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QVBoxLayout>

namespace tessera::ui {

DownloadCards::DownloadCards(Downloads& downloads, QWidget* parent) : QWidget(parent), m_downloads(downloads), m_column(new QVBoxLayout(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(px(kSpaceSmall));
    connect(&downloads, &Downloads::listChanged, this, &DownloadCards::rebuild);
    connect(&downloads, &Downloads::progressChanged, this, &DownloadCards::refresh);
    rebuild();
}

void DownloadCards::rebuild() {
    while (QLayoutItem* item = m_column->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();  // one of its buttons may be the one that was clicked
        delete item;
    }
    m_rows.clear();
    for (std::size_t i = 0; i < m_downloads.all().size(); ++i) m_column->addWidget(makeCard(i));
    setVisible(!m_rows.empty());
    refresh();
}

QWidget* DownloadCards::makeCard(std::size_t index) {
    const Download& download = m_downloads.all()[index];
    const QString link = download.link, title = download.title();
    auto* card = new Card(Role::Raised);
    card->setObjectName(QStringLiteral("download"));
    card->column()->setContentsMargins(px(kSpace), px(kSpaceSmall), px(kSpaceSmall), px(kSpaceSmall));
    card->column()->setSpacing(px(kSpaceTiny));
    auto* name = new ElidedLabel(title);
    name->setToolTip(link);
    const bool running = download.isRunning();
    QToolButton* act = makeIconButton(running ? Icon::Pause : Icon::Play, running ? tr("Stop downloading %1").arg(title) : tr("Go on downloading %1").arg(title));
    connect(act, &QToolButton::clicked, this, [this, link, running] { running ? m_downloads.stop(link) : m_downloads.start(link); });
    QToolButton* forget = makeIconButton(Icon::Close, tr("Take %1 off the list").arg(title));
    connect(forget, &QToolButton::clicked, this, [this, link] { m_downloads.forget(link); });
    auto* top = new QHBoxLayout;
    top->setSpacing(0);
    top->addWidget(name, 1);
    top->addWidget(act);
    top->addWidget(forget);
    card->column()->addLayout(top);
    auto* bar = new QProgressBar;
    bar->setTextVisible(false);
    bar->setAccessibleName(tr("Downloading %1").arg(title));
    bar->setVisible(running);
    card->column()->addWidget(bar);
    auto* text = makeParagraph({}, Role::Muted);
    setTextStyle(text, TextStyle::Caption);
    card->column()->addWidget(text);
    m_rows.push_back({bar, text});
    return card;
}

void DownloadCards::refresh() {
    for (std::size_t i = 0; i < m_rows.size() && i < m_downloads.all().size(); ++i) {
        const Download& download = m_downloads.all()[i];
        const Row& row = m_rows[i];
        if (download.isRunning()) {
            const double part = download.job->fraction();
            row.bar->setRange(0, part < 0 ? 0 : 1000);
            if (part >= 0) row.bar->setValue(static_cast<int>(part * 1000));
            const QString progress = jobProgressText(*download.job);
            row.text->setText(progress.isEmpty() ? tr("Connecting…") : progress);
        } else {
            setTextRole(row.text, download.error.isEmpty() ? Role::Muted : Role::Error);
            row.text->setText(download.error.isEmpty() ? tr("Stopped. It goes on where it was.") : download.error);
        }
    }
}

}  // namespace tessera::ui

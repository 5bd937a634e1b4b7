// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/log_page.h"

#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/log_model.h"
#include "ui/widgets/table_menu.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

namespace tessera::ui {

LogPage::LogPage(const PageContext& context) : m_model(new LogModel(this)), m_table(new QTableView) {
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Log"));
    setUpTable(*m_table, context.settings, QStringLiteral("log"));
    m_table->setColumnWidth(LogModel::Time, px(120));
    m_table->setColumnWidth(LogModel::Level, px(140));
    auto* level = new QComboBox;
    level->setAccessibleName(tr("Least level that is shown"));
    for (const LogLevel each : {LogLevel::Error, LogLevel::Warning, LogLevel::Info, LogLevel::Debug})
        level->addItem(logLevelName(each), static_cast<int>(each));
    auto* filter = new QLineEdit;
    filter->setPlaceholderText(tr("Filter"));
    filter->setAccessibleName(tr("Filter the log"));
    filter->setClearButtonEnabled(true);
    filter->setMaximumWidth(px(260));
    auto* clear = makeButton(tr("Clear"));
    connect(clear, &QPushButton::clicked, this, [] { LogRing::instance().clear(); });
    connect(filter, &QLineEdit::textChanged, m_model, &LogModel::setFilter);
    connect(level, &QComboBox::currentIndexChanged, this, [this, &settings = context.settings](int index) {
        const auto chosen = static_cast<LogLevel>(index);
        setLogLevel(chosen);
        m_model->setLevel(chosen);
        settings.set(QStringLiteral("general"), QStringLiteral("log"), index);
    });
    level->setCurrentIndex(context.settings.number(QStringLiteral("general"), QStringLiteral("log"), static_cast<int>(LogLevel::Info)));

    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Log"), TextStyle::Title));
    head->addStretch(1);
    head->addWidget(filter);
    head->addWidget(level);
    head->addWidget(clear);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpaceWide));
    column->setSpacing(px(kSpace));
    column->addLayout(head);
    column->addWidget(m_table, 1);

    // Follows the end as long as the end is in sight.
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        const QScrollBar* bar = m_table->verticalScrollBar();
        m_table->setProperty("atEnd", bar->value() >= bar->maximum() - 1);
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        if (m_table->property("atEnd").toBool()) m_table->scrollToBottom();
    });
}

void LogPage::enter() { m_table->setFocus(); }

}  // namespace tessera::ui

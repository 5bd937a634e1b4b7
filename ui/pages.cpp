// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages.h"

#include "ui/chat/chat_page.h"
#include "ui/fragments/fragments_page.h"
#include "ui/inspector/inspector_page.h"
#include "ui/jobs/jobs_page.h"
#include "ui/model/model_page.h"
#include "ui/network/network_page.h"
#include "ui/settings/settings_page.h"
#include "ui/style/icons.h"
#include "ui/validation/validation_page.h"
#include "ui/widgets/log_page.h"

#include <QCoreApplication>

namespace tessera::ui {
namespace {

QString title(const char* text) { return QCoreApplication::translate("tessera::ui::Pages", text); }

template <class T>
std::function<Page*(const PageContext&)> maker() {
    return [](const PageContext& context) -> Page* { return new T(context); };
}

}  // namespace

std::vector<PageInfo> mainPages() {
    return {
        {QStringLiteral("chat"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Chat")), Icon::Chat, 0, maker<ChatPage>()},
        {QStringLiteral("model"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Model")), Icon::Model, 0, maker<ModelPage>()},
        {QStringLiteral("fragments"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Fragments")), Icon::Fragments, 1, maker<FragmentsPage>()},
        {QStringLiteral("network"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Network")), Icon::Network, 1, maker<NetworkPage>()},
        {QStringLiteral("inspector"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Inspector")), Icon::Inspector, 2, maker<InspectorPage>()},
        {QStringLiteral("validation"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Validation")), Icon::Validation, 2, maker<ValidationPage>()},
    };
}

std::vector<PageInfo> footPages() {
    return {
        {QStringLiteral("jobs"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Jobs")), Icon::Jobs, 0, maker<JobsPage>()},
        {QStringLiteral("log"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Log")), Icon::Log, 0, maker<LogPage>()},
        {QStringLiteral("settings"), title(QT_TRANSLATE_NOOP("tessera::ui::Pages", "Settings")), Icon::Settings, 0, maker<SettingsPage>()},
    };
}

}  // namespace tessera::ui

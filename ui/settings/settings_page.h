// SPDX-License-Identifier: GPL-3.0-or-later
// What the user can choose. Every change takes effect at once.
#pragma once

#include "ui/page.h"

class QFormLayout;
class QVBoxLayout;

namespace tessera::ui {

class SettingsPage : public Page {
    Q_OBJECT
public:
    explicit SettingsPage(const PageContext& context);
    void enter() override;

private:
    QFormLayout* addSection(QVBoxLayout& column, const QString& title);
    void addAppearance(QFormLayout& form);
    void addLanguage(QFormLayout& form);
    void addFolders(QVBoxLayout& column);
    void addGeneral(QFormLayout& form);
    void addInference(QFormLayout& form);
    void addChat(QVBoxLayout& column);

    PageContext m_context;
    QWidget* m_first = nullptr;
};

}  // namespace tessera::ui

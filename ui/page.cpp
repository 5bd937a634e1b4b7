// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page.h"

#include "ui/style/theme.h"

namespace tessera::ui {

Page::Page(QWidget* parent) : QWidget(parent) { setGroundRole(this, Role::Surface); }

}  // namespace tessera::ui

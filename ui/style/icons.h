// SPDX-License-Identifier: GPL-3.0-or-later
// The icons of the window, drawn from SVG at the size and scale that are asked for, in a role's colour.
#pragma once

#include "ui/style/roles.h"

#include <QIcon>
#include <QRectF>

class QPainter;

namespace tessera::ui {

enum class Icon {
#define TESSERA_ICON(name, file) name,
#include "ui/style/icon_names.h"
#undef TESSERA_ICON
};

/// Follows the colour scheme: no need to ask again after a change. Disabled: muted, half transparent.
QIcon icon(Icon name, Role role = Role::Text);

/// Draws one icon into a square inside `rect`, centred, for custom painted widgets.
void paintIcon(QPainter& painter, const QRectF& rect, Icon name, const QColor& color);

/// File of an icon in bootstrap-icons, without ".svg".
QString iconFile(Icon name);
int iconCount();

}  // namespace tessera::ui

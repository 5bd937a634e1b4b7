// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTextDocument>

namespace tessera::ui {

/// For tool tips: what other machines say of themselves is never taken for HTML.
inline QString plainTip(const QString& text) { return Qt::mightBeRichText(text) ? text.toHtmlEscaped() : text; }

}  // namespace tessera::ui

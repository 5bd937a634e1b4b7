// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/error_text.h"

#include <QCoreApplication>

namespace tessera::ui {
namespace {

constexpr const char* kContext = "tessera::ui::ErrorText";

const char* headline(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::NotFound: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Not found: %1");
        case ErrorKind::Corrupt: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Damaged or contradictory data: %1");
        case ErrorKind::Unsupported: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Not supported: %1");
        case ErrorKind::InvalidArgument: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "This cannot be done: %1");
        case ErrorKind::Io: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "The system refuses: %1");
        case ErrorKind::Network: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "The network fails: %1");
        case ErrorKind::Refused: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Refused: %1");
        case ErrorKind::Cancelled: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Stopped: %1");
        case ErrorKind::OutOfMemory: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Not enough memory: %1");
    }
    return "%1";
}

}  // namespace

QString errorText(const Error& error) {
    const QString message = QString::fromStdString(error.message), untranslated = QLatin1String(headline(error.kind));
    const QString translated = QCoreApplication::translate(kContext, headline(error.kind));
    // In English the message says it all.
    return translated == untranslated ? message : translated.arg(message);
}

}  // namespace tessera::ui

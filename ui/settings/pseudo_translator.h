// SPDX-License-Identifier: GPL-3.0-or-later
// A language that nobody speaks: English with accents, 40 % longer. What is not lengthened was not marked for
// translation; what is cut off will be cut off in a real language too.
#pragma once

#include <QTranslator>

namespace tessera::ui {

class PseudoTranslator : public QTranslator {
public:
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* source, const char* disambiguation, int n) const override;
};

}  // namespace tessera::ui

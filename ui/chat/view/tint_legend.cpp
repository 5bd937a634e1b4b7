// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/tint_legend.h"

#include "ui/chat/view/token_places.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <cmath>

namespace tessera::ui {

TintLegend::TintLegend(QWidget* parent) : QWidget(parent) {
    hide();
    setGroundRole(this, Role::Surface);
    setAccessibleName(tr("Legend of the probabilities"));
}

int TintLegend::heightForWidth(int width) const { return draw(nullptr, width); }

void TintLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    draw(&painter, width());
}

int TintLegend::draw(QPainter* painter, int width) const {
    const QFont small = ui::font(TextStyle::Caption);
    const QFontMetrics metrics(small);
    const int height = px(24), left = px(kSpaceLarge);
    int x = left, y = px(kSpaceTiny);
    const auto advance = [&](int needed) {
        if (x > left && x + needed > width - left) {
            x = left;
            y += height;
        }
        const int at = x;
        x += needed + px(kSpace);
        return at;
    };
    const auto write = [&](int at, const QString& text) {
        if (!painter) return;
        painter->setFont(small);
        painter->setPen(color(Role::Muted));
        painter->drawText(QRect(at, y, width, height), Qt::AlignVCenter | Qt::AlignLeft, text);
    };
    const QString title = tr("Probability of each token:");
    write(advance(metrics.horizontalAdvance(title)), title);
    for (std::size_t band = 0; band < kTintBands.size(); ++band) {
        const auto percent = [](double part) { return QString::number(std::lround(part * 100)); };
        const QString text = band == 0                        ? tr("%1 % and more").arg(percent(kTintBands[0]))
                             : band + 1 == kTintBands.size() ? tr("less than %1 %").arg(percent(kTintBands[band - 1]))
                                                              : tr("%1 to %2 %").arg(percent(kTintBands[band]), percent(kTintBands[band - 1]));
        const int side = px(14);
        const int at = advance(side + px(kSpaceTiny) + metrics.horizontalAdvance(text));
        if (painter) {
            const QRect box(at, y + (height - side) / 2, side, side);
            const QColor ground = tintColor(static_cast<int>(band));
            painter->fillRect(box, ground.isValid() ? ground : color(Role::Surface));
            painter->setPen(color(Role::Control));
            painter->drawRect(box.adjusted(0, 0, -1, -1));
            if (band + 1 == kTintBands.size()) painter->fillRect(QRect(box.left(), box.bottom() - 1, side, 2), color(Role::Text));
        }
        write(at + side + px(kSpaceTiny), text);
    }
    return y + height;
}

}  // namespace tessera::ui

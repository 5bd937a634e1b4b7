// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/map_legend.h"

#include "ui/fragments/fragment_map.h"
#include "ui/style/theme.h"
#include "ui/widgets/text_format.h"

#include <QPainter>

namespace tessera::ui {
namespace {

struct Entry {
    CellState state;
    QString text;
};

std::vector<Entry> entries(const FragmentView& view) {
    std::vector<Entry> shown;
    for (const CellState state : {CellState::Verified, CellState::Present, CellState::Missing, CellState::InFlight, CellState::Bad}) {
        const std::size_t count = view.stateCount(state);
        if (count == 0) continue;
        shown.push_back({state, cellStateName(state) + QChar::Nbsp + formatCount(count)});
    }
    return shown;
}

}  // namespace

MapLegend::MapLegend(FragmentView& view, QWidget* parent) : QWidget(parent), m_view(view) {
    connect(&view, &FragmentView::statesChanged, this, &MapLegend::describeCounts);
    connect(&view, &FragmentView::setChanged, this, &MapLegend::describeCounts);
    setAccessibleName(tr("Legend of the map"));
}

void MapLegend::describeCounts() {
    QStringList texts;
    for (const Entry& entry : entries(m_view)) texts.append(entry.text);
    setAccessibleDescription(texts.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize MapLegend::sizeHint() const {
    const QFontMetrics metrics(ui::font(TextStyle::Caption));
    int width = 0;
    for (const Entry& entry : entries(m_view)) width += px(12 + 6 + 20) + metrics.horizontalAdvance(entry.text);
    return QSize(width, std::max(px(20), metrics.height()));
}

QSize MapLegend::minimumSizeHint() const { return QSize(px(100), sizeHint().height()); }

void MapLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(ui::font(TextStyle::Caption));
    double x = 0;
    const double side = px(12);
    for (const Entry& entry : entries(m_view)) {
        paintMapCell(painter, QRectF(x, std::round((height() - side) / 2), side, side), entry.state);
        x += side + px(6);
        const double width = painter.fontMetrics().horizontalAdvance(entry.text);
        painter.setPen(color(Role::Muted));
        painter.drawText(QRectF(x, 0, width + 2, height()), Qt::AlignLeft | Qt::AlignVCenter, entry.text);
        x += width + px(20);
    }
}

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/icons.h"

#include "ui/style/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <array>
#include <cmath>
#include <memory>

namespace tessera::ui {
namespace {

constexpr std::array kFiles{
#define TESSERA_ICON(name, file) file,
#include "ui/style/icon_names.h"
#undef TESSERA_ICON
};

QByteArray svgText(Icon name) {
    QFile file(QStringLiteral(":/icons/") + iconFile(name) + QStringLiteral(".svg"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// One renderer per icon and colour; a window uses some dozens.
QSvgRenderer& rendererFor(Icon name, const QColor& color) {
    static QHash<QString, std::shared_ptr<QSvgRenderer>> renderers;
    auto& renderer = renderers[iconFile(name) + color.name()];
    if (!renderer) {
        QByteArray text = svgText(name);
        text.replace("currentColor", color.name().toLatin1());
        renderer = std::make_shared<QSvgRenderer>(text);
    }
    return *renderer;
}

class RoleIconEngine : public QIconEngine {
public:
    RoleIconEngine(Icon name, Role role) : m_name(name), m_role(role) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        painter->save();
        if (mode == QIcon::Disabled) painter->setOpacity(painter->opacity() * 0.55);
        paintIcon(*painter, rect, m_name, color(mode == QIcon::Disabled ? Role::Muted : m_role));
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1);
    }

    // `size` is in device pixels already.
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal) override {
        const QColor ink = color(mode == QIcon::Disabled ? Role::Muted : m_role);
        const QString key = QStringLiteral("tessera-icon %1 %2 %3x%4 %5")
                                .arg(iconFile(m_name), ink.name()).arg(size.width()).arg(size.height()).arg(mode);
        QPixmap pixmap;
        if (QPixmapCache::find(key, &pixmap)) return pixmap;
        pixmap = QPixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        painter.end();
        QPixmapCache::insert(key, pixmap);
        return pixmap;
    }

    QIconEngine* clone() const override { return new RoleIconEngine(m_name, m_role); }

private:
    Icon m_name;
    Role m_role;
};

}  // namespace

QIcon icon(Icon name, Role role) { return QIcon(new RoleIconEngine(name, role)); }

void paintIcon(QPainter& painter, const QRectF& rect, Icon name, const QColor& color) {
    const double side = std::min(rect.width(), rect.height());
    // On whole device pixels, or strokes of one pixel blur at scale 1.
    const double scale = painter.device() ? painter.device()->devicePixelRatioF() : 1;
    const auto snap = [scale](double value) { return std::round(value * scale) / scale; };
    const QRectF square(snap(rect.center().x() - side / 2), snap(rect.center().y() - side / 2), side, side);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    rendererFor(name, color).render(&painter, square);
    painter.restore();
}

QString iconFile(Icon name) { return QString::fromLatin1(kFiles[static_cast<std::size_t>(name)]); }

int iconCount() { return static_cast<int>(kFiles.size()); }

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// render_icon FILE.svg SIZE FILE.png: the icon as a picture, at build.
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QSvgRenderer>

#include <cstdio>

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 4) return std::fputs("render_icon FILE.svg SIZE FILE.png\n", stderr), 2;
    QSvgRenderer renderer(arguments[1]);
    const int size = arguments[2].toInt();
    if (!renderer.isValid() || size < 1) return std::fputs("render_icon: no such picture or size\n", stderr), 1;
    QImage image(size, size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    return image.save(arguments[3], "PNG") ? 0 : 1;
}

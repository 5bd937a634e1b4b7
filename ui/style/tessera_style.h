// SPDX-License-Identifier: GPL-3.0-or-later
// How every control looks: Fusion where it is good, our own drawing where the specification says more. Colours and
// sizes come from the theme, so one object serves light and dark at every zoom.
#pragma once

#include <QProxyStyle>

class QAbstractButton;
class QPushButton;

namespace tessera::ui {

class TesseraStyle : public QProxyStyle {
    Q_OBJECT
public:
    TesseraStyle();

    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub,
                         const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    QIcon standardIcon(StandardPixmap which, const QStyleOption* option, const QWidget* widget) const override;
    void polish(QWidget* widget) override;
    void unpolish(QWidget* widget) override;
    using QProxyStyle::polish;
    using QProxyStyle::unpolish;
};

/// The one action of a page or dialog that stands out: filled with the accent colour.
void makePrimary(QPushButton* button);
/// A row of buttons of which one is down ("Map | Table | Manifest"): drawn as tabs without frames.
void makeSegment(QAbstractButton* button);

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of single controls for TesseraStyle.
#pragma once

#include <QStyleOption>

class QPainter;
class QWidget;

namespace tessera::ui {

// Buttons (paint_buttons.cpp)
void paintButtonPanel(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget);
void paintButtonLabel(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget);
void paintToolButtonPanel(const QStyleOption& option, QPainter& painter, const QWidget* widget);
void paintCheckBox(const QStyleOption& option, QPainter& painter);
void paintRadioButton(const QStyleOption& option, QPainter& painter);
bool isPrimary(const QStyleOptionButton& option, const QWidget* widget);
bool isSegment(const QWidget* widget);

// Inputs and bars (paint_inputs.cpp)
void paintField(const QStyleOption& option, QPainter& painter);
void paintComboBox(const QStyleOptionComboBox& option, QPainter& painter);
void paintSpinButtons(const QStyleOptionSpinBox& option, QPainter& painter, const QRect& up, const QRect& down);
void paintSlider(const QStyleOptionSlider& option, QPainter& painter, const QRect& groove, const QRect& handle);
void paintScrollBar(const QStyleOptionSlider& option, QPainter& painter, const QRect& handle);
void paintProgress(const QStyleOptionProgressBar& option, QPainter& painter);

// Views, tabs, menus (paint_views.cpp)
void paintRowPanel(const QStyleOptionViewItem& option, QPainter& painter);
void paintItemPanel(const QStyleOptionViewItem& option, QPainter& painter, const QWidget* widget);
void paintHeaderSection(const QStyleOptionHeader& option, QPainter& painter);
void paintTab(const QStyleOptionTab& option, QPainter& painter);
void paintMenuItem(const QStyleOptionMenuItem& option, QPainter& painter);

}  // namespace tessera::ui

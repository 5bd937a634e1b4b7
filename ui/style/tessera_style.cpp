// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/tessera_style.h"

#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/paint_controls.h"
#include "ui/style/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSlider>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTabBar>

#include <algorithm>

namespace tessera::ui {

TesseraStyle::TesseraStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

int TesseraStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_LayoutLeftMargin:
        case PM_LayoutRightMargin:
        case PM_LayoutTopMargin:
        case PM_LayoutBottomMargin: return px(kSpaceWide);
        case PM_LayoutHorizontalSpacing:
        case PM_LayoutVerticalSpacing: return px(kSpaceSmall);
        case PM_ButtonIconSize:
        case PM_SmallIconSize:
        case PM_ListViewIconSize: return px(kIconSmall);
        case PM_ToolBarIconSize:
        case PM_TabBarIconSize: return px(kIconLarge);
        case PM_LargeIconSize:
        case PM_MessageBoxIconSize: return px(32);
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
        case PM_ExclusiveIndicatorHeight: return px(18);
        case PM_CheckBoxLabelSpacing:
        case PM_RadioButtonLabelSpacing: return px(kSpaceSmall);
        case PM_ScrollBarExtent: return px(12);
        case PM_ScrollBarSliderMin: return px(32);
        case PM_ScrollView_ScrollBarSpacing: return 0;
        case PM_SplitterWidth: return px(kSpaceSmall);
        case PM_SliderThickness:
        case PM_SliderControlThickness:
        case PM_SliderLength: return px(20);
        case PM_HeaderMarkSize: return px(12);
        case PM_HeaderMargin: return px(kSpaceSmall);
        case PM_MenuVMargin: return px(kSpaceTiny);
        case PM_MenuHMargin: return 0;
        case PM_MenuPanelWidth: return 1;
        case PM_FocusFrameHMargin: return px(kSpaceSmall);
        case PM_DefaultFrameWidth: return 2;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
        case PM_TabBarTabShiftVertical: return 0;
        default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int TesseraStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                            QStyleHintReturn* data) const {
    switch (hint) {
        case SH_ComboBox_Popup: return 0;
        case SH_DialogButtonBox_ButtonsHaveIcons: return 0;
        case SH_EtchDisabledText: return 0;
        case SH_ScrollBar_ContextMenu: return 1;
        case SH_Table_GridLineColor: return static_cast<int>(color(Role::Divider).rgb());
        case SH_Widget_Animate: return Theme::instance().reducedMotion() ? 0 : QProxyStyle::styleHint(hint, option, widget, data);
        case SH_Widget_Animation_Duration: return Theme::instance().reducedMotion() ? 0 : 120;
        case SH_UnderlineShortcut: return 0;
        case SH_MessageBox_CenterButtons: return 0;
        case SH_ItemView_ActivateItemOnSingleClick: return 0;
        case SH_TabBar_ElideMode: return Qt::ElideNone;
        default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize TesseraStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                     const QWidget* widget) const {
    const int control = px(kControlHeight);
    switch (type) {
        case CT_PushButton: {
            const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            if (!button) break;
            int width = size.width() + 2 * px(button->text.isEmpty() ? kSpaceSmall : kSpace) + 2;
            if (button->features & QStyleOptionButton::HasMenu) width += px(12) + px(kSpaceSmall) - px(kSpaceTiny);
            if (!button->icon.isNull() && !button->text.isEmpty()) width += px(kSpaceSmall) - 4;
            return QSize(std::max(width, control), std::max(control, size.height() + px(kSpaceSmall)));
        }
        case CT_ToolButton: {
            if (widget && widget->property("compact").toBool()) return size + QSize(px(kSpaceSmall), 0);
            const QSize plain = size + QSize(px(kSpaceSmall), px(kSpaceSmall));
            return plain.expandedTo(QSize(control, control));
        }
        case CT_LineEdit: return QSize(size.width() + px(kSpaceWide), std::max(control, size.height() + px(kSpaceSmall)));
        case CT_ComboBox: return QSize(size.width() + px(44), std::max(control, size.height() + px(kSpaceSmall)));
        // The arrows, and what the line inside keeps free at both ends.
        case CT_SpinBox: return QSize(size.width() + px(46), std::max(control, size.height()));
        case CT_CheckBox:
        case CT_RadioButton: {
            const QSize fusion = QProxyStyle::sizeFromContents(type, option, size, widget);
            return QSize(fusion.width() + px(kSpaceTiny), std::max(control, fusion.height()));
        }
        case CT_HeaderSection: {
            const QSize fusion = QProxyStyle::sizeFromContents(type, option, size, widget);
            return QSize(fusion.width() + px(kSpaceWide), std::max(control, fusion.height()));
        }
        case CT_ItemViewItem: {
            const QSize fusion = QProxyStyle::sizeFromContents(type, option, size, widget);
            return QSize(fusion.width() + px(kSpaceSmall), std::max(px(kRowHeight), fusion.height()));
        }
        case CT_TabBarTab: return QSize(size.width() + px(kSpaceSmall), std::max(px(36), size.height()));
        case CT_ProgressBar: return QSize(size.width(), px(kSpaceWide));
        case CT_MenuItem: {
            const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
            if (!item) break;
            if (item->menuItemType == QStyleOptionMenuItem::Separator) return QSize(size.width(), px(9));
            const bool gutter = item->checkType != QStyleOptionMenuItem::NotCheckable || item->maxIconWidth > 0;
            int width = item->fontMetrics.size(Qt::TextShowMnemonic, item->text.section(QLatin1Char('\t'), 0, 0)).width() + 2 * px(kSpace);
            if (gutter) width += px(kIconSmall + kSpaceSmall);
            width += item->reservedShortcutWidth > 0 ? item->reservedShortcutWidth + px(kSpaceLarge) : 0;
            if (item->menuItemType == QStyleOptionMenuItem::SubMenu) width += px(kSpaceLarge);
            return QSize(std::max(width, size.width()), control);
        }
        case CT_Menu: return size + QSize(px(kSpaceSmall), 0);
        default: break;
    }
    return QProxyStyle::sizeFromContents(type, option, size, widget);
}

QRect TesseraStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    switch (element) {
        case SE_LineEditContents:
            return option->rect.adjusted(px(6), 1, -px(6), -1);
        case SE_PushButtonContents:
        case SE_PushButtonFocusRect: return option->rect;
        case SE_CheckBoxIndicator:
        case SE_RadioButtonIndicator: {
            // Room for the focus ring around the mark.
            QRect rect = QProxyStyle::subElementRect(element, option, widget);
            rect.translate(option->direction == Qt::RightToLeft ? -2 : 2, 0);
            return rect;
        }
        case SE_CheckBoxContents:
        case SE_RadioButtonContents: {
            const QRect rect = QProxyStyle::subElementRect(element, option, widget);
            return rect.translated(option->direction == Qt::RightToLeft ? -2 : 2, 0);
        }
        case SE_HeaderArrow: {
            const int side = px(12);
            return visualRect(option->direction, option->rect,
                              QRect(option->rect.right() - side - px(kSpaceTiny), option->rect.center().y() - side / 2, side, side));
        }
        case SE_HeaderLabel: {
            const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
            const bool sorted = header && header->sortIndicator != QStyleOptionHeader::None;
            return visualRect(option->direction, option->rect, option->rect.adjusted(px(9), 0, sorted ? -px(20) : -px(9), 0));
        }
        case SE_ProgressBarGroove:
        case SE_ProgressBarContents: return option->rect;
        default: return QProxyStyle::subElementRect(element, option, widget);
    }
}

QRect TesseraStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub,
                                   const QWidget* widget) const {
    if (control == CC_ComboBox && sub == SC_ComboBoxEditField)
        return visualRect(option->direction, option->rect, option->rect.adjusted(px(10), 2, -px(30), -2));
    if (control == CC_SpinBox) {
        const QRect rect = option->rect;
        const int width = px(24), half = rect.height() / 2;
        if (sub == SC_SpinBoxUp) return visualRect(option->direction, rect, QRect(rect.right() - width, rect.top() + 1, width, half - 1));
        if (sub == SC_SpinBoxDown)
            return visualRect(option->direction, rect, QRect(rect.right() - width, rect.top() + half, width, rect.height() - half - 1));
        if (sub == SC_SpinBoxEditField) return visualRect(option->direction, rect, rect.adjusted(2, 1, -width - 2, -1));
    }
    if (control == CC_ScrollBar) {
        // No arrows: the groove is the whole bar.
        if (sub == SC_ScrollBarAddLine || sub == SC_ScrollBarSubLine) return QRect();
        if (sub == SC_ScrollBarGroove) return option->rect;
        if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
            bar && (sub == SC_ScrollBarSlider || sub == SC_ScrollBarAddPage || sub == SC_ScrollBarSubPage)) {
            const bool across = bar->orientation == Qt::Horizontal;
            const int length = across ? bar->rect.width() : bar->rect.height();
            const qint64 range = qint64(bar->maximum) - bar->minimum;
            int handle = length;
            if (range > 0)
                handle = std::min(length, std::max(px(32), static_cast<int>(qint64(bar->pageStep) * length / (range + bar->pageStep))));
            const int at = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - handle, bar->upsideDown);
            const auto part = [&](int from, int size) {
                return across ? QRect(bar->rect.left() + from, bar->rect.top(), size, bar->rect.height())
                              : QRect(bar->rect.left(), bar->rect.top() + from, bar->rect.width(), size);
            };
            if (sub == SC_ScrollBarSlider) return part(at, handle);
            if (sub == SC_ScrollBarSubPage) return part(0, at);
            return part(at + handle, length - at - handle);
        }
    }
    return QProxyStyle::subControlRect(control, option, sub, widget);
}

void TesseraStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                 const QWidget* widget) const {
    switch (element) {
        case PE_PanelButtonCommand:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) return paintButtonPanel(*button, *painter, widget);
            break;
        case PE_PanelButtonTool: return paintToolButtonPanel(*option, *painter, widget);
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck: return paintCheckBox(*option, *painter);
        case PE_IndicatorRadioButton: return paintRadioButton(*option, *painter);
        case PE_PanelLineEdit:
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
                paintField(*option, *painter);
            return;
        case PE_FrameLineEdit: return;
        case PE_Frame:
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0) {
                const bool focus = option->state & State_HasFocus;
                const auto* text = qobject_cast<const QPlainTextEdit*>(widget);
                const Role line = text && !text->isReadOnly() ? Role::Control : Role::Divider;
                paintBox(*painter, option->rect, 3, QColor(), color(focus ? Role::Accent : line), focus ? 2 : 1);
            }
            return;
        case PE_FrameMenu: return paintBox(*painter, option->rect, 0, QColor(), color(Role::Control));
        case PE_PanelScrollAreaCorner: return;
        case PE_PanelMenu: painter->fillRect(option->rect, color(Role::Surface)); return;
        case PE_PanelTipLabel: return paintBox(*painter, option->rect, 0, color(Role::Raised), color(Role::Control));
        case PE_FrameFocusRect:
            // Buttons draw their own ring; what remains are items of views. Where whole rows are chosen, their ground
            // tells the current one: a frame around one of its cells looks like an editor.
            if (const auto* view = qobject_cast<const QAbstractItemView*>(widget); view && view->selectionBehavior() == QAbstractItemView::SelectRows && option->state & State_Selected) return;
            if (!widget || qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QComboBox*>(widget)) {
                if (option->state & State_KeyboardFocusChange || qobject_cast<const QAbstractItemView*>(widget))
                    paintBox(*painter, QRectF(option->rect).adjusted(1, 1, -1, -1), px(4), QColor(), color(Role::Accent), 1);
            }
            return;
        case PE_PanelItemViewRow:
            if (const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option)) return paintRowPanel(*item, *painter);
            break;
        case PE_PanelItemViewItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option)) return paintItemPanel(*item, *painter, widget);
            break;
        case PE_IndicatorBranch:
            if (option->state & State_Children) {
                const QRectF rect = option->rect;
                const double side = px(12);
                paintIcon(*painter, QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side),
                          option->state & State_Open ? Icon::ChevronDown : Icon::ChevronRight, color(Role::Muted));
            }
            return;
        case PE_IndicatorHeaderArrow:
            if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
                const Icon name = header->sortIndicator == QStyleOptionHeader::SortUp ? Icon::ArrowDown : Icon::ArrowUp;
                paintIcon(*painter, option->rect, name, color(Role::Muted));
                return;
            }
            break;
        case PE_FrameTabWidget:
        case PE_FrameTabBarBase:
        case PE_FrameStatusBarItem:
        case PE_PanelStatusBar: return;
        case PE_IndicatorArrowDown: return paintIcon(*painter, option->rect, Icon::ChevronDown, option->palette.color(QPalette::ButtonText));
        default: break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void TesseraStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
    switch (element) {
        // The parts of a button and of a header are placed by the common style, which does not ask proxies.
        case CE_PushButton:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
                paintButtonPanel(*button, *painter, widget);
                return paintButtonLabel(*button, *painter, widget);
            }
            break;
        case CE_Header:
            if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
                paintHeaderSection(*header, *painter);
                QStyleOptionHeader part = *header;
                part.rect = subElementRect(SE_HeaderLabel, header, widget);
                drawControl(CE_HeaderLabel, &part, painter, widget);
                if (header->sortIndicator == QStyleOptionHeader::None) return;
                part.rect = subElementRect(SE_HeaderArrow, header, widget);
                return drawPrimitive(PE_IndicatorHeaderArrow, &part, painter, widget);
            }
            break;
        case CE_PushButtonBevel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) return paintButtonPanel(*button, *painter, widget);
            break;
        case CE_PushButtonLabel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) return paintButtonLabel(*button, *painter, widget);
            break;
        case CE_ComboBoxLabel:
            if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option)) {
                QStyleOptionComboBox label = *combo;
                const int icon_room = combo->currentIcon.isNull() ? 0 : combo->iconSize.width() + 4;
                label.currentText = combo->fontMetrics.elidedText(combo->currentText, Qt::ElideMiddle, subControlRect(CC_ComboBox, combo, SC_ComboBoxEditField, widget).width() - icon_room - 2);
                return QProxyStyle::drawControl(element, &label, painter, widget);
            }
            break;
        case CE_ProgressBarGroove:
        case CE_ProgressBarLabel: return;
        case CE_ProgressBarContents:
            if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option)) return paintProgress(*bar, *painter);
            break;
        case CE_HeaderSection:
            if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) return paintHeaderSection(*header, *painter);
            break;
        case CE_HeaderEmptyArea:
            painter->fillRect(option->rect, color(Role::Surface));
            painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), color(Role::Divider));
            return;
        case CE_HeaderLabel:
            if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
                QStyleOptionHeader label = *header;
                label.palette.setColor(QPalette::ButtonText, color(Role::Muted));
                label.state |= State_Enabled;
                return QProxyStyle::drawControl(element, &label, painter, widget);
            }
            break;
        case CE_TabBarTab:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) return paintTab(*tab, *painter);
            break;
        case CE_MenuItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option)) return paintMenuItem(*item, *painter);
            break;
        case CE_MenuEmptyArea: painter->fillRect(option->rect, color(Role::Surface)); return;
        case CE_Splitter: return;
        default: break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void TesseraStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                      const QWidget* widget) const {
    switch (control) {
        case CC_ComboBox:
            if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option)) return paintComboBox(*combo, *painter);
            break;
        case CC_SpinBox:
            if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option)) {
                if (spin->frame) paintField(*spin, *painter);
                if (spin->buttonSymbols != QAbstractSpinBox::NoButtons)
                    paintSpinButtons(*spin, *painter, subControlRect(control, option, SC_SpinBoxUp, widget),
                                     subControlRect(control, option, SC_SpinBoxDown, widget));
                return;
            }
            break;
        case CC_Slider:
            if (const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option))
                return paintSlider(*slider, *painter, subControlRect(control, option, SC_SliderGroove, widget),
                                   subControlRect(control, option, SC_SliderHandle, widget));
            break;
        case CC_ScrollBar:
            if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option))
                return paintScrollBar(*bar, *painter, subControlRect(control, option, SC_ScrollBarSlider, widget));
            break;
        default: break;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QIcon TesseraStyle::standardIcon(StandardPixmap which, const QStyleOption* option, const QWidget* widget) const {
    switch (which) {
        case SP_MessageBoxInformation: return icon(Icon::Info, Role::Accent);
        case SP_MessageBoxWarning: return icon(Icon::Warning, Role::Warn);
        case SP_MessageBoxCritical: return icon(Icon::Bad, Role::Error);
        case SP_MessageBoxQuestion: return icon(Icon::Help, Role::Accent);
        case SP_LineEditClearButton: return icon(Icon::Close, Role::Muted);
        case SP_TitleBarCloseButton: return icon(Icon::Close);
        case SP_DirIcon:
        case SP_DirClosedIcon: return icon(Icon::Folder);
        case SP_DirOpenIcon: return icon(Icon::FolderOpen);
        case SP_FileIcon: return icon(Icon::File);
        default: return QProxyStyle::standardIcon(which, option, widget);
    }
}

void TesseraStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractSpinBox*>(widget) ||
        qobject_cast<QScrollBar*>(widget) || qobject_cast<QTabBar*>(widget) || qobject_cast<QHeaderView*>(widget))
        widget->setAttribute(Qt::WA_Hover);
    // A form's label stands beside the middle of its control.
    if (auto* label = qobject_cast<QLabel*>(widget); label && label->buddy()) label->setMinimumHeight(px(kControlHeight));
    if (auto* view = qobject_cast<QAbstractItemView*>(widget)) view->viewport()->setAttribute(Qt::WA_Hover);
}

void TesseraStyle::unpolish(QWidget* widget) { QProxyStyle::unpolish(widget); }

void makePrimary(QPushButton* button) {
    button->setProperty("primary", true);
    button->setMinimumHeight(px(kControlHeight));
}

void makeSegment(QAbstractButton* button) {
    button->setProperty("segment", true);
    button->setCheckable(true);
}

}  // namespace tessera::ui

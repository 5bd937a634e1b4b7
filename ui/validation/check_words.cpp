// SPDX-License-Identifier: GPL-3.0-or-later
// The fixed texts of core/validate, listed here so that the window's translations know them. A text that is not listed
// is shown as core wrote it.
#include "ui/validation/check_view.h"

#include <QCoreApplication>

namespace tessera::ui {
namespace {

[[maybe_unused]] constexpr const char* kTexts[] = {
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "RMSNorm"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "softmax"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "SwiGLU"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "RoPE (adjacent pairs)"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "RoPE (NeoX halves)"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "RoPE (frequency factors)"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "RoPE (linear scaling)"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "7 rows of 576, epsilon 1e-5"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "5 rows of 96, scaled by 1/8, a third masked"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "4 rows of 1536"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "6 positions up to 511, 3 heads of 64, base 10000"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "as above, each frequency divided by 1 to 8"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "as above, positions divided by 4"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "33 positions, head size 64, causal"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "a float sum of squares and three roundings"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "exp by ggml's polynomial, 2 ulp, and a float sum"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "exp by ggml's polynomial, 2 ulp"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "ggml multiplies the angle up in float: at position 511 and pair 31 that is 32 roundings of angles up to 511"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "the weighted sum of values is kept in float16: eleven bits"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "float sums over 64 and 33 terms"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "a product of two or three rounded factors, less a rounded minimum where the type has one"),
    QT_TRANSLATE_NOOP("tessera::ui::CheckWords", "scale, sign and place of every element decoded in double; a point of ggml's codebook must be the same wherever its index is found, and no other index may have it"),
};

}  // namespace

QString checkWords(const std::string& text) {
    return text.empty() ? QString() : QCoreApplication::translate("tessera::ui::CheckWords", text.c_str());
}

}  // namespace tessera::ui

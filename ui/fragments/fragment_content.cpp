// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/fragment_content.h"

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

void measure(FragmentContent& content) {
    double sum = 0, squares = 0;
    std::uint64_t finite = 0;
    content.minimum = HUGE_VAL;
    content.maximum = -HUGE_VAL;
    for (const float value : content.values) {
        if (!std::isfinite(value)) continue;
        ++finite;
        sum += value;
        squares += double(value) * value;
        content.minimum = std::min<double>(content.minimum, value);
        content.maximum = std::max<double>(content.maximum, value);
    }
    content.not_finite = content.values.size() - finite;
    if (finite == 0) {
        content.minimum = content.maximum = 0;
        return;
    }
    content.mean = sum / static_cast<double>(finite);
    content.deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(finite) - content.mean * content.mean));
    content.histogram.assign(kHistogramBins, 0);
    const double width = content.maximum - content.minimum;
    for (const float value : content.values) {
        if (!std::isfinite(value)) continue;
        const double part = width > 0 ? (value - content.minimum) / width : 0;
        ++content.histogram[std::min(kHistogramBins - 1, static_cast<std::size_t>(part * kHistogramBins))];
    }
}

}  // namespace

Result<FragmentContent> readContent(const OpenSet& set, FragmentIndex index, const Operation& operation) {
    const Fragment& fragment = set.manifest().at(index);
    FragmentContent content;
    content.bytes.resize(fragment.size_bytes);
    TESSERA_CHECK(set.store->read(index, content.bytes));
    TESSERA_CHECK(operation.checkStop());
    content.found = sha256(content.bytes);
    TESSERA_CHECK(operation.checkStop());
    if (fragment.kind != FragmentKind::Tensor || !traits(fragment.tensor_type).dequantizable || fragment.shape.empty()) return content;
    // The manifest's own check makes size, rows and shape agree.
    content.columns = fragment.shape[0];
    content.values.resize(static_cast<std::size_t>(content.columns * fragment.row_count));
    TESSERA_CHECK(dequantize(fragment.tensor_type, content.bytes, content.values));
    measure(content);
    return content;
}

}  // namespace tessera::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/layer_spans.h"

#include "core/base/format.h"
#include "core/base/limits.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace tessera::cli {

namespace {

/// A layer number at the start of `text`, which is moved past it.
std::optional<std::int32_t> takeLayer(std::string_view& text) {
    std::int32_t layer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), layer);
    if (error != std::errc() || layer < 0 || layer >= static_cast<std::int32_t>(limits::kMaxLayers)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return layer;
}

}  // namespace

Result<std::vector<LayerSpan>> parseSpans(const std::string& text) {
    const auto wrong = [&](std::string_view why) {
        return fail(ErrorKind::InvalidArgument, format("'{}' {}; write for example 0-14,15-29", text, why));
    };
    std::vector<LayerSpan> spans;
    std::string_view rest = text;
    while (spans.empty() || !rest.empty()) {
        if (!spans.empty()) {
            if (rest.front() != ',') return wrong("is no list of layer spans");
            rest.remove_prefix(1);
        }
        const auto first = takeLayer(rest);
        if (!first || rest.empty() || rest.front() != '-') return wrong("is no list of layer spans");
        rest.remove_prefix(1);
        const auto last = takeLayer(rest);
        if (!last) return wrong("is no list of layer spans");
        if (*last < *first) return wrong("has a span that ends before it begins");
        const std::int32_t expected = spans.empty() ? 0 : spans.back().last + 1;
        if (*first != expected) return wrong(format("leaves out or repeats layers: a span should begin at {}", expected));
        spans.push_back({*first, *last});
    }
    return spans;
}

Result<LayerSpan> parseSpan(const std::string& text) {
    std::string_view rest = text;
    const auto first = takeLayer(rest);
    auto last = first;
    if (first && !rest.empty() && rest.front() == '-') {
        rest.remove_prefix(1);
        last = takeLayer(rest);
    }
    if (!first || !last || !rest.empty() || *last < *first)
        return fail(ErrorKind::InvalidArgument, format("'{}' is no span of layers; write for example 0-14", text));
    return LayerSpan{*first, *last};
}

}  // namespace tessera::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/selection.h"

#include <algorithm>

namespace tessera::ui {
namespace {

int inside(int wanted, int count) { return count == 0 ? -1 : std::clamp(wanted, 0, count - 1); }

}  // namespace

void InspectorSelection::setExtent(int layers, int tokens, int heads) {
    m_layers = layers;
    m_tokens = tokens;
    m_heads = heads;
    m_preview_layer = m_preview_token = m_preview_head = -1;
    emit extentChanged();
    choose(layers - 1, tokens - 1, std::max(0, m_head));
    emit shownChanged();
}

void InspectorSelection::choose(int layer, int token, int head) {
    layer = inside(layer, m_layers);
    token = inside(token, m_tokens);
    head = inside(head, m_heads);
    const bool new_layer = layer != m_layer, new_token = token != m_token, new_head = head != m_head;
    if (!new_layer && !new_token && !new_head) return;
    m_layer = layer;
    m_token = token;
    m_head = head;
    if (new_layer) emit layerChanged(layer);
    if (new_token) emit tokenChanged(token);
    if (new_head) emit headChanged(head);
    emit changed();
    emit shownChanged();
}

void InspectorSelection::preview(int layer, int token, int head) {
    const auto valid = [](int wanted, int count) { return wanted >= 0 && wanted < count ? wanted : -1; };
    layer = valid(layer, m_layers);
    token = valid(token, m_tokens);
    head = valid(head, m_heads);
    if (layer == m_preview_layer && token == m_preview_token && head == m_preview_head) return;
    m_preview_layer = layer;
    m_preview_token = token;
    m_preview_head = head;
    emit shownChanged();
}

}  // namespace tessera::ui

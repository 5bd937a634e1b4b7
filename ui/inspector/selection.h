// SPDX-License-Identifier: GPL-3.0-or-later
// What all views of the inspector look at: one layer, one token, one head. UI thread only.
#pragma once

#include <QObject>

namespace tessera::ui {

/// Hovering previews a place without leaving the chosen one.
class InspectorSelection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Of the run that is shown; the selection is moved inside. A new run begins at its last layer and last token.
    void setExtent(int layers, int tokens, int heads);
    int layers() const { return m_layers; }
    int tokens() const { return m_tokens; }
    int heads() const { return m_heads; }

    int layer() const { return m_layer; }  // −1: there is none
    int token() const { return m_token; }
    int head() const { return m_head; }
    void setLayer(int layer) { choose(layer, m_token, m_head); }
    void setToken(int token) { choose(m_layer, token, m_head); }
    void setHead(int head) { choose(m_layer, m_token, head); }
    void choose(int layer, int token) { choose(layer, token, m_head); }

    /// While the mouse is over a place; −1 for what it does not say.
    void preview(int layer, int token, int head = -1);
    void endPreview() { preview(-1, -1, -1); }
    /// The previewed one, otherwise the chosen one.
    int shownLayer() const { return m_preview_layer >= 0 ? m_preview_layer : m_layer; }
    int shownToken() const { return m_preview_token >= 0 ? m_preview_token : m_token; }
    int shownHead() const { return m_preview_head >= 0 ? m_preview_head : m_head; }

signals:
    void extentChanged();
    void layerChanged(int layer);
    void tokenChanged(int token);
    void headChanged(int head);
    /// After any of them.
    void changed();
    /// What shownLayer(), shownToken() or shownHead() give has changed.
    void shownChanged();

private:
    void choose(int layer, int token, int head);

    int m_layers = 0, m_tokens = 0, m_heads = 0;
    int m_layer = -1, m_token = -1, m_head = -1;
    int m_preview_layer = -1, m_preview_token = -1, m_preview_head = -1;
};

}  // namespace tessera::ui

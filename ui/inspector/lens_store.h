// SPDX-License-Identifier: GPL-3.0-or-later
// The lens of a run, computed where somebody looks. UI thread only.
#pragma once

#include "core/inspect/lens.h"
#include "ui/inspector/inspector_session.h"

#include <QHash>
#include <QObject>
#include <QRect>

#include <span>
#include <vector>

namespace tessera::ui {

class LensStore : public QObject {
    Q_OBJECT
public:
    static constexpr std::uint32_t kTop = 10;

    explicit LensStore(InspectorSession& session, QObject* parent = nullptr);

    /// Whether the shown run has residual rows and a lens that can be trusted.
    bool isPossible() const;
    int layers() const { return m_layers; }
    int tokens() const { return m_tokens; }
    bool has(int layer, int token) const;
    // Precondition: has(layer, token).
    std::span<const LensCandidate> top(int layer, int token) const;
    float entropy(int layer, int token) const { return m_entropy[cell(layer, token)]; }
    /// As tokenLabel() writes it; empty for tokens that no computed cell names.
    QString label(TokenId token) const { return m_labels.value(toInt(token)); }
    /// ln(vocabulary).
    float largestEntropy() const { return m_largest_entropy; }

    /// Cells that are in sight (x: tokens, y: layers): computed in pieces, others that still wait are dropped.
    void want(const QRect& cells);
    bool isComputing() const { return m_job && !m_job->isOver(); }

signals:
    void reset();
    void cellsReady(const QRect& cells);
    void failed(const QString& message);

private:
    void startOver();
    void computeNext();
    QRect nextPiece() const;
    void keep(const LensGrid& grid);
    std::size_t cell(int layer, int token) const { return static_cast<std::size_t>(layer) * static_cast<std::size_t>(m_tokens) + static_cast<std::size_t>(token); }

    InspectorSession& m_session;
    int m_layers = 0, m_tokens = 0;
    float m_largest_entropy = 1;
    std::vector<LensCandidate> m_top;
    std::vector<float> m_entropy;
    std::vector<bool> m_known;
    QHash<int, QString> m_labels;
    QRect m_wanted;
    QPointer<Job> m_job;
    quint64 m_request = 0;
};

/// How the probability of one token grows through the layers at one position.
struct LensCurve {
    TokenId token{0};
    QString label;
    std::vector<LensFollowed> layers;
};

/// Synchronous, for workers.
Result<LensCurve> followToken(LiveModel& live, const Inspection& seen, int position, TokenId token, const Operation& operation);

}  // namespace tessera::ui

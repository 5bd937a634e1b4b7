// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/lens_store.h"

#include "ui/inspector/token_label.h"
#include "ui/widgets/error_text.h"

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

// Rows per piece: enough for the matrix product to be quick, few enough to follow the eye.
constexpr int kPieceCells = 64;

}  // namespace

LensStore::LensStore(InspectorSession& session, QObject* parent) : QObject(parent), m_session(session) {
    connect(&session, &InspectorSession::runChanged, this, &LensStore::startOver);
}

bool LensStore::isPossible() const { return m_session.run() && !m_session.run()->seen.residual.empty() && m_session.run()->lens_trouble.isEmpty(); }

void LensStore::startOver() {
    if (m_job) m_job->cancel();
    ++m_request;
    m_job = nullptr;
    m_labels.clear();
    m_wanted = QRect();
    const Inspection& seen = m_session.run()->seen;
    m_layers = isPossible() ? static_cast<int>(seen.residual.layers) : 0;
    m_tokens = isPossible() ? static_cast<int>(seen.tokens.size()) : 0;
    const std::size_t cells = static_cast<std::size_t>(m_layers) * static_cast<std::size_t>(m_tokens);
    m_top.assign(cells * kTop, {});
    m_entropy.assign(cells, 0);
    m_known.assign(cells, false);
    m_largest_entropy = std::log(static_cast<float>(std::max(2U, seen.facts.vocabulary)));
    emit reset();
}

bool LensStore::has(int layer, int token) const { return layer >= 0 && token >= 0 && layer < m_layers && token < m_tokens && m_known[cell(layer, token)]; }

std::span<const LensCandidate> LensStore::top(int layer, int token) const { return std::span(m_top).subspan(cell(layer, token) * kTop, kTop); }

void LensStore::want(const QRect& cells) {
    if (!isPossible()) return;
    const TokenRange& kept = m_session.run()->seen.residual.tokens;
    m_wanted = cells.intersected(QRect(static_cast<int>(kept.first), 0, static_cast<int>(kept.count), m_layers));
    computeNext();
}

// From the right: the last tokens are what one asks about.
QRect LensStore::nextPiece() const {
    for (int right = m_wanted.right(); right >= m_wanted.left(); --right) {
        int top = m_wanted.top();
        while (top <= m_wanted.bottom() && m_known[cell(top, right)]) ++top;
        if (top > m_wanted.bottom()) continue;
        const int height = std::min(kPieceCells, m_wanted.bottom() - top + 1);
        const int width = std::clamp(kPieceCells / height, 1, right - m_wanted.left() + 1);
        return QRect(right - width + 1, top, width, height);
    }
    return {};
}

void LensStore::computeNext() {
    if (isComputing() || !m_session.live()) return;
    const QRect piece = nextPiece();
    if (piece.isEmpty()) return;
    JobInfo info;
    info.title = tr("Lens");
    info.pool = JobPool::Compute;
    info.quiet = true;
    LensRange range;
    range.first_layer = static_cast<std::uint32_t>(piece.top());
    range.layers = static_cast<std::uint32_t>(piece.height());
    range.tokens = {static_cast<std::uint32_t>(piece.left()), static_cast<std::uint32_t>(piece.width())};
    const auto work = [live = m_session.live(), run = m_session.run(), range](const Operation& operation) {
        return live->withHead([&](OutputHead& head) { return computeLens(head, run->seen, range, {.top_k = kTop, .follow = {}}, operation); }, operation);
    };
    m_job = m_session.jobs().start(std::move(info), work, this, [this, piece, request = m_request](Result<LensGrid> grid) {
        if (request != m_request) return;
        m_job = nullptr;
        if (!grid) {
            if (grid.error().kind != ErrorKind::Cancelled) emit failed(errorText(grid.error()));
            return;
        }
        keep(*grid);
        emit cellsReady(piece);
        computeNext();
    });
}

void LensStore::keep(const LensGrid& grid) {
    const LensRange& range = grid.range();
    const std::shared_ptr<LiveModel>& live = m_session.live();
    for (std::uint32_t layer = range.first_layer; layer < range.first_layer + range.layers; ++layer)
        for (std::uint32_t token = range.tokens.first; token < range.tokens.end(); ++token) {
            const std::size_t at = cell(static_cast<int>(layer), static_cast<int>(token));
            const auto candidates = grid.top(layer, token);
            std::copy_n(candidates.begin(), std::min<std::size_t>(kTop, candidates.size()), m_top.begin() + static_cast<std::ptrdiff_t>(at * kTop));
            m_entropy[at] = grid.entropy(layer, token);
            m_known[at] = true;
            if (!live) continue;
            for (const LensCandidate& candidate : candidates)
                if (!m_labels.contains(toInt(candidate.token))) m_labels.insert(toInt(candidate.token), tokenLabel(live->tokenizer().piece(candidate.token, true)));
        }
}

Result<LensCurve> followToken(LiveModel& live, const Inspection& seen, int position, TokenId token, const Operation& operation) {
    LensRange range;
    range.layers = static_cast<std::uint32_t>(seen.residual.layers);
    range.tokens = {static_cast<std::uint32_t>(position), 1};
    TESSERA_TRY(const LensGrid grid, live.withHead(
        [&](OutputHead& head) { return computeLens(head, seen, range, {.top_k = 1, .follow = {token}}, operation); }, operation));
    LensCurve curve;
    curve.token = token;
    curve.label = tokenLabel(live.tokenizer().piece(token, true));
    for (std::uint32_t layer = 0; layer < range.layers; ++layer) curve.layers.push_back(grid.followed(layer, range.tokens.first)[0]);
    return curve;
}

}  // namespace tessera::ui

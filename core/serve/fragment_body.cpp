// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/serve/fragment_body.h"

#include "core/fragment/fragment_text.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace tessera {

namespace {

constexpr std::size_t kZeroBytes = 64 * limits::KiB;
constexpr std::uint64_t kReadBytes = 1 * limits::MiB;

std::span<const std::byte> zeros(std::uint64_t size) {
    static const std::array<std::byte, kZeroBytes> all{};
    return std::span(all).first(static_cast<std::size_t>(std::min<std::uint64_t>(size, all.size())));
}

}  // namespace

std::uint32_t FragmentBody::fragmentAt(std::uint64_t position) const {
    const auto& all = m_store.manifest().fragments;
    const auto found = std::partition_point(all.begin(), all.end(), [&](const Fragment& f) {
        return f.file_index < m_file || (f.file_index == m_file && f.offset + f.size_bytes <= position);
    });
    return static_cast<std::uint32_t>(found - all.begin());
}

Result<void> FragmentBody::check(FragmentIndex index) {
    TESSERA_TRY(const bool good, m_once.isGood(index, {}));
    if (good) return {};
    const std::string name = describeFragment(m_store.manifest(), m_store.manifest().at(index));
    if (m_store.state(index) == FragmentState::Missing) return fail(ErrorKind::NotFound, name + ": is not here");
    return fail(ErrorKind::Corrupt, name + ": is damaged here");
}

Result<void> FragmentBody::prepare(std::uint64_t bytes) {
    const std::uint64_t end = bytes < m_end - m_position ? m_position + bytes : m_end;
    const auto& all = m_store.manifest().fragments;
    for (std::uint32_t i = fragmentAt(m_position); i < all.size() && all[i].file_index == m_file && all[i].offset < end; ++i) TESSERA_CHECK(check(FragmentIndex{i}));
    return {};
}

Result<BodyPiece> FragmentBody::next() {
    const auto& all = m_store.manifest().fragments;
    const std::uint32_t i = fragmentAt(m_position);
    const bool there = i < all.size() && all[i].file_index == m_file && all[i].offset < m_end;
    if (!there || all[i].offset > m_position) {
        BodyPiece piece;
        piece.bytes = zeros((there ? all[i].offset : m_end) - m_position);
        m_position += piece.bytes.size();
        return piece;
    }
    const FragmentIndex index{i};
    TESSERA_CHECK(check(index));
    const std::uint64_t from = m_position - all[i].offset, size = std::min(m_end, all[i].offset + all[i].size_bytes) - m_position;
    BodyPiece piece;
    auto stored = m_store.locate(index);
    if (stored) {
        piece = {{}, std::move(stored->file), stored->offset + from, size};
        m_position += size;
        return piece;
    }
    if (stored.error().kind != ErrorKind::Unsupported) return tl::unexpected(stored.error());
    m_bytes.resize(static_cast<std::size_t>(std::min(size, kReadBytes)));
    TESSERA_CHECK(m_store.readPart(index, from, m_bytes));
    piece.bytes = m_bytes;
    m_position += m_bytes.size();
    return piece;
}

}  // namespace tessera

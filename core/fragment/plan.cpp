// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/plan.h"

#include "core/base/format.h"
#include "core/base/quote.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tessera {

namespace {

// Row ranges computed on different machines join bit for bit when no kernel's tile straddles a cut: repacked kernels
// work on 8 rows, tiled ones on 32.
constexpr std::int64_t kRowTile = 32;

constexpr std::string_view kBlockPrefix = "blk.";

std::string_view withoutSuffix(std::string_view name) {
    for (const std::string_view suffix : {".weight", ".bias"}) {
        if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
    }
    return name;
}

/// "blk.7.rest" → 7 and "rest"; nullopt for other names and absurd numbers.
struct BlockName {
    std::uint32_t layer;
    std::string_view rest;
};
std::optional<BlockName> parseBlockName(std::string_view name) {
    if (!name.starts_with(kBlockPrefix)) return std::nullopt;
    const std::string_view tail = name.substr(kBlockPrefix.size());
    std::uint32_t layer = 0;
    const auto [end, error] = std::from_chars(tail.data(), tail.data() + tail.size(), layer);
    if (error != std::errc() || end == tail.data() + tail.size() || *end != '.' || layer >= limits::kMaxLayers)
        return std::nullopt;
    return BlockName{layer, tail.substr(static_cast<std::size_t>(end - tail.data()) + 1)};
}

/// Rows per fragment: as many as fit, whole tiles where a tile fits, at least one.
std::int64_t rowsPerFragment(std::uint64_t row_bytes, std::uint64_t fragment_size) {
    const auto rows = static_cast<std::int64_t>(fragment_size / row_bytes);
    if (rows >= kRowTile) return rows - rows % kRowTile;
    return std::max<std::int64_t>(rows, 1);
}

class Planner {
public:
    Planner(const GgufModel& model, std::uint64_t fragment_size) : m_model(model), m_fragment_size(fragment_size) {}

    Result<std::vector<Fragment>> plan(std::span<const GapRange> gaps) {
        for (std::uint32_t i = 0; i < m_model.files.size(); ++i)
            addPieces(FragmentKind::Header, {i, 0, m_model.files[i].data_offset});
        for (const GapRange& gap : gaps) addPieces(FragmentKind::Gap, gap);
        for (const TensorInfo& tensor : m_model.tensors) {
            TESSERA_CHECK(addTensor(tensor));
            if (m_fragments.size() > limits::kMaxFragments) {
                return fail(ErrorKind::InvalidArgument,
                            fmt::format("fragments of {} would be more than {}, choose larger ones",
                                        formatBytes(m_fragment_size), limits::kMaxFragments));
            }
        }
        std::sort(m_fragments.begin(), m_fragments.end(), [](const Fragment& a, const Fragment& b) {
            return std::pair(a.file_index, a.offset) < std::pair(b.file_index, b.offset);
        });
        return std::move(m_fragments);
    }

private:
    /// Bytes without rows: cut anywhere.
    void addPieces(FragmentKind kind, const GapRange& range) {
        for (std::uint64_t done = 0; done < range.size_bytes; done += m_fragment_size) {
            Fragment piece;
            piece.kind = kind;
            piece.file_index = range.file_index;
            piece.offset = range.offset + done;
            piece.size_bytes = std::min(m_fragment_size, range.size_bytes - done);
            m_fragments.push_back(std::move(piece));
        }
    }

    Result<void> addTensor(const TensorInfo& tensor) {
        if (tensor.row_bytes > limits::kMaxRowBytes) {
            return fail(ErrorKind::Unsupported,
                        fmt::format("tensor {}: a row of {}, at most {} are supported", inQuotes(tensor.name),
                                    formatBytes(tensor.row_bytes), formatBytes(limits::kMaxRowBytes)));
        }
        const TensorPlace place = placeOf(tensor.name);
        const bool experts = place.experts && tensor.dimensions >= 3;
        const std::int64_t group_rows = experts ? tensor.shape[1] : tensor.rowCount();
        const std::int64_t groups = tensor.rowCount() / group_rows;
        const std::int64_t step = rowsPerFragment(tensor.row_bytes, m_fragment_size);
        const std::int64_t shards_per_group = (group_rows + step - 1) / step;
        if (groups > static_cast<std::int64_t>(limits::kMaxFragments) / shards_per_group) {
            return fail(ErrorKind::InvalidArgument,
                        fmt::format("tensor {} would become more than {} fragments, choose larger ones",
                                    inQuotes(tensor.name), limits::kMaxFragments));
        }
        Fragment shard = describe(tensor, place);
        shard.total_shards = static_cast<std::uint32_t>(groups * shards_per_group);
        for (std::int64_t group = 0; group < groups; ++group) {
            if (experts) shard.expert_index = static_cast<std::uint32_t>(group);
            shard.is_always_active = !experts;
            for (std::int64_t row = 0; row < group_rows; row += step) {
                addRows(tensor, shard, group * group_rows + row, std::min(step, group_rows - row));
            }
        }
        return {};
    }

    static Fragment describe(const TensorInfo& tensor, const TensorPlace& place) {
        Fragment shard;
        shard.file_index = tensor.file_index;
        shard.tensor_name = tensor.name;
        shard.tensor_type = tensor.type;
        shard.shape.assign(tensor.shape.begin(), tensor.shape.begin() + tensor.dimensions);
        shard.layer = place.layer;
        shard.component = place.component;
        return shard;
    }

    void addRows(const TensorInfo& tensor, Fragment& shard, std::int64_t first_row, std::int64_t row_count) {
        shard.first_row = first_row;
        shard.row_count = row_count;
        shard.offset = tensor.offset + static_cast<std::uint64_t>(first_row) * tensor.row_bytes;
        shard.size_bytes = static_cast<std::uint64_t>(row_count) * tensor.row_bytes;
        m_fragments.push_back(shard);
        ++shard.shard_index;
    }

    const GgufModel& m_model;
    std::uint64_t m_fragment_size;
    std::vector<Fragment> m_fragments;
};

}  // namespace

Result<std::vector<Fragment>> planFragments(const GgufModel& model, const PlanOptions& options,
                                            std::span<const GapRange> gaps) {
    if (options.fragment_size < limits::kMinFragmentBytes || options.fragment_size > limits::kMaxFragmentBytes) {
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("a fragment size of {} bytes; {} (64 KiB) to {} (100 MiB) are possible",
                                options.fragment_size, limits::kMinFragmentBytes, limits::kMaxFragmentBytes));
    }
    return Planner(model, options.fragment_size).plan(gaps);
}

std::vector<GapRange> gapsOf(const GgufModel& model) {
    std::vector<const TensorInfo*> tensors;
    tensors.reserve(model.tensors.size());
    for (const TensorInfo& tensor : model.tensors) tensors.push_back(&tensor);
    std::sort(tensors.begin(), tensors.end(), [](const auto* a, const auto* b) {
        return std::pair(a->file_index, a->offset) < std::pair(b->file_index, b->offset);
    });
    std::vector<GapRange> gaps;
    auto next = tensors.begin();
    for (std::uint32_t file = 0; file < model.files.size(); ++file) {
        std::uint64_t position = model.files[file].data_offset;
        const auto addGapUpTo = [&](std::uint64_t offset) {
            if (offset > position) gaps.push_back({file, position, offset - position});
        };
        for (; next != tensors.end() && (*next)->file_index == file; ++next) {
            addGapUpTo((*next)->offset);
            position = (*next)->offset + (*next)->size_bytes;
        }
        addGapUpTo(model.files[file].size_bytes);
    }
    return gaps;
}

TensorPlace placeOf(std::string_view tensor_name) {
    if (const auto block = parseBlockName(tensor_name)) {
        const std::string_view component = withoutSuffix(block->rest);
        const bool experts = component.starts_with("ffn_") && component.ends_with("_exps");
        return {LayerIndex{static_cast<std::int32_t>(block->layer)}, std::string(component), experts};
    }
    const std::string_view component = withoutSuffix(tensor_name);
    if (component == "token_embd") return {kEmbeddingLayer, std::string(component), false};
    if (component == "output") return {kOutputLayer, std::string(component), false};
    return {kOtherLayer, std::string(component), false};
}

namespace {

/// The name with only characters that every file system and URL takes. A name that had to be changed gets a piece of
/// its own hash, so that two names never become one.
std::string safeName(const std::string& name) {
    constexpr std::size_t kMaxNameBytes = 120;
    std::string safe;
    for (const char c : name.substr(0, kMaxNameBytes)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                           c == '-' || (c == '.' && !safe.empty());
        safe += plain ? c : '_';
    }
    if (safe == name) return safe;
    return safe + '-' + toHex(sha256(std::as_bytes(std::span(name)))).substr(0, 8);
}

}  // namespace

std::string fragmentId(const Fragment& fragment) {
    const std::string hash = toHex(fragment.sha256).substr(0, 16);
    switch (fragment.kind) {
        case FragmentKind::Header: return fmt::format("header.F{}.O{}.{}", fragment.file_index, fragment.offset, hash);
        case FragmentKind::Gap: return fmt::format("gap.F{}.O{}.{}", fragment.file_index, fragment.offset, hash);
        case FragmentKind::Tensor: break;
    }
    return fmt::format("{}.S{}.{}", safeName(fragment.tensor_name), fragment.shard_index, hash);
}

}  // namespace tessera

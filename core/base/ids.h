// SPDX-License-Identifier: GPL-3.0-or-later
// Indices that must not be mixed up. `toInt(id)` gives the number, `LayerIndex{3}` makes one.
#pragma once

#include <cstdint>
#include <type_traits>

namespace tessera {

/// A transformer block, 0-based. In manifests also −1 token embedding, −2 output matrix, −3 everything else.
enum class LayerIndex : std::int32_t {};
inline constexpr LayerIndex kEmbeddingLayer{-1};
inline constexpr LayerIndex kOutputLayer{-2};
inline constexpr LayerIndex kOtherLayer{-3};

/// Position of a fragment in its manifest's list.
enum class FragmentIndex : std::uint32_t {};

/// A token of the model's vocabulary. Same layout as llama_token.
enum class TokenId : std::int32_t {};

template <class Id>
    requires std::is_enum_v<Id>
constexpr auto toInt(Id id) {
    return static_cast<std::underlying_type_t<Id>>(id);
}

}  // namespace tessera

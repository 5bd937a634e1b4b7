// SPDX-License-Identifier: GPL-3.0-or-later
// Takes positions out of the middle of a KV cache: what is behind them moves to their place, and its keys are turned back by
// as much as it moves ("context shift"; RoPE angles add up, Su et al. 2021, arXiv:2104.09864). What later layers knew of the
// removed positions stays in the cells, so the result is near a fresh evaluation, not equal to it; libllama does the same.
#pragma once

#include "core/engine/engine_core.h"
#include "core/engine/kv_cache.h"

namespace tessera {

/// `length` cells are in use; [first, first + count) of them go. On the engine's thread. Unsupported, with nothing changed, where
/// keys cannot be turned as they are kept: quantised or latent ones, and those that YaRN has scaled.
Result<void> removeCells(const EngineCore& core, KvCache& cache, LayerSpan span, std::uint32_t first, std::uint32_t count, std::uint32_t length);

}  // namespace tessera

// SPDX-License-Identifier: GPL-3.0-or-later
// Inspections as files for other programs: CSV (RFC 4180, UTF-8, a header line) and NumPy arrays.
#pragma once

#include "core/inspect/inspection.h"
#include "core/inspect/lens.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <string>

namespace tessera {

/// A token's text as people can read it: control characters and bytes that are no UTF-8 escaped ("\n", "\xE2").
std::string readablePiece(std::string_view piece);

std::string normsCsv(const Inspection& inspection);  // layer, token, text, norms, cosine
std::string lensCsv(const Inspection& inspection, const LensGrid& grid, const Tokenizer& tokenizer);
std::string attentionCsv(const Inspection& inspection, const AttentionLayer& layer, std::uint32_t head);
std::string neuronsCsv(const Inspection& inspection, const NeuronLayer& layer, std::uint32_t per_token);
std::string expertsCsv(const Inspection& inspection);
std::string captureCsv(const Inspection& inspection, const Capture& capture);
std::string logitsCsv(const Inspection& inspection, const Tokenizer& tokenizer, std::uint32_t top_k);

/// Write "<path>"; the arrays' shapes stand behind them.
Result<void> writeNpy(const Rows& rows, const std::filesystem::path& path);          // [rows × columns]
Result<void> writeNpy(const LayerGrid& grid, const std::filesystem::path& path);     // [layers × tokens]
Result<void> writeNpy(const ResidualRows& rows, const std::filesystem::path& path);  // [layers × tokens × columns]
Result<void> writeNpy(const Capture& capture, const std::filesystem::path& path);    // [rows × shape, outermost first]
Result<void> writeText(std::string_view text, const std::filesystem::path& path);

}  // namespace tessera

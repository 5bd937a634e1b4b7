// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody who multiplies some rows of the matrices while this machine multiplies the others: the joint between the
// engine and whatever reaches other machines. A row's bits do not depend on which other rows are multiplied with it as
// long as matrices are cut where kernels' tiles end; fragments are cut there, too.
#pragma once

#include "core/base/operation.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tessera {

/// Kernels work on tiles of up to so many rows.
inline constexpr std::int64_t kRowTile = 32;

/// Whether each of `parts` gets at least one tile, and nobody an incomplete one.
constexpr bool canCutRows(std::int64_t rows, std::int64_t parts) { return rows % kRowTile == 0 && rows / kRowTile >= parts; }
/// First row of part `part` of `parts` about equal ones; of part `parts`: `rows`.
constexpr std::int64_t rowCut(std::int64_t rows, std::int64_t part, std::int64_t parts) { return rows / kRowTile * part / parts * kRowTile; }

/// A run of rows of one tensor.
struct RowRange {
    std::string tensor;
    std::int64_t first = 0;
    std::int64_t count = 0;
    bool operator==(const RowRange&) const = default;
};

/// [inputs × rows] as GGUF counts: `rows` numbers come out of `inputs`.
struct SplitMatrix {
    std::string tensor;
    std::int64_t inputs = 0;
    std::int64_t rows = 0;
};

/// What a matrix is multiplied with.
struct ProductInput {
    std::span<const float> values;  // [rows × inputs], row-major; valid during the call
    std::uint32_t rows = 0;
    bool reference = false;         // with ggml's reference kernels
    bool same = false;              // the values of the product that was begun before this one
};

/// Serves one engine. open() on the thread that loads it, everything else on the engine's.
class RowWorkers {
public:
    virtual ~RowWorkers() = default;

    /// How many there are. A matrix is cut into one part more (rowCut), of which the first stays here.
    virtual std::size_t count() const = 0;
    /// Every worker gets its rows of these ready; they are named by their index from now on.
    virtual Result<void> open(std::vector<SplitMatrix> matrices, const Operation& operation) = 0;

    /// Lets the workers begin and returns at once. Several products may be under way, of different matrices.
    virtual Result<void> begin(std::size_t matrix, const ProductInput& input) = 0;
    /// Puts the workers' columns into `joined` ([rows × rows of the matrix], row-major) and leaves this machine's alone.
    /// Cancelled soon after `cancel` became true; Network when it takes too long.
    virtual Result<void> finish(std::size_t matrix, std::span<float> joined, const std::atomic<bool>& cancel) = 0;
    /// What is under way will not be finished.
    virtual void abandon() = 0;
};

}  // namespace tessera

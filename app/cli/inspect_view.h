// SPDX-License-Identifier: GPL-3.0-or-later
// What `tessera inspect` has found, and how it is written: tables, one JSON object, or one file.
#pragma once

#include "app/cli/output.h"
#include "core/inspect/inspect.h"
#include "core/inspect/lens.h"
#include "core/inspect/neurons.h"
#include "core/inspect/token_table.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tessera::cli {

/// One head, or all heads of a layer.
struct HeadWish {
    LayerIndex layer{0};
    std::optional<std::uint32_t> head;
};

struct NeuronView {
    LayerIndex layer{0};
    std::vector<NeuronActivation> neurons;
    std::vector<std::vector<TokenChance>> promoted;  // per neuron
};

/// `seen`, `tokenizer` and what they refer to are borrowed.
struct InspectView {
    const Inspection& seen;
    const Tokenizer& tokenizer;
    std::uint32_t position = 0;  // the position that tables are about
    std::uint32_t top_k = 5;
    std::vector<HeadWish> heads = {};
    std::optional<LensGrid> lens = {};
    std::vector<TokenId> followed = {};
    std::vector<NeuronView> neurons = {};
    std::optional<NextTokenChange> change = {};
    CaptureCost cost = {};
};

void printInspection(Output& output, const InspectView& view);
nlohmann::ordered_json inspectionObject(const InspectView& view);
/// By the name's ending: .json everything, .csv a table, .npy an array. The last two hold one thing: InvalidArgument
/// when the run looked at none or several.
Result<void> writeInspection(const std::string& path, const InspectView& view);

/// For a verb's check(): whether that ending is known and the request looks at one thing where it must.
Result<void> checkInspectionFile(const std::string& path, const InspectRequest& request,
                                 const std::vector<HeadWish>& heads);

}  // namespace tessera::cli

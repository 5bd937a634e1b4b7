// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/fragment_text.h"
#include "app/cli/set_argument.h"
#include "app/cli/table.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/glob.h"
#include "core/base/limits.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::optional<std::string> set;
    std::optional<std::int32_t> layer;
    std::optional<std::string> tensor;
};

bool wanted(const Fragment& fragment, const Options& options) {
    if (options.layer && toInt(fragment.layer) != *options.layer) return false;
    return !options.tensor || globMatches(*options.tensor, fragment.tensor_name);
}

std::string typeText(const Fragment& fragment) {
    return fragment.kind == FragmentKind::Tensor ? std::string(traits(fragment.tensor_type).name) : "";
}

std::vector<std::string> cells(const Fragment& fragment, FragmentState state) {
    const bool tensor = fragment.kind == FragmentKind::Tensor;
    std::string component = tensor ? fragment.component : std::string(kindName(fragment.kind));
    if (fragment.expert_index) component += format(" expert {}", *fragment.expert_index);
    return {fragment.id, layerName(fragment.layer), component, format("{}/{}", fragment.shard_index + 1, fragment.total_shards),
            typeText(fragment), rowsText(fragment), formatBytes(fragment.size_bytes), std::string(stateName(state))};
}

nlohmann::ordered_json object(const Fragment& fragment, FragmentState state) {
    nlohmann::ordered_json object{{"fragment_id", fragment.id}, {"kind", kindName(fragment.kind)}, {"layer_index", toInt(fragment.layer)},
                                  {"shard_index", fragment.shard_index}, {"total_shards", fragment.total_shards},
                                  {"file_index", fragment.file_index}, {"offset", fragment.offset},
                                  {"size_bytes", fragment.size_bytes}, {"sha256", toHex(fragment.sha256)}, {"state", stateName(state)}};
    if (fragment.kind != FragmentKind::Tensor) return object;
    object["tensor_name"] = fragment.tensor_name;
    object["tensor_type"] = typeText(fragment);
    object["component"] = fragment.component;
    object["shape"] = fragment.shape;
    object["first_row"] = fragment.first_row;
    object["row_count"] = fragment.row_count;
    object["expert_index"] = fragment.expert_index ? nlohmann::ordered_json(*fragment.expert_index) : nlohmann::ordered_json();
    return object;
}

Result<int> act(const Options& options, Output& output) {
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const FragmentSet set, openSet(options.set, output, running.operation()));
    running.bar().finish();
    const Manifest& manifest = set.store->manifest();
    Table table({{"id"}, {"layer", true}, {"component"}, {"shard", true}, {"type"}, {"rows"}, {"size", true}, {"state"}});
    nlohmann::ordered_json fragments = nlohmann::ordered_json::array();
    std::uint64_t bytes = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < manifest.fragments.size(); ++i) {
        const Fragment& fragment = manifest.fragments[i];
        if (!wanted(fragment, options)) continue;
        const FragmentState state = set.store->state(FragmentIndex{static_cast<std::uint32_t>(i)});
        ++count;
        bytes += fragment.size_bytes;
        if (output.json()) fragments.push_back(object(fragment, state));
        else table.add(cells(fragment, state));
    }
    output.text(table.text());
    if (!output.quiet()) output.line(format("{} of {} fragments, {}", count, manifest.fragments.size(), formatBytes(bytes)));
    output.result({{"model_name", manifest.model_name},
                   {"model_id", toHex(manifest.model_id)},
                   {"set_id", toHex(manifest.set_id)},
                   {"verifiable", set.verifiable},
                   {"total_fragments", manifest.fragments.size()},
                   {"fragments", fragments}});
    return kExitFine;
}

}  // namespace

void addListVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("list", "List the fragments of a set");
    addSetArgument(verb, options->set);
    verb.group("Selection");
    verb.number<std::int32_t>("--layer", options->layer, {toInt(kOtherLayer), static_cast<std::int32_t>(limits::kMaxLayers) - 1},
                              "Only this layer; -1 is the token embedding, -2 the output matrix, -3 everything else");
    verb.text("--tensor", "GLOB", options->tensor, "Only tensors whose name matches, for example '*.attn_q.*'");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera list --layer 0", "the fragments of the first layer");
    verb.example("tessera list model.gguf --tensor '*.ffn_*' --json", "those of all feed-forward tensors, for a program");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli

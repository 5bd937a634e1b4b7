// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/capturable.h"

#include <algorithm>
#include <map>

namespace tessera {
namespace {

constexpr std::uint32_t kContext = 256;
// Two lengths that no other dimension of a model has: the dimension that follows them is the tokens'.
constexpr std::size_t kFirstLength = 3;
constexpr std::size_t kSecondLength = 5;

using Shape = std::array<std::int64_t, 4>;

struct SeenNode {
    std::string name;
    std::string operation;
    LayerIndex layer;
    Shape shape;
};

/// Writes down what passes, takes nothing.
class NodeList final : public Tap {
public:
    bool wants(const TapNode& node) override {
        if (node.operation != "NONE" && node.operation != "PERMUTE" && node.operation != "TRANSPOSE" &&
            node.layer != kOtherLayer)
            nodes.push_back({std::string(node.name), std::string(node.operation), node.layer, node.shape});
        return false;
    }
    void take(const TapNode&, std::span<const float>) override {}
    bool wantsAllRows() const override { return true; }

    std::vector<SeenNode> nodes;
};

int tokenDimension(const Shape& first, const Shape& second) {
    for (std::size_t i = 0; i < first.size(); ++i)
        if (first[i] == static_cast<std::int64_t>(kFirstLength) &&
            second[i] == static_cast<std::int64_t>(kSecondLength))
            return static_cast<int>(i);
    return -1;
}

std::vector<std::int64_t> rowShape(const Shape& shape, int token_dimension) {
    std::vector<std::int64_t> row;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (static_cast<int>(i) != token_dimension) row.push_back(shape[i]);
    while (row.size() > 1 && row.back() == 1) row.pop_back();
    return row;
}

Result<std::vector<SeenNode>> nodesOf(Session& session, NodeList& list, std::size_t tokens,
                                      const Operation& operation) {
    TESSERA_CHECK(session.truncate(0));
    list.nodes.clear();
    const std::vector<TokenId> prompt(tokens, TokenId{0});
    TESSERA_TRY(const Rows unused, session.evaluate(prompt, Wanted::All, {.stop = operation.stop}));
    return std::move(list.nodes);
}

}  // namespace

bool computesSomething(std::string_view operation) {
    return operation != "NONE" && operation != "VIEW" && operation != "RESHAPE" && operation != "PERMUTE" &&
           operation != "TRANSPOSE";
}

std::uint64_t CapturableTensor::elements() const {
    std::uint64_t count = 1;
    for (const auto size : shape) count *= static_cast<std::uint64_t>(size);
    return count;
}

const CapturableTensor* findCapturable(std::span<const CapturableTensor> known, const CaptureSpec& spec) {
    const CapturableTensor* found = nullptr;
    for (const auto& tensor : known) {
        const bool fits = tensor.name == spec.name && (spec.operation.empty() || tensor.operation == spec.operation);
        if (fits && std::ranges::find(tensor.layers, spec.layer) != tensor.layers.end())
            found = &tensor;  // the last one counts
    }
    return found;
}

Result<std::vector<CapturableTensor>> listCapturable(Engine& engine, bool flash_attention, const Operation& operation) {
    NodeList list;
    SessionOptions options = InspectRequest::sessionDefaults();
    options.context_tokens = kContext;
    options.flash_attention = flash_attention;
    options.tap = &list;
    TESSERA_TRY(const auto session, engine.createSession(options));
    TESSERA_TRY(const auto first, nodesOf(*session, list, kFirstLength, operation));
    TESSERA_TRY(const auto second, nodesOf(*session, list, kSecondLength, operation));
    if (first.size() != second.size())
        return fail(ErrorKind::Unsupported,
                    "this model computes other steps for prompts of other lengths; its tensors cannot be listed");

    std::vector<CapturableTensor> known;
    std::map<std::pair<std::string, std::string>, std::size_t> places;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const auto& node = first[i];
        const int dimension = tokenDimension(node.shape, second[i].shape);
        const auto [place, is_new] = places.try_emplace({node.name, node.operation}, known.size());
        if (is_new) known.push_back({node.name, node.operation, {}, rowShape(node.shape, dimension), dimension});
        auto& layers = known[place->second].layers;
        if (std::ranges::find(layers, node.layer) == layers.end()) layers.push_back(node.layer);
    }
    // A view stands for itself only where no node of that name computes something (fused attention's "kqv_out").
    std::vector<CapturableTensor> kept;
    for (const auto& tensor : known) {
        const bool computed = std::ranges::any_of(
            known, [&](const auto& k) { return k.name == tensor.name && computesSomething(k.operation); });
        if (computesSomething(tensor.operation) || !computed) kept.push_back(tensor);
    }
    return kept;
}

Result<std::vector<CapturableTensor>> listCapturable(Engine& engine, const Operation& operation) {
    TESSERA_TRY(auto known, listCapturable(engine, true, operation));
    // Scores and weights of attention are values of their own only without flash attention.
    const auto plain = listCapturable(engine, false, operation);
    if (!plain) {
        TESSERA_CHECK(operation.checkStop());
        return known;
    }
    for (const auto& tensor : *plain) {
        const bool have = std::ranges::any_of(known, [&](const auto& k) { return k.name == tensor.name; });
        if (!have) known.push_back(tensor);
    }
    return known;
}

}  // namespace tessera

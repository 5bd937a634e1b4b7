// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/weights.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/platform/zeroed_memory.h"
#include "core/engine/arch/architecture.h"
#include "core/engine/expert_cache.h"
#include "core/engine/ggml_handles.h"
#include "core/engine/own_product.h"
#include "core/engine/repack_policy.h"
#include "core/engine/row_exchange.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_set>

namespace tessera {
namespace {

constexpr std::int64_t kFewRows = 3;                // repacked matrices have another kernel above
constexpr std::uintptr_t kBufferAlignment = 64;     // at least ggml's TENSOR_ALIGNMENT
constexpr std::uintptr_t kElementAlignment = 8;     // what the kernels' widest scalar reads need

std::string shapeText(std::span<const std::int64_t> shape) {
    return format("[{}]", fmt::join(shape, " × "));
}

Result<void> checkShape(const TensorInfo& info, const WeightSpec& spec) {
    std::array<std::int64_t, 4> expected{1, 1, 1, 1};
    std::copy(spec.shape.begin(), spec.shape.end(), expected.begin());
    if (info.shape == expected) return {};
    return fail(ErrorKind::Corrupt, format("tensor {} is {}, the metadata says {}", info.name,
                                           shapeText(std::span(info.shape).first(std::max(1u, info.dimensions))),
                                           shapeText(spec.shape)));
}

// ggml adds and multiplies element by element in float32 and float16 only.
Result<void> checkType(const TensorInfo& info, const WeightSpec& spec) {
    if (spec.use != WeightUse::Elementwise || info.type == TensorType::F32) return {};
    return fail(ErrorKind::Unsupported, format("tensor {} has type {}; norms, biases and RoPE factors must be F32",
                                               info.name, traits(info.type).name));
}

}  // namespace

Weight LayerWeights::find(std::string_view name) const {
    const auto found = m_weights.find(std::string(name));
    return found == m_weights.end() ? Weight{} : found->second;
}

ggml_tensor* Weight::forRows(std::int64_t rows) const {
    if (!repacked) return plain;
    if (!plain) return repacked;
    return rows <= kFewRows ? repacked : plain;
}

struct Weights::Impl {
    LayerSpan span;
    GgmlContext context;
    std::vector<GgmlBuffer> buffers;
    std::vector<LayerWeights> layers;
    LayerWeights shared;
    Weight embedding;
    Weight output_norm;
    Weight output;
    Weight output_bias;
    std::vector<Weight> matrices;
    std::unique_ptr<RowExchange> exchange;
    std::deque<SplitRows> splits;
    std::deque<ZeroedMemory> expert_memory;  // of experts that cannot be mapped
    std::unique_ptr<ExpertCache> experts;
    std::uint64_t owned_bytes = 0;
    std::uint64_t in_place_bytes = 0;
};

/// Finds, checks and places the tensors of one span.
class WeightLoader {
public:
    WeightLoader(const TensorSource& source, const EngineOptions& options, MemoryBudget& budget, const Operation& operation, Weights::Impl& out)
        : m_source(source), m_repack(options.repack), m_own_kernels(options.kernels == KernelPolicy::Own), m_threads(options.threads),
          m_budget(budget), m_operation(operation), m_out(out) {
        if (options.row_workers) m_out.exchange = std::make_unique<RowExchange>(options.row_workers);
    }

    Result<void> load(const Architecture& architecture, const Hyperparameters& parameters) {
        std::vector<std::vector<WeightSpec>> layer_specs;
        std::size_t described = 0;
        for (int layer = m_out.span.first; layer <= m_out.span.last; ++layer) {
            layer_specs.push_back(architecture.tensorsOfLayer(parameters, layer));
            described += layer_specs.back().size();
        }
        const auto shared_specs = architecture.sharedTensors(parameters);
        const auto layers = static_cast<std::size_t>(m_out.span.layers());
        // Described up to three times: to choose its layout, in place, repacked.
        m_out.context = makeDescriptionContext(3 * (described + shared_specs.size() + 3));
        m_out.layers.resize(layers);
        if (parameters.moe && layers > 0)
            m_out.experts = std::make_unique<ExpertCache>(m_source, m_budget, m_out.span, parameters.moe.count);

        if (layers > 0)
            for (const auto& spec : shared_specs) TESSERA_CHECK(plan(spec, "", &m_out.shared.m_weights[spec.name]));
        for (std::size_t i = 0; i < layers; ++i) {
            const auto prefix = format("blk.{}.", static_cast<std::size_t>(m_out.span.first) + i);
            for (const auto& spec : layer_specs[i])
                TESSERA_CHECK(plan(spec, prefix, &m_out.layers[i].m_weights[spec.name], m_out.span.first + static_cast<int>(i)));
        }
        TESSERA_CHECK(planEnds(parameters));
        TESSERA_CHECK(checkNothingIsLeftOut(architecture));
        splitMatrices();
        TESSERA_CHECK(checkBudget());
        TESSERA_CHECK(place());
        if (m_out.exchange) TESSERA_CHECK(m_out.exchange->workers().open(std::move(m_split), m_operation));
        for (auto& layer : m_out.layers) std::erase_if(layer.m_weights, [](const auto& entry) { return !entry.second; });
        return {};
    }

private:
    struct Planned {
        const TensorInfo* info;
        WeightUse use;
        Weight* weight;
        int layer = -1;
        std::int64_t rows = info->rowCount();  // the first ones, that are loaded
        std::optional<std::span<const std::byte>> mapped = std::nullopt;

        std::size_t bytes() const { return static_cast<std::size_t>(rows) * info->row_bytes; }
    };
    /// A placed tensor whose bytes are still to be read or repacked.
    struct Fill {
        ggml_tensor* tensor;
        const Planned* planned;
    };

    Result<void> plan(const WeightSpec& spec, const std::string& prefix, Weight* weight, int layer = -1) {
        const auto name = prefix + spec.name;
        const auto* info = m_source.model().findTensor(name);
        if (!info) {
            const bool replaced = !spec.unless.empty() && m_source.model().findTensor(prefix + spec.unless);
            if (!spec.required || replaced) return {};
            return fail(ErrorKind::NotFound, format("the model has no tensor {}", name));
        }
        TESSERA_CHECK(checkShape(*info, spec));
        TESSERA_CHECK(checkType(*info, spec));
        m_planned.push_back({.info = info, .use = spec.use, .weight = weight, .layer = layer});
        return {};
    }

    /// A tensor of a layer that the architecture does not compute with would make another model of it.
    Result<void> checkNothingIsLeftOut(const Architecture& architecture) const {
        std::unordered_set<std::string_view> planned;
        for (const Planned& one : m_planned) planned.insert(one.info->name);
        for (int layer = m_out.span.first; layer <= m_out.span.last; ++layer) {
            const auto prefix = format("blk.{}.", layer);
            for (const TensorInfo& info : m_source.model().tensors)
                if (info.name.starts_with(prefix) && !planned.contains(info.name))
                    return fail(ErrorKind::Unsupported, format("tensor {} is not known to this engine's {}; use the llama.cpp engine",
                                                               info.name, architecture.name()));
        }
        return {};
    }

    Result<void> planEnds(const Hyperparameters& p) {
        const bool first = m_out.span.takesTokens();
        const bool last = m_out.span.last == p.layers - 1 && !m_out.span.bare;
        if (first) {
            TESSERA_CHECK(plan({"token_embd.weight", {p.embedding, p.vocabulary}, WeightUse::Rows, true}, "",
                               &m_out.embedding));
        }
        if (!last) return {};
        TESSERA_CHECK(plan({"output_norm.weight", {p.embedding}, WeightUse::Elementwise, true}, "", &m_out.output_norm));
        TESSERA_CHECK(plan({"output.bias", {p.vocabulary}, WeightUse::Elementwise, false}, "", &m_out.output_bias));
        const bool tied = !m_source.model().findTensor("output.weight");
        const auto* name = tied ? "token_embd.weight" : "output.weight";
        return plan({name, {p.embedding, p.vocabulary}, WeightUse::MatMul, true}, "", &m_out.output);
    }

    /// The row workers have the rest of these.
    void splitMatrices() {
        if (!m_out.exchange) return;
        const auto parts = static_cast<std::int64_t>(m_out.exchange->workers().count()) + 1;
        for (Planned& planned : m_planned) {
            const TensorInfo& info = *planned.info;
            if (planned.use != WeightUse::MatMul || info.dimensions != 2 || !canCutRows(info.shape[1], parts)) continue;
            planned.rows = rowCut(info.shape[1], 1, parts);
            planned.weight->split = &m_out.splits.emplace_back(SplitRows{m_out.exchange.get(), m_split.size(), info.shape[1]});
            m_split.push_back({info.name, info.shape[0], info.shape[1]});
        }
    }

    /// Before anything is read: at least once in memory, whatever the layout.
    Result<void> checkBudget() {
        std::uint64_t total = 0;
        for (const auto& planned : m_planned)
            if (planned.use != WeightUse::Experts) total += planned.bytes();
        return m_budget.take(total, "the weights that every token uses").map([](const auto&) {});
    }

    // Mapping verifies and filling reads or repacks: both use all threads. Describing and placing take no time.
    Result<void> place() {
        std::uint64_t total = 0;
        for (const auto& planned : m_planned)
            if (planned.use != WeightUse::Experts) total += planned.bytes();
        ProgressMeter progress(m_operation, total, "loading");
        const Operation quiet{m_operation.stop, {}};
        TESSERA_CHECK(parallelFor(m_planned.size(), m_threads, m_operation.stop, [&](std::size_t i) -> Result<void> {
            Planned& planned = m_planned[i];
            if (planned.use == WeightUse::Experts) {
                TESSERA_TRY(planned.mapped, m_source.mapUnverified(*planned.info));
                return {};
            }
            TESSERA_TRY(planned.mapped, m_source.map(*planned.info, quiet));
            if (planned.mapped) planned.mapped = planned.mapped->first(planned.bytes());
            return {};
        }));
        for (const auto& planned : m_planned) {
            if (planned.use == WeightUse::Experts) {
                TESSERA_TRY(planned.weight->plain, placeExperts(planned));
                continue;
            }
            const auto fills = m_fills.size();
            TESSERA_CHECK(placeOne(planned));
            if (planned.use == WeightUse::MatMul) m_out.matrices.push_back(*planned.weight);
            if (m_fills.size() == fills) progress.add(planned.bytes());  // in place
        }
        TESSERA_CHECK(parallelFor(m_fills.size(), m_threads, m_operation.stop, [&](std::size_t i) -> Result<void> {
            TESSERA_CHECK(fill(m_fills[i], quiet));
            progress.add(m_fills[i].planned->bytes());
            return {};
        }));
        progress.finish();
        if (m_budget.isLimited()) readAhead();
        // Bytes that could not be read were zeros.
        return m_source.takeMappingFault();
    }

    /// By ourselves and exactly: at a page fault the system reads megabytes around it, which are experts' here.
    void readAhead() const {
        for (const auto& planned : m_planned)
            if (planned.mapped && planned.use != WeightUse::Experts) m_source.advise(*planned.info, 0, planned.rows, MemoryAdvice::WillNeed);
    }

    Result<void> placeOne(const Planned& planned) {
        const auto& info = *planned.info;
        const bool may_repack = planned.use == WeightUse::MatMul && !planned.weight->split;
        const bool for_own = m_own_kernels && may_repack && hasOwnKernel(static_cast<ggml_type>(info.type));
        const auto choice = may_repack && !(for_own && ownKernelTakesFewRows(static_cast<ggml_type>(info.type))) ? layoutOf(info) : LayoutChoice{};
        if (choice.layout != WeightLayout::Repacked) {
            // A tied output matrix is the embedding itself.
            if (planned.weight == &m_out.output && m_out.embedding && info.name == "token_embd.weight") {
                TESSERA_TRY(planned.weight->plain, embeddingRows(planned));
            } else {
                TESSERA_TRY(planned.weight->plain, placePlain(planned));
            }
        }
        if (choice.layout != WeightLayout::Plain) {
            TESSERA_TRY(planned.weight->repacked, placeRepacked(planned, choice.repacked_type));
        }
        if (for_own) {
            planned.weight->for_own = planned.weight->plain;
            if (!planned.weight->for_own) {
                TESSERA_TRY(planned.weight->for_own, placePlain(planned));
            }
        }
        return {};
    }

    LayoutChoice layoutOf(const TensorInfo& info) const { return chooseLayout(describe(info, info.rowCount()), m_repack); }

    /// The embedding itself, or its first rows.
    Result<ggml_tensor*> embeddingRows(const Planned& planned) const {
        ggml_tensor* embedding = m_out.embedding.plain;
        if (!planned.weight->split) return embedding;
        ggml_tensor* rows = describe(*planned.info, planned.rows);
        if (ggml_backend_tensor_alloc(embedding->buffer, rows, embedding->data) != GGML_STATUS_SUCCESS)
            return fail(ErrorKind::OutOfMemory, format("ggml could not place tensor {}", rows->name));
        return rows;
    }

    ggml_tensor* describe(const TensorInfo& info, std::int64_t rows) const {
        auto shape = info.shape;
        if (rows < info.rowCount()) shape[1] = rows;  // a matrix
        ggml_tensor* tensor = ggml_new_tensor(m_out.context.get(), static_cast<ggml_type>(info.type),
                                              static_cast<int>(info.dimensions), shape.data());
        ggml_set_name(tensor, info.name.c_str());
        return tensor;
    }

    Result<ggml_tensor*> placePlain(const Planned& planned) {
        ggml_tensor* tensor = describe(*planned.info, planned.rows);
        if (!isUsableInPlace(planned.mapped)) return placeOwned(planned, tensor, ggml_backend_cpu_buffer_type());
        m_out.in_place_bytes += planned.mapped->size();
        return keepInPlace(tensor, *planned.mapped);
    }

    Result<ggml_tensor*> keepInPlace(ggml_tensor* tensor, std::span<const std::byte> mapped) {
        // ggml wants an aligned buffer, not aligned tensors: the buffer begins a little before.
        const auto address = reinterpret_cast<std::uintptr_t>(mapped.data());
        const auto base = address / kBufferAlignment * kBufferAlignment;
        GgmlBuffer buffer(ggml_backend_cpu_buffer_from_ptr(reinterpret_cast<void*>(base), address - base + mapped.size()));
        return keep(tensor, std::move(buffer), reinterpret_cast<void*>(address));
    }

    /// In place, or in memory that costs nothing until experts are read into it.
    Result<ggml_tensor*> placeExperts(const Planned& planned) {
        ggml_tensor* tensor = describe(*planned.info, planned.rows);
        if (isUsableInPlace(planned.mapped)) {
            m_out.experts->add(planned.layer, *planned.info, nullptr);
            return keepInPlace(tensor, *planned.mapped);
        }
        auto memory = ZeroedMemory::reserve(planned.bytes());
        if (!memory) return fail(ErrorKind::OutOfMemory, format("no memory for {} of tensor {}", formatBytes(planned.bytes()), tensor->name));
        auto& own = m_out.expert_memory.emplace_back(std::move(*memory));
        m_out.experts->add(planned.layer, *planned.info, &own);
        return keep(tensor, GgmlBuffer(ggml_backend_cpu_buffer_from_ptr(own.data(), own.size())), own.data());
    }

    static bool isUsableInPlace(const std::optional<std::span<const std::byte>>& mapped) {
        return mapped && reinterpret_cast<std::uintptr_t>(mapped->data()) % kElementAlignment == 0;
    }

    Result<ggml_tensor*> placeRepacked(const Planned& planned, ggml_backend_buffer_type_t type) {
        return placeOwned(planned, describe(*planned.info, planned.rows), type);
    }

    Result<ggml_tensor*> placeOwned(const Planned& planned, ggml_tensor* tensor, ggml_backend_buffer_type_t type) {
        TESSERA_TRY(auto buffer, allocate(type, tensor));
        void* base = ggml_backend_buffer_get_base(buffer.get());
        m_fills.push_back({tensor, &planned});
        return keep(tensor, std::move(buffer), base);
    }

    /// Setting a whole tensor is also what repacks it.
    Result<void> fill(const Fill& todo, const Operation& operation) const {
        const auto& [tensor, planned] = todo;
        if (planned->mapped) {
            ggml_backend_tensor_set(tensor, planned->mapped->data(), 0, planned->mapped->size());
            return {};
        }
        std::vector<std::byte> bytes(planned->bytes());
        TESSERA_CHECK(m_source.readRows(*planned->info, 0, planned->rows, bytes, operation));
        ggml_backend_tensor_set(tensor, bytes.data(), 0, bytes.size());
        return {};
    }

    Result<GgmlBuffer> allocate(ggml_backend_buffer_type_t type, const ggml_tensor* tensor) {
        const auto size = ggml_backend_buft_get_alloc_size(type, tensor);
        GgmlBuffer buffer(ggml_backend_buft_alloc_buffer(type, size));
        if (!buffer)
            return fail(ErrorKind::OutOfMemory, format("no memory for {} of tensor {}", formatBytes(size), tensor->name));
        m_out.owned_bytes += size;
        return buffer;
    }

    Result<ggml_tensor*> keep(ggml_tensor* tensor, GgmlBuffer buffer, void* address) {
        ggml_backend_buffer_set_usage(buffer.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
        if (ggml_backend_tensor_alloc(buffer.get(), tensor, address) != GGML_STATUS_SUCCESS)
            return fail(ErrorKind::OutOfMemory, format("ggml could not place tensor {}", tensor->name));
        m_out.buffers.push_back(std::move(buffer));
        return tensor;
    }

    const TensorSource& m_source;
    RepackPolicy m_repack;
    bool m_own_kernels;
    int m_threads;
    MemoryBudget& m_budget;
    const Operation& m_operation;
    Weights::Impl& m_out;
    std::vector<Planned> m_planned;
    std::vector<SplitMatrix> m_split;
    std::vector<Fill> m_fills;
};

Weights::Weights(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Weights::~Weights() = default;

Result<std::unique_ptr<Weights>> Weights::load(const TensorSource& source, const Architecture& architecture,
                                               const Hyperparameters& parameters, LayerSpan span, const EngineOptions& options,
                                               MemoryBudget& budget, const Operation& operation) {
    auto impl = std::make_unique<Impl>();
    impl->span = span;
    TESSERA_CHECK(WeightLoader(source, options, budget, operation, *impl).load(architecture, parameters));
    return std::unique_ptr<Weights>(new Weights(std::move(impl)));
}

LayerSpan Weights::span() const { return m_impl->span; }
const LayerWeights& Weights::layer(int index) const {
    return m_impl->layers[static_cast<std::size_t>(index - m_impl->span.first)];
}
Weight Weights::tokenEmbedding() const { return m_impl->embedding; }
Weight Weights::outputNorm() const { return m_impl->output_norm; }
Weight Weights::output() const { return m_impl->output; }
Weight Weights::outputBias() const { return m_impl->output_bias; }
Weight Weights::shared(std::string_view name) const { return m_impl->shared.find(name); }
void Weights::forEachMatrix(const std::function<void(const Weight&)>& visit) const {
    for (const auto& weight : m_impl->matrices) visit(weight);
}
RowExchange* Weights::exchange() const { return m_impl->exchange.get(); }
ExpertCache* Weights::experts() const { return m_impl->experts.get(); }
std::uint64_t Weights::stayingBytes() const { return m_impl->in_place_bytes + m_impl->owned_bytes; }
std::uint64_t Weights::ownedBytes() const { return m_impl->owned_bytes; }

}  // namespace tessera

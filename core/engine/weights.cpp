// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/weights.h"

#include "core/base/format.h"
#include "core/engine/arch/architecture.h"
#include "core/engine/ggml_handles.h"
#include "core/engine/repack_policy.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tessera {
namespace {

constexpr std::int64_t kFewRows = 3;                // repacked matrices change kernel above
constexpr std::uintptr_t kBufferAlignment = 64;     // at least ggml's TENSOR_ALIGNMENT
constexpr std::uintptr_t kElementAlignment = 8;     // what the kernels' widest scalar reads need

/// Tells at most 20 times a second.
class ByteProgress {
public:
    ByteProgress(const Operation& operation, std::uint64_t total) : m_operation(operation), m_total(total) {}
    void add(std::uint64_t bytes) {
        m_done += bytes;
        if (!m_operation.progress) return;
        const auto now = std::chrono::steady_clock::now();
        if (m_done < m_total && now - m_last < std::chrono::milliseconds(50)) return;
        m_last = now;
        m_operation.progress({m_done, m_total, "loading"});
    }

private:
    const Operation& m_operation;
    std::uint64_t m_done = 0;
    std::uint64_t m_total;
    std::chrono::steady_clock::time_point m_last{};
};

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
    std::vector<Weight> matrices;
    std::uint64_t owned_bytes = 0;
};

/// Finds, checks and places the tensors of one span.
class WeightLoader {
public:
    WeightLoader(const TensorSource& source, RepackPolicy repack, const Operation& operation, Weights::Impl& out)
        : m_source(source), m_repack(repack), m_operation(operation), m_out(out) {}

    Result<void> load(const Architecture& architecture, const Hyperparameters& parameters) {
        const auto layer_specs = architecture.layerTensors(parameters);
        const auto shared_specs = architecture.sharedTensors(parameters);
        const auto layers = static_cast<std::size_t>(m_out.span.last - m_out.span.first + 1);
        // Described up to three times: to choose its layout, plain, repacked.
        m_out.context = makeDescriptionContext(3 * (layers * layer_specs.size() + shared_specs.size() + 3));
        m_out.layers.resize(layers);

        for (const auto& spec : shared_specs) TESSERA_CHECK(plan(spec, "", &m_out.shared.m_weights[spec.name]));
        for (std::size_t i = 0; i < layers; ++i) {
            const auto prefix = format("blk.{}.", static_cast<std::size_t>(m_out.span.first) + i);
            for (const auto& spec : layer_specs)
                TESSERA_CHECK(plan(spec, prefix, &m_out.layers[i].m_weights[spec.name]));
        }
        TESSERA_CHECK(planEnds(parameters));
        TESSERA_CHECK(place());
        for (auto& layer : m_out.layers) std::erase_if(layer.m_weights, [](const auto& entry) { return !entry.second; });
        return {};
    }

private:
    struct Planned {
        const TensorInfo* info;
        WeightUse use;
        Weight* weight;
    };

    Result<void> plan(const WeightSpec& spec, const std::string& prefix, Weight* weight) {
        const auto name = prefix + spec.name;
        const auto* info = m_source.model().findTensor(name);
        if (!info) {
            const bool replaced = !spec.unless.empty() && m_source.model().findTensor(prefix + spec.unless);
            if (!spec.required || replaced) return {};
            return fail(ErrorKind::NotFound, format("the model has no tensor {}", name));
        }
        TESSERA_CHECK(checkShape(*info, spec));
        TESSERA_CHECK(checkType(*info, spec));
        m_planned.push_back({info, spec.use, weight});
        return {};
    }

    Result<void> planEnds(const Hyperparameters& p) {
        const bool first = m_out.span.first == 0;
        const bool last = m_out.span.last == p.layers - 1;
        if (first) {
            TESSERA_CHECK(plan({"token_embd.weight", {p.embedding, p.vocabulary}, WeightUse::Rows, true}, "",
                               &m_out.embedding));
        }
        if (!last) return {};
        TESSERA_CHECK(plan({"output_norm.weight", {p.embedding}, WeightUse::Elementwise, true}, "", &m_out.output_norm));
        const bool tied = !m_source.model().findTensor("output.weight");
        const auto* name = tied ? "token_embd.weight" : "output.weight";
        return plan({name, {p.embedding, p.vocabulary}, WeightUse::MatMul, true}, "", &m_out.output);
    }

    Result<void> place() {
        std::uint64_t total = 0;
        for (const auto& planned : m_planned) total += planned.info->size_bytes;
        ByteProgress progress(m_operation, total);
        for (const auto& planned : m_planned) {
            TESSERA_CHECK(m_operation.checkStop());
            TESSERA_CHECK(placeOne(planned));
            if (planned.use == WeightUse::MatMul) m_out.matrices.push_back(*planned.weight);
            progress.add(planned.info->size_bytes);
        }
        return {};
    }

    Result<void> placeOne(const Planned& planned) {
        const auto& info = *planned.info;
        const auto choice = planned.use == WeightUse::MatMul ? layoutOf(info) : LayoutChoice{};
        if (choice.layout != WeightLayout::Repacked) {
            // A tied output matrix is the embedding itself.
            if (planned.weight == &m_out.output && m_out.embedding && info.name == "token_embd.weight") {
                planned.weight->plain = m_out.embedding.plain;
            } else {
                TESSERA_TRY(planned.weight->plain, placePlain(info));
            }
        }
        if (choice.layout != WeightLayout::Plain) {
            TESSERA_TRY(planned.weight->repacked, placeRepacked(info, choice.repacked_type));
        }
        return {};
    }

    LayoutChoice layoutOf(const TensorInfo& info) const { return chooseLayout(describe(info), m_repack); }

    ggml_tensor* describe(const TensorInfo& info) const {
        ggml_tensor* tensor = ggml_new_tensor(m_out.context.get(), static_cast<ggml_type>(info.type),
                                              static_cast<int>(info.dimensions), info.shape.data());
        ggml_set_name(tensor, info.name.c_str());
        return tensor;
    }

    Result<ggml_tensor*> placePlain(const TensorInfo& info) {
        TESSERA_TRY(const auto mapped, m_source.map(info, m_operation));
        ggml_tensor* tensor = describe(info);
        if (mapped && reinterpret_cast<std::uintptr_t>(mapped->data()) % kElementAlignment == 0) {
            // ggml wants an aligned buffer, not aligned tensors: the buffer begins a little before.
            const auto address = reinterpret_cast<std::uintptr_t>(mapped->data());
            const auto base = address / kBufferAlignment * kBufferAlignment;
            GgmlBuffer buffer(ggml_backend_cpu_buffer_from_ptr(reinterpret_cast<void*>(base),
                                                               address - base + mapped->size()));
            return keep(tensor, std::move(buffer), reinterpret_cast<void*>(address));
        }
        TESSERA_TRY(auto buffer, allocate(ggml_backend_cpu_buffer_type(), tensor));
        auto* data = static_cast<std::byte*>(ggml_backend_buffer_get_base(buffer.get()));
        if (mapped) {
            std::copy(mapped->begin(), mapped->end(), data);
        } else {
            TESSERA_CHECK(m_source.readRows(info, 0, info.rowCount(), {data, info.size_bytes}, m_operation));
        }
        return keep(tensor, std::move(buffer), data);
    }

    Result<ggml_tensor*> placeRepacked(const TensorInfo& info, ggml_backend_buffer_type_t type) {
        ggml_tensor* tensor = describe(info);
        TESSERA_TRY(auto buffer, allocate(type, tensor));
        void* base = ggml_backend_buffer_get_base(buffer.get());
        TESSERA_CHECK(keep(tensor, std::move(buffer), base));
        // Setting the whole tensor is what repacks it.
        TESSERA_TRY(const auto mapped, m_source.map(info, m_operation));
        if (mapped) {
            ggml_backend_tensor_set(tensor, mapped->data(), 0, mapped->size());
            return tensor;
        }
        std::vector<std::byte> bytes(info.size_bytes);
        TESSERA_CHECK(m_source.readRows(info, 0, info.rowCount(), bytes, m_operation));
        ggml_backend_tensor_set(tensor, bytes.data(), 0, bytes.size());
        return tensor;
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
    const Operation& m_operation;
    Weights::Impl& m_out;
    std::vector<Planned> m_planned;
};

Weights::Weights(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Weights::~Weights() = default;

Result<std::unique_ptr<Weights>> Weights::load(const TensorSource& source, const Architecture& architecture,
                                               const Hyperparameters& parameters, LayerSpan span, RepackPolicy repack,
                                               const Operation& operation) {
    auto impl = std::make_unique<Impl>();
    impl->span = span;
    TESSERA_CHECK(WeightLoader(source, repack, operation, *impl).load(architecture, parameters));
    return std::unique_ptr<Weights>(new Weights(std::move(impl)));
}

LayerSpan Weights::span() const { return m_impl->span; }
const LayerWeights& Weights::layer(int index) const {
    return m_impl->layers[static_cast<std::size_t>(index - m_impl->span.first)];
}
Weight Weights::tokenEmbedding() const { return m_impl->embedding; }
Weight Weights::outputNorm() const { return m_impl->output_norm; }
Weight Weights::output() const { return m_impl->output; }
Weight Weights::shared(std::string_view name) const { return m_impl->shared.find(name); }
void Weights::forEachMatrix(const std::function<void(const Weight&)>& visit) const {
    for (const auto& weight : m_impl->matrices) visit(weight);
}
std::uint64_t Weights::ownedBytes() const { return m_impl->owned_bytes; }

}  // namespace tessera

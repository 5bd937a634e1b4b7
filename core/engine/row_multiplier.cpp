// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/row_multiplier.h"

#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/engine/engine_core.h"
#include "core/engine/ggml_handles.h"

#include <mutex>

namespace tessera {
namespace {

constexpr std::size_t kNodes = 4;
constexpr std::uintptr_t kBufferAlignment = 64;   // at least ggml's TENSOR_ALIGNMENT
constexpr std::uintptr_t kElementAlignment = 8;   // what the kernels' widest scalar reads need

using GgmlAllocator = std::unique_ptr<ggml_gallocr, GgmlFree<ggml_gallocr_free>>;

class GgmlRowMultiplier final : public RowMultiplier {
public:
    GgmlRowMultiplier(std::shared_ptr<const EngineCore> core, std::unique_ptr<CpuBackend> backend)
        : m_core(std::move(core)), m_backend(std::move(backend)) {}

    Result<void> add(RowRange range) {
        const TensorInfo* info = m_core->source->model().findTensor(range.tensor);
        if (!info) return fail(ErrorKind::NotFound, format("the model has no tensor {}", inQuotes(range.tensor)));
        const auto type = static_cast<ggml_type>(info->type);
        const bool numbers = ggml_is_quantized(type) || type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16;
        if (info->dimensions != 2 || !numbers) return fail(ErrorKind::InvalidArgument, format("tensor {} is no matrix", inQuotes(range.tensor)));
        const auto rows = info->rowCount();
        if (range.first < 0 || range.count < 1 || range.first > rows || range.count > rows - range.first || range.first % kRowTile != 0 ||
            range.count % kRowTile != 0)
            return fail(ErrorKind::InvalidArgument, format("tensor {} has {} rows; asked for {} from row {} on, which must be multiples of {}",
                                                           inQuotes(range.tensor), rows, range.count, range.first, kRowTile));
        m_bytes += static_cast<std::uint64_t>(range.count) * info->row_bytes;
        m_parts.push_back({std::move(range), info, nullptr});
        return {};
    }

    std::uint64_t bytes() const override { return m_bytes; }
    std::size_t count() const override { return m_parts.size(); }
    std::size_t inputs(std::size_t range) const override { return static_cast<std::size_t>(m_parts[range].info->shape[0]); }

    Result<void> load(const Operation& operation) override {
        m_context = makeDescriptionContext(m_parts.size());
        for (Part& part : m_parts) TESSERA_CHECK(place(part, operation));
        return m_core->source->takeMappingFault();
    }

    Result<Rows> multiply(std::size_t range, std::span<const float> input, std::uint32_t rows, bool reference) override {
        static std::mutex turn;
        const std::scoped_lock lock(turn);
        return compute(m_parts[range].matrix, input, rows, reference);
    }

private:
    struct Part {
        RowRange range;
        const TensorInfo* info;
        ggml_tensor* matrix;
    };

    Result<void> place(Part& part, const Operation& operation) {
        const auto& [range, info, matrix] = part;
        const auto size = static_cast<std::size_t>(range.count) * info->row_bytes;
        part.matrix = ggml_new_tensor_2d(m_context.get(), static_cast<ggml_type>(info->type), info->shape[0], range.count);
        TESSERA_TRY(const auto mapped, m_core->source->map(*info, operation));
        const auto address = mapped ? reinterpret_cast<std::uintptr_t>(mapped->data()) + static_cast<std::size_t>(range.first) * info->row_bytes : 0;
        if (mapped && address % kElementAlignment == 0) {
            // ggml wants an aligned buffer, not aligned tensors: the buffer begins a little before.
            const auto base = address / kBufferAlignment * kBufferAlignment;
            return keep(part, GgmlBuffer(ggml_backend_cpu_buffer_from_ptr(reinterpret_cast<void*>(base), address - base + size)), address);
        }
        GgmlBuffer buffer(ggml_backend_buft_alloc_buffer(ggml_backend_cpu_buffer_type(), size));
        if (!buffer) return fail(ErrorKind::OutOfMemory, format("no memory for {} of tensor {}", formatBytes(size), range.tensor));
        auto* bytes = static_cast<std::byte*>(ggml_backend_buffer_get_base(buffer.get()));
        TESSERA_CHECK(m_core->source->readRows(*info, range.first, range.count, {bytes, size}, operation));
        return keep(part, std::move(buffer), reinterpret_cast<std::uintptr_t>(bytes));
    }

    Result<void> keep(Part& part, GgmlBuffer buffer, std::uintptr_t address) {
        ggml_backend_buffer_set_usage(buffer.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
        if (ggml_backend_tensor_alloc(buffer.get(), part.matrix, reinterpret_cast<void*>(address)) != GGML_STATUS_SUCCESS)
            return fail(ErrorKind::OutOfMemory, format("ggml could not place tensor {}", part.range.tensor));
        m_buffers.push_back(std::move(buffer));
        return {};
    }

    /// The graph has one node: building it takes no time.
    Result<Rows> compute(ggml_tensor* matrix, std::span<const float> values, std::uint32_t rows, bool reference) {
        const GgmlContext context(ggml_init({kNodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(kNodes, false), nullptr, true}));
        ggml_cgraph* graph = ggml_new_graph_custom(context.get(), kNodes, false);
        ggml_tensor* input = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, matrix->ne[0], rows);
        ggml_set_input(input);
        ggml_tensor* product = ggml_mul_mat(context.get(), matrix, input);
        ggml_set_output(product);
        ggml_build_forward_expand(graph, product);
        if (!m_allocator) m_allocator.reset(ggml_gallocr_new(ggml_backend_cpu_buffer_type()));
        if (!ggml_gallocr_alloc_graph(m_allocator.get(), graph))
            return fail(ErrorKind::OutOfMemory, format("no memory for a product of {} rows", rows));
        ggml_backend_tensor_set(input, values.data(), 0, ggml_nbytes(input));
        if (!m_backend->setReferenceAttention(reference)) return fail(ErrorKind::Unsupported, "this ggml has no reference kernels to choose");
        if (ggml_backend_graph_compute(m_backend->handle(), graph) != GGML_STATUS_SUCCESS)
            return fail(ErrorKind::OutOfMemory, "ggml could not compute a product");
        TESSERA_CHECK(m_core->source->takeMappingFault());
        Rows out{rows, static_cast<std::size_t>(matrix->ne[1]), {}};
        out.values.resize(out.rows * out.columns);
        ggml_backend_tensor_get(product, out.values.data(), 0, ggml_nbytes(product));
        return out;
    }

    std::shared_ptr<const EngineCore> m_core;
    std::unique_ptr<CpuBackend> m_backend;
    std::vector<Part> m_parts;
    std::uint64_t m_bytes = 0;
    GgmlContext m_context;
    std::vector<GgmlBuffer> m_buffers;
    GgmlAllocator m_allocator;
};

}  // namespace

Result<std::unique_ptr<RowMultiplier>> makeRowMultiplier(std::shared_ptr<const EngineCore> core, std::vector<RowRange> ranges) {
    TESSERA_TRY(auto backend, CpuBackend::create(core->backend->threads()));
    auto multiplier = std::make_unique<GgmlRowMultiplier>(std::move(core), std::move(backend));
    for (RowRange& range : ranges) TESSERA_CHECK(multiplier->add(std::move(range)));
    return multiplier;
}

}  // namespace tessera

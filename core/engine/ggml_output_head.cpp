// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ggml_output_head.h"

#include "core/base/format.h"
#include "core/engine/engine_thread.h"
#include "core/engine/graph_blocks.h"

#include <algorithm>
#include <vector>

namespace tessera {
namespace {

constexpr std::size_t kBlockRows = 64;  // enough for the tiled kernels, and the logits of a block stay in the cache
constexpr std::size_t kNodes = 16;

/// What the last node of the graph does: hands the rows of a block to the visitor.
struct Visit {
    const OutputHead::Visitor* visitor = nullptr;
    std::size_t first_row = 0;

    static void run(ggml_tensor* logits, const ggml_tensor*, int thread, int threads, void* data) {
        const auto& self = *static_cast<const Visit*>(data);
        const auto width = static_cast<std::size_t>(logits->ne[0]);
        const auto* values = static_cast<const float*>(logits->data);
        for (std::int64_t row = thread; row < logits->ne[1]; row += threads) {
            const auto index = static_cast<std::size_t>(row);
            (*self.visitor)(self.first_row + index, std::span(values + index * width, width));
        }
    }
};

class GgmlOutputHead final : public OutputHead {
public:
    GgmlOutputHead(const OutputParts& parts, const CpuBackend& backend, std::shared_ptr<const void> owner)
        : m_owner(std::move(owner)), m_parts(parts), m_backend(backend) {}
    ~GgmlOutputHead() override {
        EngineThread::instance().run([this] { m_allocator.reset(); });
    }

    std::size_t embedding() const override { return static_cast<std::size_t>(matrix()->ne[0]); }
    std::size_t vocabulary() const override { return static_cast<std::size_t>(matrix()->ne[1]); }

    Result<void> project(std::span<const float> rows, const Visitor& visit, const Operation& operation) override {
        const auto count = rows.size() / embedding();
        if (count * embedding() != rows.size())
            return fail(ErrorKind::InvalidArgument,
                        format("{} values are no whole rows of {}", rows.size(), embedding()));
        for (std::size_t done = 0; done < count;) {
            TESSERA_CHECK(operation.checkStop());
            const auto block = std::min(kBlockRows, count - done);
            m_visit = {&visit, done};
            TESSERA_CHECK(EngineThread::instance().run(
                [&] { return computeBlock(rows.subspan(done * embedding(), block * embedding()), block); }));
            done += block;
            if (operation.progress) operation.progress({done, count, "projecting"});
        }
        return {};
    }

private:
    struct FreeAllocator {
        void operator()(ggml_gallocr* allocator) const { ggml_gallocr_free(allocator); }
    };

    const ggml_tensor* matrix() const { return m_parts.matrix.plain ? m_parts.matrix.plain : m_parts.matrix.repacked; }

    Result<void> computeBlock(std::span<const float> rows, std::size_t count) {
        if (m_block_rows != count) TESSERA_CHECK(build(count));
        ggml_backend_tensor_set(m_input, rows.data(), 0, rows.size_bytes());
        const auto status = ggml_backend_graph_compute(m_backend.handle(), m_graph);
        if (status != GGML_STATUS_SUCCESS)
            return fail(ErrorKind::OutOfMemory, "ggml could not compute the output matrix");
        return m_parts.source->takeMappingFault();
    }

    Result<void> build(std::size_t count) {
        m_block_rows = 0;
        m_context.reset(
            ggml_init({kNodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(kNodes, false), nullptr, true}));
        ggml_context* context = m_context.get();
        const auto rows = static_cast<std::int64_t>(count);
        m_graph = ggml_new_graph_custom(context, kNodes, false);
        m_input = ggml_new_tensor_2d(context, GGML_TYPE_F32, matrix()->ne[0], rows);
        ggml_set_input(m_input);
        ggml_tensor* out = m_parts.layer_norm ? ggml_norm(context, m_input, m_parts.epsilon)
                                              : ggml_rms_norm(context, m_input, m_parts.epsilon);
        out = ggml_mul(context, out, m_parts.norm.plain);
        if (m_parts.norm_bias) out = ggml_add(context, out, m_parts.norm_bias.plain);
        out = ggml_mul_mat(context, m_parts.matrix.forRows(rows), out);
        if (m_parts.matrix_bias) out = ggml_add(context, out, m_parts.matrix_bias.plain);
        out = softCapped(context, out, m_parts.soft_cap);
        out = ggml_map_custom1_inplace(context, out, &Visit::run, GGML_N_TASKS_MAX, &m_visit);
        ggml_build_forward_expand(m_graph, out);
        if (!m_allocator) m_allocator.reset(ggml_gallocr_new(ggml_backend_cpu_buffer_type()));
        if (!ggml_gallocr_alloc_graph(m_allocator.get(), m_graph))
            return fail(ErrorKind::OutOfMemory, format("no memory for the logits of {} rows", count));
        m_block_rows = count;
        return {};
    }

    std::shared_ptr<const void> m_owner;
    OutputParts m_parts;
    const CpuBackend& m_backend;
    Visit m_visit;
    std::unique_ptr<ggml_gallocr, FreeAllocator> m_allocator;
    GgmlContext m_context;
    ggml_cgraph* m_graph = nullptr;
    ggml_tensor* m_input = nullptr;
    std::size_t m_block_rows = 0;  // of the graph that is allocated
};

/// The tensors of a model's end in place or read, and a backend to compute with them.
struct OwnParts {
    GgmlContext context = makeDescriptionContext(4);
    std::vector<GgmlBuffer> buffers;
    std::vector<std::vector<std::byte>> read;
    std::unique_ptr<CpuBackend> backend;

    Result<ggml_tensor*> place(const TensorSource& source, const TensorInfo& info, const Operation& operation) {
        constexpr std::uintptr_t kAlignment = 64;
        TESSERA_TRY(const auto mapped, source.map(info, operation));
        const std::byte* bytes = mapped ? mapped->data() : nullptr;
        if (!bytes || reinterpret_cast<std::uintptr_t>(bytes) % 8 != 0) {
            auto& copy = read.emplace_back(info.size_bytes + kAlignment);
            const auto skip = kAlignment - reinterpret_cast<std::uintptr_t>(copy.data()) % kAlignment;
            const auto room = std::span(copy).subspan(skip % kAlignment, info.size_bytes);
            TESSERA_CHECK(source.readRows(info, 0, info.rowCount(), room, operation));
            bytes = room.data();
        }
        ggml_tensor* tensor = ggml_new_tensor(context.get(), static_cast<ggml_type>(info.type),
                                              static_cast<int>(info.dimensions), info.shape.data());
        // ggml wants an aligned buffer, not aligned tensors: the buffer begins a little before.
        const auto address = reinterpret_cast<std::uintptr_t>(bytes);
        const auto base = address / kAlignment * kAlignment;
        auto& buffer = buffers.emplace_back(
            ggml_backend_cpu_buffer_from_ptr(reinterpret_cast<void*>(base), address - base + info.size_bytes));
        if (ggml_backend_tensor_alloc(buffer.get(), tensor, reinterpret_cast<void*>(address)) != GGML_STATUS_SUCCESS)
            return fail(ErrorKind::OutOfMemory, format("tensor {} cannot be used", info.name));
        return tensor;
    }
};

Result<void> readConstants(const GgufModel& model, OutputParts& parts) {
    const auto key = [&model](std::string_view name) { return model.architecture() + "." + std::string(name); };
    const auto& metadata = model.metadata;
    parts.layer_norm = metadata.find(key("attention.layer_norm_rms_epsilon")) == nullptr;
    const auto epsilon = key(parts.layer_norm ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon");
    TESSERA_TRY(const double found, metadata.number(epsilon));
    parts.epsilon = static_cast<float>(found);
    if (metadata.find(key("final_logit_softcapping"))) {
        TESSERA_TRY(const double cap, metadata.number(key("final_logit_softcapping")));
        parts.soft_cap = static_cast<float>(cap);
    }
    return {};
}

}  // namespace

std::unique_ptr<OutputHead> makeOutputHead(const OutputParts& parts, const CpuBackend& backend,
                                           std::shared_ptr<const void> owner) {
    return std::make_unique<GgmlOutputHead>(parts, backend, std::move(owner));
}

Result<std::unique_ptr<OutputHead>> loadOutputHead(const TensorSource& source, int threads,
                                                   const Operation& operation) {
    const GgufModel& model = source.model();
    const TensorInfo* norm = model.findTensor("output_norm.weight");
    const TensorInfo* matrix = model.findTensor("output.weight");
    if (!matrix) matrix = model.findTensor("token_embd.weight");
    if (!norm || !matrix || norm->type != TensorType::F32)
        return fail(ErrorKind::Unsupported,
                    format("architecture '{}' ends without a final norm and an output matrix of the usual names",
                           model.architecture()));
    OutputParts parts{.source = &source};
    TESSERA_CHECK(readConstants(model, parts));
    auto own = std::make_shared<OwnParts>();
    TESSERA_TRY(own->backend, CpuBackend::create(threads));
    TESSERA_TRY(parts.norm.plain, own->place(source, *norm, operation));
    TESSERA_TRY(parts.matrix.plain, own->place(source, *matrix, operation));
    if (const TensorInfo* bias = model.findTensor("output_norm.bias")) {
        TESSERA_TRY(parts.norm_bias.plain, own->place(source, *bias, operation));
    }
    if (const TensorInfo* bias = model.findTensor("output.bias")) {
        TESSERA_TRY(parts.matrix_bias.plain, own->place(source, *bias, operation));
    }
    const CpuBackend& backend = *own->backend;
    return makeOutputHead(parts, backend, std::move(own));
}

}  // namespace tessera

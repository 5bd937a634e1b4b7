// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tap_reader.h"

#include <ggml-backend.h>
#include <ggml.h>

#include <charconv>
#include <cstring>
#include <span>
#include <string_view>

namespace tessera {

namespace {

/// The tensor's bytes where the CPU can read them: in place, or copied into `copy`.
const std::byte* readableBytes(const ggml_tensor& tensor, std::vector<std::byte>& copy) {
    const ggml_backend_buffer_t buffer = tensor.view_src ? tensor.view_src->buffer : tensor.buffer;
    if (!buffer || ggml_backend_buffer_is_host(buffer)) return static_cast<const std::byte*>(tensor.data);
    copy.resize(ggml_nbytes(&tensor));
    ggml_backend_tensor_get(&tensor, copy.data(), 0, copy.size());
    return copy.data();
}

bool isReadable(ggml_type type) {
    return type == GGML_TYPE_F32 || type == GGML_TYPE_I32 || ggml_get_type_traits(type)->to_float != nullptr;
}

/// `count` elements whose innermost stride is the element size (or block size).
void convertRow(ggml_type type, const std::byte* from, float* to, std::int64_t count) {
    if (type == GGML_TYPE_F32) {
        std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
    } else if (type == GGML_TYPE_I32) {
        for (std::int64_t i = 0; i < count; ++i) {
            std::int32_t value = 0;
            std::memcpy(&value, from + i * 4, sizeof value);
            to[i] = static_cast<float>(value);
        }
    } else {
        ggml_get_type_traits(type)->to_float(from, to, count);
    }
}

void convert(const ggml_tensor& tensor, const std::byte* bytes, float* to) {
    const bool rows_together = tensor.nb[0] == ggml_type_size(tensor.type);
    const std::int64_t width = tensor.ne[0];
    for (std::int64_t i3 = 0; i3 < tensor.ne[3]; ++i3) {
        for (std::int64_t i2 = 0; i2 < tensor.ne[2]; ++i2) {
            for (std::int64_t i1 = 0; i1 < tensor.ne[1]; ++i1, to += width) {
                const std::byte* row = bytes + static_cast<std::size_t>(i1) * tensor.nb[1] +
                                       static_cast<std::size_t>(i2) * tensor.nb[2] +
                                       static_cast<std::size_t>(i3) * tensor.nb[3];
                if (rows_together) {
                    convertRow(tensor.type, row, to, width);
                    continue;
                }
                for (std::int64_t i0 = 0; i0 < width; ++i0) {
                    convertRow(tensor.type, row + static_cast<std::size_t>(i0) * tensor.nb[0], to + i0, 1);
                }
            }
        }
    }
}

LayerIndex layerOfUnnumbered(std::string_view name) {
    if (name == "inp_embd" || name == "embd" || name == "inp_scaled") return kEmbeddingLayer;
    if (name.starts_with("result_")) return kOutputLayer;
    return kOtherLayer;
}

}  // namespace

TapNode describeNode(const ggml_tensor& tensor) {
    TapNode node;
    std::string_view name = ggml_get_name(&tensor);
    // ggml adds " (view)", " (reshaped)", … to the name of the source.
    name = name.substr(0, name.find(" ("));
    node.name = name;
    node.operation = ggml_op_name(tensor.op);
    for (std::size_t i = 0; i < node.shape.size(); ++i) node.shape[i] = tensor.ne[i];

    node.layer = layerOfUnnumbered(name);
    const std::size_t dash = name.rfind('-');
    if (dash == std::string_view::npos || dash + 1 == name.size()) return node;
    std::int32_t layer = 0;
    const auto [end, error] = std::from_chars(name.data() + dash + 1, name.data() + name.size(), layer);
    if (error != std::errc() || end != name.data() + name.size()) return node;
    node.name = name.substr(0, dash);
    node.layer = LayerIndex{layer};
    return node;
}

bool TapReader::callback(ggml_tensor* tensor, bool ask, void* reader) {
    auto& self = *static_cast<TapReader*>(reader);
    if (ask) {
        if (self.isOutputProduct(*tensor)) {
            self.narrow(*tensor);
            return true;
        }
        return self.wants(*tensor);
    }
    self.restore();
    if (self.wants(*tensor)) self.deliver(*tensor);
    return true;
}

bool TapReader::isOutputProduct(const ggml_tensor& tensor) const {
    if (m_output_rows < 2 || tensor.op != GGML_OP_MUL_MAT || tensor.ne[1] != m_output_rows || tensor.src[1]->ne[1] != m_output_rows) return false;
    return describeNode(*tensor.src[1]).name == "result_norm" && tensor.buffer && ggml_backend_buffer_is_host(tensor.buffer);
}

void TapReader::narrow(ggml_tensor& tensor) {
    m_narrowed = &tensor;
    m_original = tensor;
    m_last_row = *tensor.src[1];
    for (ggml_tensor* each : {&tensor, &m_last_row}) {
        each->data = static_cast<std::byte*>(each->data) + static_cast<std::size_t>(m_output_rows - 1) * each->nb[1];
        each->ne[1] = 1;
    }
    tensor.src[1] = &m_last_row;
}

void TapReader::restore() {
    if (!m_narrowed) return;
    m_narrowed->data = m_original.data;
    m_narrowed->ne[1] = m_original.ne[1];
    m_narrowed->src[1] = m_original.src[1];
    m_narrowed = nullptr;
}

bool TapReader::wants(const ggml_tensor& tensor) const {
    return m_tap && isReadable(tensor.type) && m_tap->wants(describeNode(tensor));
}

void TapReader::deliver(const ggml_tensor& tensor) {
    std::vector<std::byte> copy;
    const std::byte* bytes = readableBytes(tensor, copy);
    const auto count = static_cast<std::size_t>(ggml_nelements(&tensor));
    if (tensor.type == GGML_TYPE_F32 && ggml_is_contiguous(&tensor)) {
        m_tap->take(describeNode(tensor), std::span(reinterpret_cast<const float*>(bytes), count));
        return;
    }
    m_values.resize(count);
    convert(tensor, bytes, m_values.data());
    m_tap->take(describeNode(tensor), m_values);
}

}  // namespace tessera

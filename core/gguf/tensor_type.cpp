// SPDX-License-Identifier: GPL-3.0-or-later
// The only file of this folder that includes ggml.
#include "core/gguf/tensor_type.h"

#include "core/base/bytes.h"
#include "core/base/format.h"
#include "core/base/quote.h"

#include <ggml.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string>

namespace tessera {

namespace {

char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

std::string_view dtypeOf(ggml_type type) {
    switch (type) {
        case GGML_TYPE_F32: return "float32";
        case GGML_TYPE_F16: return "float16";
        case GGML_TYPE_BF16: return "bfloat16";
        case GGML_TYPE_F64: return "float64";
        case GGML_TYPE_I8: return "int8";
        case GGML_TYPE_I16: return "int16";
        case GGML_TYPE_I32: return "int32";
        case GGML_TYPE_I64: return "int64";
        default: return "uint8";
    }
}

/// Plain numbers that ggml has no conversion for.
bool isPlainNumber(ggml_type type) {
    switch (type) {
        case GGML_TYPE_F32:
        case GGML_TYPE_F64:
        case GGML_TYPE_I8:
        case GGML_TYPE_I16:
        case GGML_TYPE_I32:
        case GGML_TYPE_I64: return true;
        default: return false;
    }
}

/// ggml's types by number, asked once. Removed types have no block size there and stay unknown here.
class TypeTable {
public:
    static const TypeTable& instance() {
        static const TypeTable table;
        return table;
    }

    const TensorTypeTraits* find(TensorType type) const {
        const auto number = static_cast<std::size_t>(type);
        return number < m_traits.size() && m_traits[number].block_elements > 0 ? &m_traits[number] : nullptr;
    }
    std::span<const TensorType> all() const { return m_all; }

private:
    TypeTable() : m_names(GGML_TYPE_COUNT), m_traits(GGML_TYPE_COUNT) {
        for (int number = 0; number < GGML_TYPE_COUNT; ++number) addType(static_cast<ggml_type>(number));
    }

    void addType(ggml_type type) {
        const ggml_type_traits* ggml = ggml_get_type_traits(type);
        if (!ggml || !ggml->type_name || ggml->blck_size <= 0 || ggml->type_size == 0) return;
        std::string& name = m_names[type];
        name = ggml->type_name;
        std::transform(name.begin(), name.end(), name.begin(), upper);
        m_traits[type] = {.name = name,
                          .dtype = dtypeOf(type),
                          .block_elements = ggml->blck_size,
                          .block_bytes = ggml->type_size,
                          .quantized = ggml->is_quantized,
                          .dequantizable = ggml->to_float != nullptr || isPlainNumber(type)};
        m_all.push_back(static_cast<TensorType>(type));
    }

    std::vector<std::string> m_names;
    std::vector<TensorTypeTraits> m_traits;
    std::vector<TensorType> m_all;
};

template <class Number>
void convertNumbers(std::span<const std::byte> bytes, std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        Number number;
        std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
        out[i] = static_cast<float>(number);
    }
}

void convertPlain(ggml_type type, std::span<const std::byte> bytes, std::span<float> out) {
    switch (type) {
        case GGML_TYPE_F64: return convertNumbers<double>(bytes, out);
        case GGML_TYPE_I8: return convertNumbers<std::int8_t>(bytes, out);
        case GGML_TYPE_I16: return convertNumbers<std::int16_t>(bytes, out);
        case GGML_TYPE_I32: return convertNumbers<std::int32_t>(bytes, out);
        case GGML_TYPE_I64: return convertNumbers<std::int64_t>(bytes, out);
        default: return convertNumbers<float>(bytes, out);
    }
}

}  // namespace

bool isKnown(TensorType type) { return TypeTable::instance().find(type) != nullptr; }

const TensorTypeTraits& traits(TensorType type) { return *TypeTable::instance().find(type); }

std::span<const TensorType> allTensorTypes() { return TypeTable::instance().all(); }

Result<TensorType> tensorTypeFromName(std::string_view name) {
    std::string wanted(name);
    std::transform(wanted.begin(), wanted.end(), wanted.begin(), upper);
    for (const TensorType type : allTensorTypes()) {
        if (traits(type).name == wanted) return type;
    }
    return fail(ErrorKind::Unsupported, fmt::format("unknown tensor type {}", inQuotes(name)));
}

Result<std::uint64_t> rowBytes(TensorType type, std::int64_t elements) {
    const TensorTypeTraits& t = traits(type);
    if (elements <= 0 || elements % t.block_elements != 0) {
        return fail(ErrorKind::Corrupt,
                    fmt::format("a row of {} elements is no whole number of {} blocks of {} elements", elements, t.name,
                                t.block_elements));
    }
    const auto bytes = checkedMultiply(static_cast<std::uint64_t>(elements / t.block_elements), t.block_bytes);
    if (!bytes) return fail(ErrorKind::Corrupt, fmt::format("a {} row of {} elements is too large", t.name, elements));
    return *bytes;
}

Result<void> dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> out) {
    const TensorTypeTraits& t = traits(type);
    if (!t.dequantizable)
        return fail(ErrorKind::Unsupported, fmt::format("ggml does not convert {} to float32", t.name));
    const auto blocks = bytes.size() / t.block_bytes;
    if (blocks * t.block_bytes != bytes.size() || blocks * static_cast<std::size_t>(t.block_elements) != out.size()) {
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("{} bytes of {} do not hold {} elements", bytes.size(), t.name, out.size()));
    }
    const auto number = static_cast<ggml_type>(type);
    if (isPlainNumber(number)) {
        convertPlain(number, bytes, out);
    } else if (!out.empty()) {
        ggml_get_type_traits(number)->to_float(bytes.data(), out.data(), static_cast<std::int64_t>(out.size()));
    }
    return {};
}

}  // namespace tessera

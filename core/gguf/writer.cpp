// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/writer.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/quote.h"

#include <bit>
#include <cstring>

namespace tessera {

namespace {

tl::unexpected<Error> invalid(std::string message) { return fail(ErrorKind::InvalidArgument, std::move(message)); }

/// Appends little-endian values.
class ByteWriter {
public:
    template <class T>
    void number(T value) {
        append(&value, sizeof(T));
    }
    void raw(std::string_view text) { append(text.data(), text.size()); }
    void raw(std::span<const std::byte> bytes) { append(bytes.data(), bytes.size()); }
    void string(std::string_view text) {
        number<std::uint64_t>(text.size());
        raw(text);
    }
    void padTo(std::uint64_t alignment) { m_bytes.resize((m_bytes.size() + alignment - 1) / alignment * alignment); }
    std::size_t size() const { return m_bytes.size(); }
    std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    void append(const void* bytes, std::size_t size) {
        if (size == 0) return;
        const std::size_t end = m_bytes.size();
        m_bytes.resize(end + size);
        std::memcpy(m_bytes.data() + end, bytes, size);
    }

    std::vector<std::byte> m_bytes;
};

void writeArray(ByteWriter& out, const MetadataArray& array) {
    out.number(static_cast<std::uint32_t>(array.element_type));
    out.number(array.count);
    out.raw(array.packed);
    for (const std::string& text : array.strings) out.string(text);
    for (const MetadataArray& element : array.arrays) writeArray(out, element);
}

Result<void> checkArray(const MetadataArray& array) {
    const std::size_t element = metadataTypeBytes(array.element_type);
    const bool strings = array.element_type == MetadataType::String;
    const bool arrays = array.element_type == MetadataType::Array;
    if (array.packed.size() != array.count * element || array.strings.size() != (strings ? array.count : 0) ||
        array.arrays.size() != (arrays ? array.count : 0)) {
        return invalid(fmt::format("an array's count {} does not fit its {} elements", array.count,
                                   metadataTypeName(array.element_type)));
    }
    for (const MetadataArray& inner : array.arrays) TESSERA_CHECK(checkArray(inner));
    return {};
}

template <class Narrow, class Wide>
Result<void> writeInteger(ByteWriter& out, Wide value) {
    if (static_cast<Wide>(static_cast<Narrow>(value)) != value)
        return invalid(fmt::format("{} does not fit its type", value));
    out.number(static_cast<Narrow>(value));
    return {};
}

Result<void> writeUnsigned(ByteWriter& out, MetadataType type, std::uint64_t value) {
    switch (type) {
        case MetadataType::UInt8: return writeInteger<std::uint8_t>(out, value);
        case MetadataType::UInt16: return writeInteger<std::uint16_t>(out, value);
        case MetadataType::UInt32: return writeInteger<std::uint32_t>(out, value);
        case MetadataType::UInt64: return writeInteger<std::uint64_t>(out, value);
        default: return invalid(fmt::format("type {} does not hold an unsigned integer", metadataTypeName(type)));
    }
}

Result<void> writeSigned(ByteWriter& out, MetadataType type, std::int64_t value) {
    switch (type) {
        case MetadataType::Int8: return writeInteger<std::int8_t>(out, value);
        case MetadataType::Int16: return writeInteger<std::int16_t>(out, value);
        case MetadataType::Int32: return writeInteger<std::int32_t>(out, value);
        case MetadataType::Int64: return writeInteger<std::int64_t>(out, value);
        default: return invalid(fmt::format("type {} does not hold a signed integer", metadataTypeName(type)));
    }
}

Result<void> writeValue(ByteWriter& out, const MetadataValue& value) {
    const MetadataType type = value.type;
    const auto wrong = [&] { return invalid(fmt::format("type {} does not hold this value", metadataTypeName(type))); };
    out.number(static_cast<std::uint32_t>(type));
    if (const auto* number = std::get_if<std::uint64_t>(&value.value)) return writeUnsigned(out, type, *number);
    if (const auto* number = std::get_if<std::int64_t>(&value.value)) return writeSigned(out, type, *number);
    if (const auto* number = std::get_if<double>(&value.value)) {
        if (type == MetadataType::Float32) {
            out.number(static_cast<float>(*number));
        } else if (type == MetadataType::Float64) {
            out.number(*number);
        } else {
            return wrong();
        }
    } else if (const auto* flag = std::get_if<bool>(&value.value)) {
        if (type != MetadataType::Bool) return wrong();
        out.number(static_cast<std::uint8_t>(*flag));
    } else if (const auto* text = std::get_if<std::string>(&value.value)) {
        if (type != MetadataType::String) return wrong();
        out.string(*text);
    } else {
        const auto& array = std::get<MetadataArray>(value.value);
        if (type != MetadataType::Array) return wrong();
        TESSERA_CHECK(checkArray(array));
        writeArray(out, array);
    }
    return {};
}

Result<void> writeMetadata(ByteWriter& out, const Metadata& metadata) {
    for (const auto& [key, value] : metadata.entries()) {
        out.string(key);
        if (auto written = writeValue(out, value); !written)
            return failAt(fmt::format("metadata key {}", inQuotes(key)), written.error());
    }
    return {};
}

Result<std::uint64_t> expectedBytes(const GgufTensorData& tensor) {
    if (!isKnown(tensor.type)) return invalid(fmt::format("unknown type {}", static_cast<std::uint32_t>(tensor.type)));
    if (tensor.shape.empty() || tensor.shape.size() > 4)
        return invalid(fmt::format("{} dimensions, 1 to 4 are possible", tensor.shape.size()));
    auto bytes = rowBytes(tensor.type, tensor.shape[0]);
    if (!bytes) return invalid(bytes.error().message);
    for (std::size_t i = 1; i < tensor.shape.size(); ++i) {
        if (tensor.shape[i] <= 0 || *bytes > limits::kMaxFileBytes / static_cast<std::uint64_t>(tensor.shape[i])) {
            return invalid(fmt::format("the shape [{}] is impossible", fmt::join(tensor.shape, ", ")));
        }
        *bytes *= static_cast<std::uint64_t>(tensor.shape[i]);
    }
    return bytes;
}

Result<void> checkTensor(const GgufTensorData& tensor) {
    if (tensor.name.empty() || tensor.name.size() > limits::kMaxTensorNameBytes) {
        return invalid(
            fmt::format("a name of {} bytes, 1 to {} are possible", tensor.name.size(), limits::kMaxTensorNameBytes));
    }
    TESSERA_TRY(const auto expected, expectedBytes(tensor));
    if (tensor.bytes.size() != expected)
        return invalid(fmt::format("{} bytes, its shape needs {}", tensor.bytes.size(), expected));
    return {};
}

void writeTensorInfo(ByteWriter& out, const GgufTensorData& tensor, std::uint64_t offset) {
    out.string(tensor.name);
    out.number(static_cast<std::uint32_t>(tensor.shape.size()));
    for (const std::int64_t size : tensor.shape) out.number(size);
    out.number(static_cast<std::uint32_t>(tensor.type));
    out.number(offset);
}

/// `metadata` with general.alignment where the options ask for another than the default.
Result<Metadata> metadataWithAlignment(const Metadata& metadata, const GgufWriteOptions& options) {
    Metadata result = metadata;
    const auto stated = metadata.find("general.alignment") ? metadata.unsignedInteger("general.alignment") : 32;
    if (!stated) return tl::unexpected(stated.error());
    if (*stated != options.alignment) result.set("general.alignment", metadataUInt32(options.alignment));
    return result;
}

}  // namespace

Result<std::vector<std::byte>> ggufBytes(const Metadata& metadata, const std::vector<GgufTensorData>& tensors,
                                         const GgufWriteOptions& options) {
    if (options.version != 2 && options.version != 3)
        return invalid(fmt::format("GGUF version {}: 2 and 3 are written", options.version));
    if (!std::has_single_bit(options.alignment) || options.alignment > limits::kMaxAlignment) {
        return invalid(
            fmt::format("alignment {}: a power of two up to {} is expected", options.alignment, limits::kMaxAlignment));
    }
    TESSERA_TRY(const Metadata entries, metadataWithAlignment(metadata, options));
    ByteWriter out;
    out.raw("GGUF");
    out.number(options.version);
    out.number<std::uint64_t>(tensors.size());
    out.number<std::uint64_t>(entries.entries().size());
    TESSERA_CHECK(writeMetadata(out, entries));
    std::uint64_t offset = 0;
    for (const GgufTensorData& tensor : tensors) {
        if (auto checked = checkTensor(tensor); !checked)
            return failAt(fmt::format("tensor {}", inQuotes(tensor.name)), checked.error());
        writeTensorInfo(out, tensor, offset);
        offset = (offset + tensor.bytes.size() + options.alignment - 1) / options.alignment * options.alignment;
    }
    for (const GgufTensorData& tensor : tensors) {
        out.padTo(options.alignment);
        out.raw(tensor.bytes);
    }
    out.padTo(options.alignment);
    return out.take();
}

Result<void> writeGguf(const std::filesystem::path& path, const Metadata& metadata,
                       const std::vector<GgufTensorData>& tensors, const GgufWriteOptions& options) {
    TESSERA_TRY(const auto bytes, ggufBytes(metadata, tensors, options));
    return writeFileAtomically(path, bytes);
}

}  // namespace tessera

// SPDX-License-Identifier: GPL-3.0-or-later
// parseGgufHeader: one header from memory.
#include "core/base/bytes.h"
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"
#include "core/base/utf8.h"
#include "core/gguf/reader.h"

#include <algorithm>
#include <bit>
#include <unordered_set>

namespace tessera {

namespace {

tl::unexpected<Error> corrupt(std::string message) { return fail(ErrorKind::Corrupt, std::move(message)); }
tl::unexpected<Error> unsupported(std::string message) { return fail(ErrorKind::Unsupported, std::move(message)); }

std::uint64_t alignUp(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;  // both far below 2^63 here
}

std::string_view asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads the parts of a header in file order. Messages say where; the caller puts the file's name before them.
class HeaderParser {
public:
    HeaderParser(std::span<const std::byte> bytes, std::uint64_t file_bytes)
        : m_reader(bytes.first(std::min<std::size_t>(bytes.size(), limits::kMaxHeaderBytes))),
          m_file_bytes(file_bytes) {}

    Result<GgufHeader> parse() {
        TESSERA_CHECK(readPreamble());
        for (std::uint64_t i = 0; i < m_metadata_count; ++i) TESSERA_CHECK(readEntry(i));
        TESSERA_CHECK(readAlignment());
        for (std::uint64_t i = 0; i < m_tensor_count; ++i) TESSERA_CHECK(readTensor(i));
        TESSERA_CHECK(placeTensors());
        m_header.file.size_bytes = m_file_bytes;
        return std::move(m_header);
    }

private:
    tl::unexpected<Error> truncated(std::string_view what) const {
        return corrupt(fmt::format("the file ends inside its header, in {} at byte {} (download it again)", what,
                                   m_reader.position()));
    }

    template <class T>
    Result<T> read(std::string_view what) {
        const auto value = m_reader.read<T>();
        if (!value) return truncated(what);
        return *value;
    }

    Result<std::string_view> readString(std::string_view what, std::uint64_t limit) {
        TESSERA_TRY(const auto length, read<std::uint64_t>(what));
        if (length > limit) {
            return corrupt(fmt::format("{} at byte {} is {} bytes long, at most {} are allowed", what,
                                       m_reader.position() - 8, length, limit));
        }
        const auto bytes = m_reader.take(length);
        if (!bytes) return truncated(what);
        return asText(*bytes);
    }

    Result<void> readPreamble() {
        const auto magic = m_reader.take(4);
        if (!magic) return truncated("the magic number");
        TESSERA_CHECK(checkMagic(asText(*magic)));
        TESSERA_TRY(m_header.file.version, read<std::uint32_t>("the version"));
        TESSERA_CHECK(checkVersion(m_header.file.version));
        TESSERA_TRY(m_tensor_count, read<std::uint64_t>("the tensor count"));
        TESSERA_TRY(m_metadata_count, read<std::uint64_t>("the metadata count"));
        if (m_tensor_count > limits::kMaxTensors) {
            return corrupt(
                fmt::format("{} tensors are announced, at most {} are allowed", m_tensor_count, limits::kMaxTensors));
        }
        if (m_metadata_count > limits::kMaxMetadataEntries) {
            return corrupt(fmt::format("{} metadata entries are announced, at most {} are allowed", m_metadata_count,
                                       limits::kMaxMetadataEntries));
        }
        return {};
    }

    static Result<void> checkMagic(std::string_view magic) {
        if (magic == "GGUF") return {};
        if (magic == "vers")
            return corrupt("this is a Git LFS pointer, not the model itself (fetch it with git lfs pull)");
        if (magic == "lmgg" || magic == "fmgg" || magic == "tjgg") {
            return unsupported("this is a model in the GGML format that came before GGUF (convert it to GGUF)");
        }
        return corrupt(fmt::format("not a GGUF file: it begins with {}, not with 'GGUF'", inQuotes(magic)));
    }

    static Result<void> checkVersion(std::uint32_t version) {
        if (version == 2 || version == 3) return {};
        if (version == 1) return unsupported("GGUF version 1 is not supported (convert the model again)");
        if (version == 0) return corrupt("GGUF version 0 does not exist");
        if ((version & 0xffffu) == 0)
            return unsupported("this is a big-endian GGUF, only little-endian ones are supported");
        return unsupported(fmt::format("GGUF version {} is not supported, versions 2 and 3 are", version));
    }

    // --- metadata

    Result<void> readEntry(std::uint64_t number) {
        TESSERA_TRY(const std::string_view key, readString("a metadata key", limits::kMaxKeyBytes));
        if (key.empty()) return corrupt(fmt::format("metadata entry {} has an empty key", number));
        auto value = readValue(key);
        if (!value) return failAt(fmt::format("metadata key {}", inQuotes(key)), value.error());
        return m_header.metadata.add(std::string(key), std::move(*value));
    }

    Result<MetadataType> readType() {
        TESSERA_TRY(const auto number, read<std::uint32_t>("a value type"));
        if (number > static_cast<std::uint32_t>(MetadataType::Float64))
            return corrupt(fmt::format("unknown value type {}", number));
        return static_cast<MetadataType>(number);
    }

    template <class T, class Wide>
    Result<MetadataValue> readNumber(MetadataType type) {
        TESSERA_TRY(const T value, read<T>("a value"));
        return MetadataValue{type, static_cast<Wide>(value)};
    }

    Result<MetadataValue> readValue(std::string_view key) {
        TESSERA_TRY(const MetadataType type, readType());
        switch (type) {
            case MetadataType::UInt8: return readNumber<std::uint8_t, std::uint64_t>(type);
            case MetadataType::Int8: return readNumber<std::int8_t, std::int64_t>(type);
            case MetadataType::UInt16: return readNumber<std::uint16_t, std::uint64_t>(type);
            case MetadataType::Int16: return readNumber<std::int16_t, std::int64_t>(type);
            case MetadataType::UInt32: return readNumber<std::uint32_t, std::uint64_t>(type);
            case MetadataType::Int32: return readNumber<std::int32_t, std::int64_t>(type);
            case MetadataType::UInt64: return readNumber<std::uint64_t, std::uint64_t>(type);
            case MetadataType::Int64: return readNumber<std::int64_t, std::int64_t>(type);
            case MetadataType::Float32: return readNumber<float, double>(type);
            case MetadataType::Float64: return readNumber<double, double>(type);
            case MetadataType::Bool: return readBool();
            case MetadataType::String: {
                TESSERA_TRY(const auto text, readString("a string", limits::kMaxStringBytes));
                return MetadataValue{type, std::string(text)};
            }
            case MetadataType::Array: {
                TESSERA_TRY(auto array, readArray(1));
                return MetadataValue{type, std::move(array)};
            }
        }
        return corrupt(fmt::format("unknown value type of key {}", inQuotes(key)));
    }

    Result<MetadataValue> readBool() {
        TESSERA_TRY(const auto byte, read<std::uint8_t>("a value"));
        if (byte > 1) return corrupt(fmt::format("a bool is 0 or 1, found {}", byte));
        return MetadataValue{MetadataType::Bool, byte == 1};
    }

    Result<MetadataArray> readArray(std::uint32_t depth) {
        if (depth > limits::kMaxArrayDepth)
            return corrupt(fmt::format("arrays nested deeper than {}", limits::kMaxArrayDepth));
        MetadataArray array;
        TESSERA_TRY(array.element_type, readType());
        TESSERA_TRY(array.count, read<std::uint64_t>("an array length"));
        if (array.count > limits::kMaxArrayElements) {
            return corrupt(
                fmt::format("an array of {} elements, at most {} are allowed", array.count, limits::kMaxArrayElements));
        }
        if (array.element_type == MetadataType::String) {
            TESSERA_CHECK(readStrings(array));
        } else if (array.element_type == MetadataType::Array) {
            TESSERA_CHECK(readArrays(array, depth));
        } else {
            TESSERA_CHECK(readPacked(array));
        }
        return array;
    }

    Result<void> readPacked(MetadataArray& array) {
        const auto bytes = m_reader.take(array.count * metadataTypeBytes(array.element_type));
        if (!bytes) return truncated(fmt::format("an array of {} elements", array.count));
        array.packed = asText(*bytes);
        const auto beyond = [](char byte) { return static_cast<unsigned char>(byte) > 1; };
        if (array.element_type == MetadataType::Bool && std::any_of(array.packed.begin(), array.packed.end(), beyond)) {
            return corrupt("an array of bools holds something else than 0 and 1");
        }
        return {};
    }

    Result<void> readStrings(MetadataArray& array) {
        // Each string takes at least its 8-byte length: memory stays in proportion to the file.
        if (array.count > m_reader.remaining() / 8)
            return truncated(fmt::format("an array of {} strings", array.count));
        array.strings.reserve(array.count);
        for (std::uint64_t i = 0; i < array.count; ++i) {
            TESSERA_TRY(const auto text, readString("a string of an array", limits::kMaxStringBytes));
            array.strings.emplace_back(text);
        }
        return {};
    }

    Result<void> readArrays(MetadataArray& array, std::uint32_t depth) {
        // Each array takes at least its type and its length, and far more here than there.
        if (array.count > m_reader.remaining() / 12)
            return truncated(fmt::format("an array of {} arrays", array.count));
        for (std::uint64_t i = 0; i < array.count; ++i) {
            TESSERA_TRY(auto element, readArray(depth + 1));
            array.arrays.push_back(std::move(element));
        }
        return {};
    }

    Result<void> readAlignment() {
        const MetadataValue* value = m_header.metadata.find("general.alignment");
        if (!value) return {};
        TESSERA_TRY(const auto alignment, m_header.metadata.unsignedInteger("general.alignment"));
        // The format asks for a multiple of 8, ggml for a power of two; files of either kind are read.
        const bool usable = std::has_single_bit(alignment) || (alignment > 0 && alignment % 8 == 0);
        if (!usable || alignment > limits::kMaxAlignment) {
            return corrupt(
                fmt::format("general.alignment is {}; a power of two or a multiple of 8 up to {} is expected",
                            alignment, limits::kMaxAlignment));
        }
        m_header.file.alignment = static_cast<std::uint32_t>(alignment);
        return {};
    }

    // --- tensors

    Result<void> readTensor(std::uint64_t number) {
        TESSERA_TRY(const std::string_view name, readString("a tensor name", limits::kMaxTensorNameBytes));
        if (name.empty()) return corrupt(fmt::format("tensor {} has an empty name", number));
        if (name.find('\0') != std::string_view::npos)
            return corrupt(fmt::format("the name of tensor {} holds a zero byte", number));
        // Names travel in manifests, which are JSON.
        if (validUtf8Prefix(name) != name.size())
            return corrupt(fmt::format("the name of tensor {} is no valid UTF-8: {}", number, inQuotes(name)));
        TensorInfo tensor;
        tensor.name = name;
        if (auto read = readTensorBody(tensor); !read)
            return failAt(fmt::format("tensor {}", inQuotes(name)), read.error());
        m_header.tensors.push_back(std::move(tensor));
        return {};
    }

    Result<void> readTensorBody(TensorInfo& tensor) {
        TESSERA_TRY(const auto dimensions, read<std::uint32_t>("a tensor's dimensions"));
        if (dimensions > tensor.shape.size())
            return corrupt(fmt::format("{} dimensions, at most 4 are allowed", dimensions));
        for (std::uint32_t i = 0; i < dimensions; ++i) {
            TESSERA_TRY(tensor.shape[i], read<std::int64_t>("a tensor's dimensions"));
            if (tensor.shape[i] <= 0) {
                return corrupt(fmt::format("dimension {} is {}, at least 1 is expected", i,
                                           static_cast<std::uint64_t>(tensor.shape[i])));
            }
        }
        tensor.dimensions = std::max(dimensions, 1u);  // 0 dimensions: a scalar, one element
        TESSERA_TRY(const auto type, read<std::uint32_t>("a tensor's type"));
        tensor.type = static_cast<TensorType>(type);
        if (!isKnown(tensor.type)) {
            return unsupported(
                fmt::format("type {} is unknown or no longer supported by ggml (convert the model again)", type));
        }
        TESSERA_TRY(tensor.offset, read<std::uint64_t>("a tensor's offset"));
        return sizeTensor(tensor);
    }

    static Result<void> sizeTensor(TensorInfo& tensor) {
        TESSERA_TRY(tensor.row_bytes, rowBytes(tensor.type, tensor.shape[0]));
        auto bytes = std::optional(tensor.row_bytes);
        auto elements = std::optional(static_cast<std::uint64_t>(tensor.shape[0]));
        for (std::size_t i = 1; i < tensor.shape.size() && bytes && elements; ++i) {
            bytes = checkedMultiply(*bytes, static_cast<std::uint64_t>(tensor.shape[i]));
            elements = checkedMultiply(*elements, static_cast<std::uint64_t>(tensor.shape[i]));
        }
        if (!bytes || !elements || *bytes > limits::kMaxFileBytes ||
            *elements > static_cast<std::uint64_t>(INT64_MAX)) {
            return corrupt(fmt::format("the shape [{}] overflows", fmt::join(tensor.shape, ", ")));
        }
        tensor.size_bytes = *bytes;
        return {};
    }

    /// Makes offsets absolute and checks that the tensors lie in the file, aligned, and apart.
    Result<void> placeTensors() {
        GgufFileInfo& file = m_header.file;
        const std::uint64_t header_end = m_reader.position();
        file.data_offset = alignUp(header_end, file.alignment);
        // A file without tensors (a vocabulary) may end without padding.
        if (m_header.tensors.empty()) file.data_offset = std::min(file.data_offset, m_file_bytes);
        for (TensorInfo& tensor : m_header.tensors) {
            if (tensor.offset % file.alignment != 0) {
                return corrupt(fmt::format("tensor {} begins at offset {}, which is no multiple of the alignment {}",
                                           inQuotes(tensor.name), tensor.offset, file.alignment));
            }
            const auto begin = checkedAdd(file.data_offset, tensor.offset);
            const auto end = begin ? checkedAdd(*begin, tensor.size_bytes) : std::nullopt;
            if (!end || *end > m_file_bytes) {
                return corrupt(fmt::format(
                    "tensor {} needs {} bytes at offset {} of the data, but the file has {} bytes in all; it is cut "
                    "off (download it again)",
                    inQuotes(tensor.name), tensor.size_bytes, tensor.offset, m_file_bytes));
            }
            tensor.offset = *begin;
        }
        return checkApart();
    }

    Result<void> checkApart() const {
        std::unordered_set<std::string_view> names;
        std::vector<const TensorInfo*> by_offset;
        by_offset.reserve(m_header.tensors.size());
        for (const TensorInfo& tensor : m_header.tensors) {
            if (!names.insert(tensor.name).second)
                return corrupt(fmt::format("tensor {} appears twice", inQuotes(tensor.name)));
            by_offset.push_back(&tensor);
        }
        std::sort(by_offset.begin(), by_offset.end(),
                  [](const auto* a, const auto* b) { return a->offset < b->offset; });
        for (std::size_t i = 1; i < by_offset.size(); ++i) {
            const TensorInfo& before = *by_offset[i - 1];
            if (before.offset + before.size_bytes > by_offset[i]->offset) {
                return corrupt(fmt::format("tensors {} and {} overlap at byte {}", inQuotes(before.name),
                                           inQuotes(by_offset[i]->name), by_offset[i]->offset));
            }
        }
        return {};
    }

    ByteReader m_reader;
    std::uint64_t m_file_bytes;
    std::uint64_t m_tensor_count = 0;
    std::uint64_t m_metadata_count = 0;
    GgufHeader m_header;
};

}  // namespace

Result<GgufHeader> parseGgufHeader(std::span<const std::byte> bytes, std::uint64_t file_bytes, std::string_view name) {
    if (file_bytes > limits::kMaxFileBytes) {
        return corrupt(
            fmt::format("{}: a file of {} bytes, at most {} are allowed", name, file_bytes, limits::kMaxFileBytes));
    }
    auto header = HeaderParser(bytes, file_bytes).parse();
    if (!header) return failAt(name, header.error());
    header->file.name = name;
    return header;
}

}  // namespace tessera

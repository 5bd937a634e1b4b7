// SPDX-License-Identifier: GPL-3.0-or-later
// The key-value part of a GGUF header.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace tessera {

/// Value types with the numbers of the format.
enum class MetadataType : std::uint32_t {
    UInt8 = 0, Int8 = 1, UInt16 = 2, Int16 = 3, UInt32 = 4, Int32 = 5, Float32 = 6,
    Bool = 7, String = 8, Array = 9, UInt64 = 10, Int64 = 11, Float64 = 12,
};
std::string_view metadataTypeName(MetadataType type);
/// Bytes of a number or bool; 0 for strings and arrays, whose length is their own.
std::size_t metadataTypeBytes(MetadataType type);

struct MetadataValue;

/// All elements have `element_type`. Numbers and booleans are kept as their little-endian bytes (a vocabulary's scores
/// need no 16-byte variants); strings and nested arrays as values.
struct MetadataArray {
    MetadataType element_type = MetadataType::UInt8;
    std::uint64_t count = 0;
    std::string packed;                 // numbers and bools: count × element size bytes
    std::vector<std::string> strings;   // element_type String
    std::vector<MetadataArray> arrays;  // element_type Array

    /// Element as a number; precondition: a numeric or bool element type and index < count.
    double numberAt(std::uint64_t index) const;
    std::int64_t integerAt(std::uint64_t index) const;
};

struct MetadataValue {
    MetadataType type = MetadataType::UInt8;
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string, MetadataArray> value;
    // unsigned types: uint64_t; signed: int64_t; floats: double (exact); Bool; String; Array

    /// One line for people: "32", "llama", "[49152 strings]". At most `limit` bytes, never half a UTF-8 character.
    std::string display(std::size_t limit = 80) const;
};

/// Ordered as in the file. Immutable after reading; any thread may read.
class Metadata {
public:
    struct Entry {
        std::string key;
        MetadataValue value;
    };

    const std::vector<Entry>& entries() const { return m_entries; }
    const MetadataValue* find(std::string_view key) const;

    /// Typed access. NotFound names the key; Corrupt names key and type when the value is of another kind or out of
    /// range. Any integer type converts to the asked one when it fits, as writers differ in the width they choose.
    Result<std::uint64_t> unsignedInteger(std::string_view key) const;
    Result<std::int64_t> integer(std::string_view key) const;
    Result<double> number(std::string_view key) const;
    Result<bool> boolean(std::string_view key) const;
    Result<std::string_view> string(std::string_view key) const;
    Result<const MetadataArray*> array(std::string_view key) const;

    /// Fails with Corrupt on a key that is there already.
    Result<void> add(std::string key, MetadataValue value);
    /// Adds or replaces.
    void set(std::string key, MetadataValue value);

private:
    std::vector<Entry> m_entries;
    std::unordered_map<std::string, std::size_t> m_index;
};

// Short ways to make values, for writers and tests.
MetadataValue metadataUInt8(std::uint8_t value);
MetadataValue metadataInt8(std::int8_t value);
MetadataValue metadataUInt16(std::uint16_t value);
MetadataValue metadataInt16(std::int16_t value);
MetadataValue metadataUInt32(std::uint32_t value);
MetadataValue metadataInt32(std::int32_t value);
MetadataValue metadataUInt64(std::uint64_t value);
MetadataValue metadataInt64(std::int64_t value);
MetadataValue metadataFloat32(float value);
MetadataValue metadataFloat64(double value);
MetadataValue metadataBool(bool value);
MetadataValue metadataString(std::string value);
MetadataValue metadataStrings(std::vector<std::string> values);
MetadataValue metadataFloats(const std::vector<float>& values);
MetadataValue metadataInts(const std::vector<std::int32_t>& values);

}  // namespace tessera

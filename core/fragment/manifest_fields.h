// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a version-2 manifest and where they stand. Internal to the parser.
#pragma once

#include <cstdint>
#include <string_view>

namespace tessera::manifest_json {

/// What the parser is inside of. Ignored: a value under a key that is not ours.
enum class Scope { Document, Manifest, Files, File, Fragments, Fragment, Shape, Ignored };

enum Field : std::uint32_t {
    // Of the manifest
    FormatVersion,
    ModelName,
    Architecture,
    ModelId,
    SetId,
    FragmentSize,
    Files,
    TotalFragments,
    Fragments,
    // Of a file; the last two also of a fragment
    Name,
    SizeBytes,
    Sha256Field,
    // Of a fragment
    FragmentId,
    Kind,
    TensorName,
    TensorTypeField,
    Shape,
    Dtype,
    ShardIndex,
    TotalShards,
    FirstRow,
    RowCount,
    Layer,
    Component,
    ExpertIndex,
    AlwaysActive,
    FileIndex,
    Offset,
    FieldCount,
};

struct FieldName {
    Scope scope;
    std::string_view name;
    Field field;
};

inline constexpr FieldName kFields[] = {
    {Scope::Manifest, "format_version", FormatVersion},
    {Scope::Manifest, "model_name", ModelName},
    {Scope::Manifest, "architecture", Architecture},
    {Scope::Manifest, "model_id", ModelId},
    {Scope::Manifest, "set_id", SetId},
    {Scope::Manifest, "fragment_size", FragmentSize},
    {Scope::Manifest, "files", Files},
    {Scope::Manifest, "total_fragments", TotalFragments},
    {Scope::Manifest, "fragments", Fragments},
    {Scope::File, "name", Name},
    {Scope::File, "size_bytes", SizeBytes},
    {Scope::File, "sha256", Sha256Field},
    {Scope::Fragment, "fragment_id", FragmentId},
    {Scope::Fragment, "kind", Kind},
    {Scope::Fragment, "tensor_name", TensorName},
    {Scope::Fragment, "tensor_type", TensorTypeField},
    {Scope::Fragment, "shape", Shape},
    {Scope::Fragment, "dtype", Dtype},
    {Scope::Fragment, "shard_index", ShardIndex},
    {Scope::Fragment, "total_shards", TotalShards},
    {Scope::Fragment, "first_row", FirstRow},
    {Scope::Fragment, "row_count", RowCount},
    {Scope::Fragment, "layer_index", Layer},
    {Scope::Fragment, "component", Component},
    {Scope::Fragment, "expert_index", ExpertIndex},
    {Scope::Fragment, "is_always_active", AlwaysActive},
    {Scope::Fragment, "file_index", FileIndex},
    {Scope::Fragment, "offset", Offset},
    {Scope::Fragment, "size_bytes", SizeBytes},
    {Scope::Fragment, "sha256", Sha256Field},
};

inline constexpr Field kManifestFields[] = {FormatVersion, ModelName, Architecture,   ModelId,  SetId,
                                            FragmentSize,  Files,     TotalFragments, Fragments};
inline constexpr Field kFileFields[] = {Name, SizeBytes, Sha256Field};
inline constexpr Field kRangeFields[] = {FragmentId, Kind, FileIndex, Offset, SizeBytes, Sha256Field};
inline constexpr Field kTensorFields[] = {TensorName,  TensorTypeField, Shape,   ShardIndex,
                                          TotalShards, FirstRow,        RowCount};
// dtype, layer_index, component, expert_index and is_always_active follow from the rest where they are missing.

constexpr std::string_view fieldName(Field field) {
    for (const FieldName& entry : kFields) {
        if (entry.field == field) return entry.name;
    }
    return "";
}

}  // namespace tessera::manifest_json

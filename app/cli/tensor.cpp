// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/fragment_text.h"
#include "app/cli/nearest.h"
#include "app/cli/set_argument.h"
#include "app/cli/tensor_statistics.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/npy.h"
#include "core/base/platform/paths.h"
#include "core/gguf/tensor_type.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <memory>

namespace tessera::cli {

namespace {

constexpr std::size_t kChunkBytes = 4 * limits::MiB;   // of the native type, read and dequantised at once
constexpr std::size_t kFirstValues = 8;

/// [first, last), either may be left out: "0:16", "100:", ":4".
struct RowRange {
    std::int64_t first = 0;
    std::optional<std::int64_t> last;
};

struct Options {
    std::optional<std::string> set;
    std::optional<std::string> name;
    std::optional<RowRange> rows;
    std::optional<std::string> npy;
};

Result<RowRange> parseRows(const std::string& text) {
    const auto wrong = [&] {
        return fail(ErrorKind::InvalidArgument, format("'{}' is no range of rows; write FIRST:END, for example 0:16 for the first sixteen", text));
    };
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return wrong();
    const auto number = [](std::string_view part, std::int64_t& value) {
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        return error == std::errc() && end == part.data() + part.size() && value >= 0;
    };
    RowRange range;
    const std::string_view first = std::string_view(text).substr(0, colon);
    const std::string_view last = std::string_view(text).substr(colon + 1);
    if (!first.empty() && !number(first, range.first)) return wrong();
    if (!last.empty() && !number(last, range.last.emplace())) return wrong();
    if (range.last && *range.last <= range.first) return wrong();
    return range;
}

Result<const TensorInfo*> findTensor(const GgufModel& model, const std::string& name) {
    if (const TensorInfo* tensor = model.findTensor(name)) return tensor;
    std::vector<std::string> names;
    for (const TensorInfo& tensor : model.tensors) names.push_back(tensor.name);
    const auto meant = nearest(name, names);
    return fail(ErrorKind::NotFound, format("the model has no tensor '{}'{}; 'tessera list' shows all", name, meant ? "; did you mean " + *meant + "?" : ""));
}

struct Seen {
    RowRange rows;           // `last` is set
    TensorStatistics statistics;
    std::vector<float> first_values;
};

Result<RowRange> clampedRows(const TensorInfo& tensor, const std::optional<RowRange>& wanted) {
    RowRange rows = wanted.value_or(RowRange{});
    if (!rows.last) rows.last = tensor.rowCount();
    if (rows.first < *rows.last && *rows.last <= tensor.rowCount()) return rows;
    return fail(ErrorKind::InvalidArgument, format("--rows {}:{} lies outside '{}', which has rows 0 to {}", rows.first, *rows.last, tensor.name,
                                                   tensor.rowCount() - 1));
}

/// A selection of rows is a matrix; a whole tensor keeps its dimensions (NumPy names the outermost first).
Result<std::optional<NpyWriter>> openNpy(const Options& options, const TensorInfo& tensor) {
    if (!options.npy) return std::optional<NpyWriter>();
    std::vector<std::int64_t> row_shape;
    if (options.rows) {
        row_shape = {tensor.shape[0]};
    } else {
        for (std::uint32_t d = tensor.dimensions - 1; d-- > 0;) row_shape.push_back(tensor.shape[d]);
    }
    TESSERA_TRY(NpyWriter writer, NpyWriter::create(fromUtf8(*options.npy), std::move(row_shape)));
    return std::optional<NpyWriter>(std::move(writer));
}

/// Rows that the writer takes as one, so that chunks end where its rows do.
std::int64_t rowsPerNpyRow(const Options& options, const TensorInfo& tensor) {
    if (!options.npy || options.rows || tensor.dimensions < 3) return 1;
    return tensor.rowCount() / tensor.shape[tensor.dimensions - 1];
}

Result<Seen> look(const TensorSource& source, const TensorInfo& tensor, const Options& options, const Operation& operation) {
    if (!traits(tensor.type).dequantizable) {
        return fail(ErrorKind::Unsupported, format("values of type {} cannot be turned into numbers", traits(tensor.type).name));
    }
    Seen seen;
    TESSERA_TRY(seen.rows, clampedRows(tensor, options.rows));
    TESSERA_TRY(std::optional<NpyWriter> npy, openNpy(options, tensor));
    const std::int64_t together = rowsPerNpyRow(options, tensor);
    const auto fitting = static_cast<std::int64_t>(kChunkBytes / std::max<std::uint64_t>(tensor.row_bytes, 1));
    const std::int64_t step = std::max<std::int64_t>(fitting / together, 1) * together;
    std::vector<std::byte> bytes;
    std::vector<float> values;
    for (std::int64_t row = seen.rows.first; row < *seen.rows.last; row += step) {
        TESSERA_CHECK(operation.checkStop());
        const std::int64_t count = std::min(step, *seen.rows.last - row);
        bytes.resize(static_cast<std::size_t>(count) * tensor.row_bytes);
        values.resize(static_cast<std::size_t>(count * tensor.shape[0]));
        TESSERA_CHECK(source.readRows(tensor, row, count, bytes, operation));
        TESSERA_CHECK(dequantize(tensor.type, bytes, values));
        seen.statistics.add(values);
        if (seen.first_values.empty()) seen.first_values.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(std::min(values.size(), kFirstValues)));
        // A vector is one row here and many for NumPy.
        if (npy) TESSERA_CHECK(npy->append(values));
        if (operation.progress) {
            operation.progress({static_cast<std::uint64_t>(row + count - seen.rows.first) * tensor.row_bytes,
                                static_cast<std::uint64_t>(*seen.rows.last - seen.rows.first) * tensor.row_bytes, "reading"});
        }
    }
    if (npy) TESSERA_CHECK(npy->finish());
    return seen;
}

nlohmann::ordered_json numberOrNull(bool known, double value) { return known ? nlohmann::ordered_json(value) : nlohmann::ordered_json(); }

void report(Output& output, const Options& options, const TensorInfo& tensor, const Manifest& manifest, const Seen& seen) {
    const TensorStatistics& s = seen.statistics;
    const std::span<const std::int64_t> shape(tensor.shape.data(), tensor.dimensions);
    const FragmentIndexByTensor index(manifest);
    nlohmann::ordered_json fragments = nlohmann::ordered_json::array();
    std::string ids;
    for (const FragmentIndex fragment : index.find(tensor.name)) {
        fragments.push_back(manifest.at(fragment).id);
        ids += format("{}{}", ids.empty() ? "" : "\n            ", manifest.at(fragment).id);
    }
    output.line(format("tensor      {}", tensor.name));
    output.line(format("type        {}", traits(tensor.type).name));
    output.line(format("shape       {} (innermost first)", shapeText(shape)));
    output.line(format("size        {}", formatBytes(tensor.size_bytes)));
    output.line(format("fragments   {}", ids));
    output.line(format("rows        {} to {} of {}", seen.rows.first, *seen.rows.last - 1, tensor.rowCount()));
    if (s.hasFinite()) {
        output.line(format("min, max    {:.6g}, {:.6g}", s.min(), s.max()));
        output.line(format("mean, std   {:.6g}, {:.6g}", s.mean(), s.standardDeviation()));
    }
    output.line(format("zeros       {} of {}", s.zeros(), s.count()));
    output.line(format("NaN, Inf    {}, {}", s.nan(), s.infinite()));
    output.line(format("values      {:.6g}{}", fmt::join(seen.first_values, ", "), s.count() > seen.first_values.size() ? ", …" : ""));
    if (options.npy) output.line(format("written     {}", *options.npy));
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const float value : seen.first_values) values.push_back(numberOrNull(value - value == 0, value));
    output.result({{"name", tensor.name},
                   {"type", traits(tensor.type).name},
                   {"shape", std::vector<std::int64_t>(shape.begin(), shape.end())},
                   {"size_bytes", tensor.size_bytes},
                   {"fragments", fragments},
                   {"first_row", seen.rows.first},
                   {"row_count", *seen.rows.last - seen.rows.first},
                   {"values", s.count()},
                   {"min", numberOrNull(s.hasFinite(), s.min())},
                   {"max", numberOrNull(s.hasFinite(), s.max())},
                   {"mean", numberOrNull(s.hasFinite(), s.mean())},
                   {"std", numberOrNull(s.hasFinite(), s.standardDeviation())},
                   {"zeros", s.zeros()},
                   {"nan", s.nan()},
                   {"inf", s.infinite()},
                   {"first_values", values},
                   {"npy", options.npy ? nlohmann::ordered_json(*options.npy) : nlohmann::ordered_json()}});
}

Result<int> act(const Options& options, Output& output) {
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const OpenModel model, openModel(options.set, output, running.operation()));
    TESSERA_TRY(const TensorInfo* const tensor, findTensor(model.source->model(), *options.name));
    const auto seen = look(*model.source, *tensor, options, running.operation());
    if (!seen) return tl::unexpected(inSet(seen.error(), model.set.path));
    TESSERA_CHECK(model.source->takeMappingFault());
    running.bar().finish();
    report(output, options, *tensor, model.set.store->manifest(), *seen);
    return kExitFine;
}

}  // namespace

void addTensorVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("tensor", "Load one tensor: type, shape, fragments, statistics, values");
    verb.details("A single argument is the tensor's name, in the default set.");
    addSetArgument(verb, options->set);
    verb.positional("NAME", options->name, "The tensor, for example blk.0.attn_q.weight");
    verb.group("Selection");
    const auto rows = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->rows, parseRows(text));
        return {};
    };
    verb.parsed("--rows", "FIRST:END", rows, {}, "Only these rows, without row END; either side may be left out");
    verb.text("--npy", "FILE.npy", options->npy, "Write the values as a NumPy array of float32, outermost dimension first");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera tensor blk.0.attn_q.weight", "look at a tensor of the default set");
    verb.example("tessera tensor model.gguf token_embd.weight --rows 0:16 --npy rows.npy", "export the first sixteen rows");
    verb.check([options]() -> Result<void> {
        if (!options->name) std::swap(options->set, options->name);
        if (!options->set && isPath(options->name)) {
            return fail(ErrorKind::InvalidArgument, format("NAME is required: '{}' is a file or folder, not a tensor's name", *options->name));
        }
        if (options->name) return {};
        return fail(ErrorKind::InvalidArgument, "NAME is required");
    });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli

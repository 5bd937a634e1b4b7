// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/validate/report.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace tessera {

namespace {

using Json = nlohmann::ordered_json;

/// One list of fields serves both directions: `visit(field, key, member)` writes or reads.
template <class Visit, class Facts>
void visitFacts(Visit& visit, Facts& facts) {
    visit("name", facts.name);
    visit("architecture", facts.architecture);
    visit("layers", facts.layers);
    visit("embedding", facts.embedding);
    visit("heads", facts.heads);
    visit("kv_heads", facts.kv_heads);
    visit("head_size", facts.head_size);
    visit("feed_forward", facts.feed_forward);
    visit("vocabulary", facts.vocabulary);
    visit("training_context", facts.training_context);
    visit("experts", facts.experts);
    visit("parameters", facts.parameters);
    visit("weight_bytes", facts.weight_bytes);
}

template <class Visit, class Check>
void visitCheck(Visit& visit, Check& check) {
    visit("name", check.name);
    visit("detail", check.detail);
    visit("largest_error", check.largest_error);
    visit("tolerance", check.tolerance);
    visit("reason", check.reason);
    visit("failure", check.failure);
}

template <class Visit, class Difference>
void visitDifference(Visit& visit, Difference& difference) {
    visit("rows", difference.rows);
    visit("bit_identical", difference.bit_identical);
    visit("largest", difference.largest);
    visit("mean", difference.mean);
    visit("mean_kl", difference.mean_kl);
    visit("top1_agreement", difference.top1_agreement);
}

template <class Visit, class Layer>
void visitLayer(Visit& visit, Layer& layer) {
    visit("layer", layer.layer);
    visit("bit_identical", layer.bit_identical);
    visit("largest", layer.largest);
    visit("mean", layer.mean);
    visit("reference_rms", layer.reference_rms);
    visit("token", layer.token);
    visit("channel", layer.channel);
}

template <class Visit, class Prompt>
void visitPrompt(Visit& visit, Prompt& prompt) {
    visit("prompt", prompt.prompt);
    visit("prompt_tokens", prompt.prompt_tokens);
    visit("decoded_tokens", prompt.decoded_tokens);
    visit("prefill", prompt.prefill);
    visit("decode", prompt.decode);
    visit("layers", prompt.layers);
}

template <class Visit, class Condition>
void visitCondition(Visit& visit, Condition& condition) {
    visit("name", condition.name);
    visit("equal_conditions", condition.equal_conditions);
    visit("threads", condition.threads);
    visit("micro_batch", condition.micro_batch);
    visit("repacked", condition.repacked);
    visit("passed", condition.passed);
    visit("verdict", condition.verdict);
    visit("total", condition.total);
    visit("prompts", condition.prompts);
}

template <class Visit, class Comparison>
void visitComparison(Visit& visit, Comparison& comparison) {
    visit("spread_threads", comparison.spread.threads);
    visit("spread_micro_batch", comparison.spread.micro_batch);
    visit("conditions", comparison.conditions);
}

template <class Visit, class Report>
void visitReport(Visit& visit, Report& report) {
    visit("model", report.model);
    visit("facts", report.facts);
    visit("seconds", report.seconds);
    visit("unit_checks", report.unit_checks);
    visit("comparison", report.comparison);
}

template <class Visit, class Value>
void visitFields(Visit& visit, Value& value) {
    using Plain = std::remove_const_t<Value>;
    if constexpr (std::is_same_v<Plain, ModelFacts>)
        visitFacts(visit, value);
    else if constexpr (std::is_same_v<Plain, UnitCheck>)
        visitCheck(visit, value);
    else if constexpr (std::is_same_v<Plain, LogitDifference>)
        visitDifference(visit, value);
    else if constexpr (std::is_same_v<Plain, LayerDifference>)
        visitLayer(visit, value);
    else if constexpr (std::is_same_v<Plain, PromptComparison>)
        visitPrompt(visit, value);
    else if constexpr (std::is_same_v<Plain, ConditionComparison>)
        visitCondition(visit, value);
    else if constexpr (std::is_same_v<Plain, EngineComparison>)
        visitComparison(visit, value);
    else
        visitReport(visit, value);
}

class Writer {
public:
    void operator()(const char* key, double value) { m_json[key] = std::isfinite(value) ? Json(value) : Json(nullptr); }
    void operator()(const char* key, bool value) { m_json[key] = value; }
    void operator()(const char* key, const std::string& value) { m_json[key] = toValidUtf8(value); }
    void operator()(const char* key, LayerIndex value) { m_json[key] = toInt(value); }
    template <std::unsigned_integral Number>
    void operator()(const char* key, Number value) {
        m_json[key] = value;
    }
    template <class Value>
    void operator()(const char* key, const std::optional<Value>& value) {
        m_json[key] = value ? write(*value) : Json(nullptr);
    }
    template <class Value>
    void operator()(const char* key, const std::vector<Value>& values) {
        Json& array = m_json[key] = Json::array();
        for (const Value& value : values) array.push_back(write(value));
    }
    template <class Value>
    requires std::is_class_v<Value>
    void operator()(const char* key, const Value& value) { m_json[key] = write(value); }

    template <class Value>
    static Json write(const Value& value) {
        Writer writer;
        visitFields(writer, value);
        return std::move(writer.m_json);
    }

private:
    Json m_json = Json::object();
};

/// Keeps the first error, which names the field by its path.
class Reader {
public:
    Reader(const Json& json, std::string path, std::optional<Error>& error)
        : m_json(json), m_path(std::move(path)), m_error(error) {}

    void operator()(const char* key, double& value) {
        const Json* field = find(key);
        if (!field) return;
        if (field->is_null())
            value = std::numeric_limits<double>::infinity();
        else if (field->is_number())
            value = field->get<double>();
        else
            wrong(key, "a number");
    }
    void operator()(const char* key, bool& value) {
        if (const Json* field = find(key, &Json::is_boolean, "true or false")) value = field->get<bool>();
    }
    void operator()(const char* key, std::string& value) {
        if (const Json* field = find(key, &Json::is_string, "text")) value = field->get<std::string>();
    }
    void operator()(const char* key, LayerIndex& value) {
        std::uint32_t number = 0;
        (*this)(key, number);
        value = LayerIndex{static_cast<std::int32_t>(number)};
    }
    template <std::unsigned_integral Number>
    void operator()(const char* key, Number& value) {
        const Json* field = find(key, &Json::is_number_unsigned, "a number from 0 on");
        if (!field) return;
        const auto number = field->get<std::uint64_t>();
        if (number > std::numeric_limits<Number>::max()) return wrong(key, "a smaller number");
        value = static_cast<Number>(number);
    }
    template <class Value>
    void operator()(const char* key, std::optional<Value>& value) {
        const Json* field = find(key);
        if (!field || field->is_null()) return;
        (*this)(key, value.emplace());
    }
    template <class Value>
    void operator()(const char* key, std::vector<Value>& values) {
        const Json* field = find(key, &Json::is_array, "a list");
        if (!field) return;
        for (std::size_t i = 0; i < field->size() && !m_error; ++i) {
            read((*field)[i], format("{}{}[{}].", m_path, key, i), values.emplace_back(), m_error);
        }
    }
    template <class Value>
    requires std::is_class_v<Value>
    void operator()(const char* key, Value& value) {
        if (const Json* field = find(key)) read(*field, m_path + key + ".", value, m_error);
    }

    template <class Value>
    static void read(const Json& json, std::string path, Value& value, std::optional<Error>& error) {
        if (!json.is_object()) {
            if (!error) error = Error{ErrorKind::Corrupt, format("report: '{}' is no object", path)};
            return;
        }
        Reader reader(json, std::move(path), error);
        visitFields(reader, value);
    }

private:
    const Json* find(const char* key) {
        if (m_error) return nullptr;
        const auto field = m_json.find(key);
        if (field != m_json.end()) return &*field;
        m_error = Error{ErrorKind::Corrupt, format("report: '{}{}' is missing", m_path, key)};
        return nullptr;
    }
    const Json* find(const char* key, bool (Json::*is)() const noexcept, const char* kind) {
        const Json* field = find(key);
        if (!field || (field->*is)()) return field;
        wrong(key, kind);
        return nullptr;
    }
    void wrong(const char* key, const char* kind) {
        m_error = Error{ErrorKind::Corrupt, format("report: '{}{}' must be {}", m_path, key, kind)};
    }

    const Json& m_json;
    std::string m_path;
    std::optional<Error>& m_error;
};

constexpr std::uint64_t kMaxReportBytes = 64 * limits::MiB;

}  // namespace

std::string reportJson(const ValidationReport& report, int indent) {
    Json json = Writer::write(report);
    json["passed"] = report.passed();
    return json.dump(indent);
}

Result<ValidationReport> parseReportJson(std::string_view text) {
    if (text.size() > kMaxReportBytes)
        return fail(ErrorKind::Corrupt, format("report: {} bytes are too many", text.size()));
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return fail(ErrorKind::Corrupt, "report: not JSON");
    ValidationReport report;
    std::optional<Error> error;
    Reader::read(json, "", report, error);
    if (error) return tl::unexpected(*std::move(error));
    return report;
}

}  // namespace tessera

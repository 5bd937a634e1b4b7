// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/json_grammar.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace tessera {

namespace {

using Json = nlohmann::ordered_json;

// Repetitions are written out by the grammar's reader.
constexpr std::uint64_t kMostRepeated = 256;
constexpr std::size_t kMostAlternatives = 1024;  // which it compares each with all others

constexpr std::string_view kCommonRules = R"(ws ::= | " " | "\n" [ \t]{0,20}
value ::= object | array | string | number | ("true" | "false" | "null")
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)* ws)? "}"
array ::= "[" ws (value ("," ws value)* ws)? "]"
string ::= "\"" char* "\""
char ::= [^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})
integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?
)";

}  // namespace

/// One schema; rules go to the grammar.
class SchemaReader {
public:
    SchemaReader(JsonGrammar& grammar, const Json& whole) : m_grammar(grammar), m_whole(whole) {}

    /// What stands for values of `schema` in a rule.
    Result<std::string> expression(const Json& schema) {
        m_width = 1;
        if (schema.is_boolean() && schema.get<bool>()) return std::string("value");
        m_width = 0;
        if (!schema.is_object()) return fail(ErrorKind::InvalidArgument, "a part of the JSON schema is no schema");
        for (const char* keyword : {"allOf", "not"})
            if (schema.contains(keyword)) return fail(ErrorKind::InvalidArgument, format("JSON schemas with {} are not supported", keyword));
        if (const Json* ref = find(schema, "$ref")) return reference(*ref);
        if (const Json* value = find(schema, "const")) return JsonGrammar::literal(value->dump());
        if (const Json* values = find(schema, "enum")) {
            if (!values->is_array() || values->empty()) return fail(ErrorKind::InvalidArgument, "an enum of the JSON schema is no list of values");
            TESSERA_CHECK(countAlternatives(values->size()));
            std::string alternatives;
            for (const Json& value : *values) alternatives += (alternatives.empty() ? "" : " | ") + JsonGrammar::literal(value.dump());
            return rule("enum", alternatives);
        }
        for (const char* keyword : {"anyOf", "oneOf"})
            if (const Json* options = find(schema, keyword)) return anyOf(*options);
        const Json* type = find(schema, "type");
        if (type && type->is_array()) {
            constexpr std::size_t kTypes = 7;  // there are
            if (type->empty() || type->size() > kTypes) return fail(ErrorKind::InvalidArgument, "a type of the JSON schema is no list of types");
            Alternatives alternatives(*this);
            for (const Json& one : *type) {
                if (!one.is_string()) return fail(ErrorKind::InvalidArgument, "a type of the JSON schema is no list of types");
                TESSERA_CHECK(alternatives.add(ofType(schema, one.get<std::string>())));
            }
            return alternatives.finish();
        }
        return ofType(schema, type && type->is_string() ? type->get<std::string>() : schema.contains("properties") ? "object" : "");
    }

    Result<std::string> ofType(const Json& schema, const std::string& name) {
        if (name == "object") return object(schema);
        if (name == "array") return array(schema);
        m_width = 0;
        if (name == "string") return string(schema);
        if (name == "integer" || name == "number") return name;
        if (name == "boolean") return std::string("(\"true\" | \"false\")");
        if (name == "null") return std::string("\"null\"");
        if (!name.empty()) return fail(ErrorKind::InvalidArgument, format("the JSON schema has the type {}", inQuotes(name)));
        m_width = 1;
        return std::string("value");
    }

    Result<std::string> rule(std::string_view kind, std::string body) {
        if (m_grammar.m_rules.size() >= limits::kMaxGrammarRules)
            return fail(ErrorKind::InvalidArgument, format("the JSON schema needs more than {} rules", limits::kMaxGrammarRules));
        std::string name = format("{}-{}", kind, m_grammar.m_rules.size());
        m_grammar.m_rules.emplace(name, std::move(body));
        return name;
    }

private:
    /// Of which an answer may follow any. While it is not clear which, all are followed, so the number of those that begin
    /// alike is limited, within each other too (m_width), and none of them may begin the whole anew.
    class Alternatives {
    public:
        explicit Alternatives(SchemaReader& reader) : m_reader(reader), m_returned_before(std::exchange(reader.m_returns, false)) {}

        Result<void> add(Result<std::string> one) {
            if (!one) return tl::unexpected(std::move(one).error());
            TESSERA_CHECK(m_reader.countAlternatives(1));
            m_text += (m_text.empty() ? "" : " | ") + *one;
            m_width += m_reader.m_width;
            return {};
        }
        Result<std::string> finish() {
            if (m_width > kMostAlike) return fail(ErrorKind::InvalidArgument, format("the JSON schema has more than {} lists and objects of which an answer may follow any", kMostAlike));
            if (m_width > 1 && m_reader.m_returns) return fail(ErrorKind::InvalidArgument, "JSON schemas that refer to themselves in one of several lists or objects are not supported");
            m_reader.m_returns = m_reader.m_returns || m_returned_before;
            m_reader.m_width = m_width;
            return m_reader.rule("any", m_text);
        }

    private:
        static constexpr std::size_t kMostAlike = 64;
        SchemaReader& m_reader;
        const bool m_returned_before;
        std::string m_text;
        std::size_t m_width = 0;
    };

    Result<void> countAlternatives(std::size_t count) {
        m_alternatives += count;
        if (m_alternatives <= kMostAlternatives) return {};
        return fail(ErrorKind::InvalidArgument, format("the JSON schema has more than {} alternatives", kMostAlternatives));
    }

    static const Json* find(const Json& schema, const char* name) {
        const auto found = schema.find(name);
        return found == schema.end() ? nullptr : &*found;
    }
    static std::uint64_t count(const Json& schema, const char* name, std::uint64_t otherwise) {
        const Json* value = find(schema, name);
        return value && value->is_number_unsigned() ? value->get<std::uint64_t>() : otherwise;
    }

    /// Each place that is referred to is one rule, so that it may contain itself.
    Result<std::string> reference(const Json& ref) {
        if (!ref.is_string() || !ref.get_ref<const std::string&>().starts_with('#')) return fail(ErrorKind::InvalidArgument, "the JSON schema refers to another document");
        const std::string& place = ref.get_ref<const std::string&>();
        if (const auto known = m_references.find(place); known != m_references.end()) {
            m_returns = m_returns || known->second.returns;
            m_width = known->second.width;
            return known->second.rule;
        }
        Json::json_pointer pointer;
        try {
            pointer = Json::json_pointer(place.substr(1));
            if (!m_whole.contains(pointer)) return fail(ErrorKind::InvalidArgument, format("the JSON schema has no {}", inQuotes(place)));
        } catch (const std::exception&) {
            return fail(ErrorKind::InvalidArgument, format("the JSON schema refers to {}", inQuotes(place)));
        }
        TESSERA_TRY(const std::string name, rule("ref", "value"));
        m_references.emplace(place, Reference{name});
        const bool returned_before = std::exchange(m_returns, false);
        if (++m_depth > limits::kMaxJsonDepth) return fail(ErrorKind::InvalidArgument, "the JSON schema refers too often from one place to the next");
        TESSERA_TRY(const std::string body, expression(m_whole.at(pointer)));
        --m_depth;
        // Only itself, again: nothing that an answer could be.
        if (body == name) return fail(ErrorKind::InvalidArgument, format("{} of the JSON schema refers to itself", inQuotes(place)));
        m_grammar.m_rules[name] = body;
        m_references[place] = {name, m_returns, m_width};
        m_returns = m_returns || returned_before;
        return name;
    }

    Result<std::string> anyOf(const Json& options) {
        if (!options.is_array() || options.empty()) return fail(ErrorKind::InvalidArgument, "an anyOf of the JSON schema is no list of schemas");
        Alternatives alternatives(*this);
        for (const Json& option : options) TESSERA_CHECK(alternatives.add(expression(option)));
        return alternatives.finish();
    }

    static std::string repeated(std::string_view what, std::uint64_t least, std::uint64_t most) {
        if (most > kMostRepeated) return format("{}{{{},}}", what, least);
        return format("{}{{{},{}}}", what, least, most);
    }

    Result<std::string> string(const Json& schema) {
        const std::uint64_t least = count(schema, "minLength", 0), most = count(schema, "maxLength", UINT64_MAX);
        if (least == 0 && most > kMostRepeated) return std::string("string");
        if (least > kMostRepeated || least > most) return fail(ErrorKind::InvalidArgument, format("a minLength of {} is not supported", least));
        return rule("text", format("\"\\\"\" {} \"\\\"\"", repeated("char", least, most)));
    }

    Result<std::string> array(const Json& schema) {
        const std::uint64_t least = count(schema, "minItems", 0), most = count(schema, "maxItems", UINT64_MAX);
        if (least > kMostRepeated || least > most) return fail(ErrorKind::InvalidArgument, format("minItems of {} is not supported", least));
        std::string item = "value";
        if (const Json* items = find(schema, "items")) {
            TESSERA_TRY(item, expression(*items));
        }
        const std::size_t width = std::max<std::size_t>(m_width, 1);
        m_width = width;
        if (most == 0) return rule("list", "\"[\" ws \"]\"");
        TESSERA_TRY(const std::string more, rule("item", format("\",\" ws {}", item)));
        const std::string all = format("{} {} ws", item, repeated(more, least > 0 ? least - 1 : 0, most == UINT64_MAX ? most : most - 1));
        return rule("list", least > 0 ? format("\"[\" ws {} \"]\"", all) : format("\"[\" ws ({})? \"]\"", all));
    }

    struct Property {
        std::string pair;  // "key": value
        bool required = false;
    };

    /// In the order of the schema. Two chains of rules, before and after the first one that is written, so that their
    /// number grows as that of the properties.
    Result<std::string> object(const Json& schema) {
        std::vector<Property> properties;
        std::size_t width = 1;
        const bool returned_before = std::exchange(m_returns, false);
        if (const Json* named = find(schema, "properties"); named && named->is_object()) {
            for (const auto& [key, value] : named->items()) {
                TESSERA_TRY(const std::string one, expression(value));
                width = std::max(width, m_width);
                properties.push_back({format("{} \":\" ws {}", JsonGrammar::literal(Json(key).dump()), one), isRequired(schema, key)});
            }
        }
        const Json* additional = find(schema, "additionalProperties");
        std::string rest, first;
        if (additional ? !(additional->is_boolean() && !additional->get<bool>()) : properties.empty()) {
            std::string value = "value";
            if (additional) {
                TESSERA_TRY(value, expression(*additional));
                width += m_width;  // a named key may be followed as an additional one, too
                if (m_returns && !properties.empty()) return fail(ErrorKind::InvalidArgument, "JSON schemas that refer to themselves beside additionalProperties are not supported");
            }
            TESSERA_TRY(rest, rule("more", format("(\",\" ws string \":\" ws {})*", value)));
            TESSERA_TRY(first, rule("some", format("(string \":\" ws {} {})?", value, rest)));
        }
        for (auto property = properties.rbegin(); property != properties.rend(); ++property) {
            const std::string after = rest.empty() ? "" : " " + rest;
            TESSERA_TRY(std::string earlier, rule("first", property->required ? property->pair + after : format("{}{} | {}", property->pair, after, first.empty() ? "\"\"" : first)));
            TESSERA_TRY(rest, rule("rest", property->required ? format("\",\" ws {}{}", property->pair, after) : format("(\",\" ws {})?{}", property->pair, after)));
            first = std::move(earlier);
        }
        m_width = width;
        m_returns = m_returns || returned_before;
        return rule("object", first.empty() ? "\"{\" ws \"}\"" : format("\"{{\" ws {} ws \"}}\"", first));
    }

    static bool isRequired(const Json& schema, const std::string& key) {
        const Json* required = find(schema, "required");
        return required && required->is_array() && std::ranges::find(*required, Json(key)) != required->end();
    }

    JsonGrammar& m_grammar;
    const Json& m_whole;
    struct Reference {
        std::string rule;
        bool returns = true;    // to a place that is still being read: as long as this one is, too
        std::size_t width = 1;
    };
    std::map<std::string, Reference> m_references;
    bool m_returns = false;          // what was read last refers to a place that is still being read
    std::size_t m_width = 0;         // of what was read last: lists and objects that an answer may follow side by side
    std::size_t m_alternatives = 0;  // of the whole schema
    int m_depth = 0;  // of references within references
};

Result<std::string> JsonGrammar::add(std::string_view schema) {
    if (schema.empty()) return std::string("object");
    const Json parsed = Json::parse(schema, nullptr, false);
    if (parsed.is_discarded()) return fail(ErrorKind::InvalidArgument, "the JSON schema is no JSON");
    return SchemaReader(*this, parsed).expression(parsed);
}

std::string JsonGrammar::literal(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') quoted += {'\\', c};
        else if (byte < 0x20) quoted += format("\\x{:02X}", byte);
        else quoted += c;
    }
    return quoted + '"';
}

std::string JsonGrammar::text(std::string_view root) const {
    std::string all = format("root ::= {}\n{}", root, kCommonRules);
    for (const auto& [name, body] : m_rules) all += format("{} ::= {}\n", name, body);
    return all;
}

}  // namespace tessera

// SPDX-License-Identifier: GPL-3.0-or-later
// From JSON Schema to a grammar (GBNF) that answers can be held to.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace tessera {

/// Rules for JSON values, with white space as people write it. Enforced of a schema: type, properties in their order,
/// required, additionalProperties (none unless it says so), items, minItems, maxItems, minLength, maxLength, enum, const,
/// anyOf, oneOf (as anyOf), $ref within the schema. Other keywords do not narrow what is allowed (pattern, format,
/// minimum, …), as OpenAI's and llama.cpp's servers do with some of them.
class JsonGrammar {
public:
    /// The name of a rule for values of this schema. "" : any object. InvalidArgument when it is no schema, refers to what
    /// is not there, uses allOf or not, or asks for more rules than limits::kMaxGrammarRules.
    Result<std::string> add(std::string_view schema);
    /// In GBNF's quotes.
    static std::string literal(std::string_view text);
    /// `root`: what the answer is, in terms of the rules.
    std::string text(std::string_view root) const;

private:
    friend class SchemaReader;
    std::map<std::string, std::string> m_rules;
};

/// Between the tokens of JSON: the rule for white space that may stand there.
inline constexpr std::string_view kJsonSpaceRule = "ws";

}  // namespace tessera

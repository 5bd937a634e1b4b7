// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/template_values.h"

#include "core/base/format.h"
#include "core/base/json_width.h"
#include "core/base/limits.h"
#include "core/base/quote.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace tessera {

namespace {

using Json = nlohmann::ordered_json;

jinja::value plain(std::string text) { return jinja::mk_val<jinja::value_string>(std::move(text)); }

/// Every text of it, the keys too.
void forEachText(const Json& json, const std::function<void(const std::string&)>& see) {
    if (json.is_string()) return see(json.get_ref<const std::string&>());
    if (json.is_object())
        for (const auto& [key, value] : json.items()) {
            see(key);
            forEachText(value, see);
        }
    if (json.is_array())
        for (const Json& value : json) forEachText(value, see);
}

/// Discarded when it is no JSON, nests deeper than what is walked through by recursion should, or has very many keys.
Json argumentsOf(const ToolCall& call) {
    int deepest = 0;
    JsonWidth width(limits::kMaxSchemaProperties);
    const auto note = [&](int depth, Json::parse_event_t event, Json&) {
        deepest = std::max(deepest, depth);
        if (event == Json::parse_event_t::object_start) width.beginObject(depth);
        return deepest <= limits::kMaxJsonDepth && (event != Json::parse_event_t::key || width.addKey(depth));
    };
    Json parsed = Json::parse(call.arguments, note, false);
    return deepest <= limits::kMaxJsonDepth && !width.isTooWide() ? parsed : Json(Json::value_t::discarded);
}

}  // namespace

Result<TemplateValues> TemplateValues::read(const std::vector<ChatMessage>& messages, const std::vector<Tool>& tools, const ControlTextSeal& seal) {
    TemplateValues values(messages, seal);
    values.m_tools = Json::array();
    for (const Tool& tool : tools) {
        Json function{{"name", tool.name}, {"description", tool.description}};
        Json parameters = tool.parameters.empty() ? Json{{"type", "object"}, {"properties", Json::object()}} : Json::parse(tool.parameters, nullptr, false);
        if (!parameters.is_object()) return fail(ErrorKind::InvalidArgument, format("the parameters of tool {} are no JSON object", inQuotes(tool.name)));
        function["parameters"] = std::move(parameters);
        values.m_tools.push_back({{"type", "function"}, {"function", std::move(function)}});
    }
    return values;
}

void TemplateValues::showTo(ControlTextSeal& seal) const {
    const auto see = [&seal](const std::string& text) { seal.look(text); };
    forEachText(m_tools, see);
    for (const ChatMessage& message : m_messages) {
        for (const std::string* text : {&message.content, &message.reasoning, &message.tool_call_id}) see(*text);
        for (const ToolCall& call : message.tool_calls) {
            for (const std::string* text : {&call.id, &call.name, &call.arguments}) see(*text);
            if (const Json arguments = argumentsOf(call); !arguments.is_discarded()) forEachText(arguments, see);
        }
    }
}

jinja::value TemplateValues::typed(const std::string& text) const {
    auto value = jinja::mk_val<jinja::value_string>(m_seal.sealed(text));
    value->mark_input();
    return value;
}

jinja::value TemplateValues::typed(const Json& json) const {
    switch (json.type()) {
        case Json::value_t::object: {
            auto object = jinja::mk_val<jinja::value_object>();
            for (const auto& [key, value] : json.items()) object->insert(plain(m_seal.sealed(key)), typed(value));
            return object;
        }
        case Json::value_t::array: {
            auto list = jinja::mk_val<jinja::value_array>();
            for (const Json& value : json) list->push_back(typed(value));
            return list;
        }
        case Json::value_t::string: return typed(json.get_ref<const std::string&>());
        case Json::value_t::boolean: return jinja::mk_val<jinja::value_bool>(json.get<bool>());
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned: return jinja::mk_val<jinja::value_int>(json.get<std::int64_t>());
        case Json::value_t::number_float: return jinja::mk_val<jinja::value_float>(json.get<double>());
        default: return jinja::mk_val<jinja::value_none>();
    }
}

jinja::value TemplateValues::tools() const {
    if (m_tools.empty()) return jinja::mk_val<jinja::value_none>();
    return typed(m_tools);
}

jinja::value TemplateValues::content(const ChatMessage& message, const TemplateForms& forms) const {
    if (forms.null_content && message.content.empty() && !message.tool_calls.empty()) return jinja::mk_val<jinja::value_none>();
    if (!forms.typed_content) return typed(message.content);
    auto part = jinja::mk_val<jinja::value_object>();
    part->insert(plain("type"), plain("text"));
    part->insert(plain("text"), typed(message.content));
    auto parts = jinja::mk_val<jinja::value_array>();
    parts->push_back(jinja::value(part));
    return parts;
}

jinja::value TemplateValues::toolCalls(const ChatMessage& message, const TemplateForms& forms) const {
    auto list = jinja::mk_val<jinja::value_array>();
    for (const ToolCall& call : message.tool_calls) {
        const Json arguments = argumentsOf(call);
        auto function = jinja::mk_val<jinja::value_object>();
        function->insert(plain("name"), typed(call.name));
        function->insert(plain("arguments"), forms.object_arguments && arguments.is_object() ? typed(arguments) : typed(call.arguments));
        auto object = jinja::mk_val<jinja::value_object>();
        if (!call.id.empty()) object->insert(plain("id"), typed(call.id));
        object->insert(plain("type"), plain("function"));
        object->insert(plain("function"), jinja::value(function));
        list->push_back(jinja::value(object));
    }
    return list;
}

jinja::value TemplateValues::messages(const TemplateForms& forms) const {
    auto list = jinja::mk_val<jinja::value_array>();
    for (const ChatMessage& message : m_messages) {
        auto object = jinja::mk_val<jinja::value_object>();
        object->insert(plain("role"), plain(message.role));
        object->insert(plain("content"), content(message, forms));
        if (!message.reasoning.empty()) {
            object->insert(plain("reasoning_content"), typed(message.reasoning));
            // gpt-oss's name for it; its template refuses both before a call.
            if (message.tool_calls.empty() || message.content.empty()) object->insert(plain("thinking"), typed(message.reasoning));
        }
        if (!message.tool_calls.empty()) object->insert(plain("tool_calls"), toolCalls(message, forms));
        if (!message.tool_call_id.empty()) object->insert(plain("tool_call_id"), typed(message.tool_call_id));
        list->push_back(jinja::value(object));
    }
    return list;
}

}  // namespace tessera

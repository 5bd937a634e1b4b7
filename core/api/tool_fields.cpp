// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/tool_fields.h"

#include "core/base/format.h"
#include "core/base/json_width.h"
#include "core/base/limits.h"
#include "core/base/quote.h"

#include <algorithm>

namespace tessera {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxNameBytes = 64;  // OpenAI's own

/// Names stand in prompts as they are: nothing in them may mean anything there.
bool isToolName(const std::string& name) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
    return !name.empty() && name.size() <= kMaxNameBytes && std::ranges::all_of(name, allowed);
}

}  // namespace

ApiResult<OrderedJson> orderedFields(std::string_view body) {
    using Event = OrderedJson::parse_event_t;
    JsonWidth width(limits::kMaxSchemaProperties);
    const auto onlyThese = [&width](int depth, Event event, OrderedJson& value) {
        if (event == Event::object_start) width.beginObject(depth);
        if (event != Event::key) return true;
        return (depth != 1 || value == "tools" || value == "response_format") && width.addKey(depth);
    };
    OrderedJson fields = OrderedJson::parse(body, onlyThese, false);
    if (width.isTooWide()) return wrongField("tools", format("an object of tools or response_format has more than {} keys", limits::kMaxSchemaProperties));
    return fields;
}

ApiResult<std::vector<Tool>> readTools(const OrderedJson& tools) {
    if (!tools.is_array()) return wrongField("tools", "tools must be a list", "invalid_type");
    if (tools.size() > limits::kMaxTools) return wrongField("tools", format("{} tools are given; at most {} may be", tools.size(), limits::kMaxTools));
    std::vector<Tool> read;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < tools.size(); ++i) {
        const std::string place = format("tools[{}]", i);
        const OrderedJson& tool = tools[i];
        if (!tool.is_object() || textOf(tool, "type") != "function") return wrongField(place, format("{} must have the type function", place), "invalid_type");
        const auto function = tool.find("function");
        if (function == tool.end() || !function->is_object()) return wrongField(place + ".function", format("{}.function is missing", place), "missing_required_parameter");
        Tool one{textOf(*function, "name"), textOf(*function, "description"), {}};
        if (!isToolName(one.name)) return wrongField(place + ".function.name", format("{}.function.name must have 1 to {} letters, digits, '_', '-' or '.'", place, kMaxNameBytes));
        if (std::ranges::any_of(read, [&](const Tool& other) { return other.name == one.name; })) return wrongField(place + ".function.name", format("there are two tools named {}", inQuotes(one.name)));
        if (const auto parameters = function->find("parameters"); parameters != function->end() && !parameters->is_null()) {
            if (!parameters->is_object()) return wrongField(place + ".function.parameters", format("{}.function.parameters must be a JSON schema", place), "invalid_type");
            if (!parameters->empty()) one.parameters = parameters->dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
        }
        bytes += one.description.size() + one.parameters.size();
        if (bytes > limits::kMaxToolBytes) return wrongField("tools", format("the tools are longer than {}", formatBytes(limits::kMaxToolBytes)));
        read.push_back(std::move(one));
    }
    return read;
}

ApiResult<ToolChoice> readToolChoice(const Json& choice, const std::vector<Tool>& tools) {
    using Kind = ToolChoice::Kind;
    ToolChoice read;
    if (choice == "none") return ToolChoice{Kind::None, {}};
    if (choice == "auto") return read;
    if (choice == "required") {
        read.kind = Kind::Required;
    } else if (choice.is_object() && choice.contains("function") && choice["function"].is_object()) {
        read = {Kind::Named, textOf(choice["function"], "name")};
    } else {
        return wrongField("tool_choice", "tool_choice must be none, auto, required, or name a function", "invalid_type");
    }
    if (tools.empty()) return wrongField("tool_choice", "tool_choice needs tools");
    const bool known = read.kind != Kind::Named || std::ranges::any_of(tools, [&](const Tool& tool) { return tool.name == read.name; });
    if (!known) return wrongField("tool_choice", format("tool_choice names {}, which is none of the tools", inQuotes(read.name)));
    return read;
}

ApiResult<std::optional<std::string>> readResponseFormat(const OrderedJson& form) {
    if (!form.is_object()) return wrongField("response_format", "response_format must be an object", "invalid_type");
    const std::string type = textOf(form, "type");
    if (type == "text") return std::nullopt;
    if (type == "json_object") return std::string();
    if (type != "json_schema") return wrongField("response_format", format("response_format has the type {}; text, json_object and json_schema are known here", inQuotes(type)), "unsupported_value");
    const auto named = form.find("json_schema");
    const auto schema = named != form.end() && named->is_object() ? named->find("schema") : form.end();
    if (named == form.end() || !named->is_object() || schema == named->end() || !schema->is_object()) return wrongField("response_format", "response_format.json_schema.schema is missing", "missing_required_parameter");
    return schema->dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

ApiResult<std::vector<ToolCall>> readToolCalls(const Json& calls, const std::string& place) {
    if (!calls.is_array()) return wrongField(place, format("{} must be a list", place), "invalid_type");
    if (calls.size() > limits::kMaxToolCalls) return wrongField(place, format("{} has {} calls; at most {} may be in one message", place, calls.size(), limits::kMaxToolCalls));
    std::vector<ToolCall> read;
    for (const Json& call : calls) {
        const auto function = call.is_object() ? call.find("function") : call.end();
        if (!call.is_object() || function == call.end() || !function->is_object()) return wrongField(place, format("{} has a call without its function", place), "invalid_type");
        ToolCall one{textOf(call, "id"), textOf(*function, "name"), textOf(*function, "arguments")};
        if (!isToolName(one.name)) return wrongField(place, format("{} has a call whose function has no name", place));
        if (const auto arguments = function->find("arguments"); arguments != function->end() && arguments->is_object()) one.arguments = arguments->dump(-1, ' ', false, Json::error_handler_t::replace);
        if (one.arguments.empty()) one.arguments = "{}";
        read.push_back(std::move(one));
    }
    return read;
}

}  // namespace tessera

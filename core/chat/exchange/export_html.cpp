// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/chat/exchange/export.h"

namespace tessera {

namespace {

std::string escaped(std::string_view raw) {
    std::string text;
    for (const char c : toValidUtf8(raw)) {
        switch (c) {
            case '&': text += "&amp;"; break;
            case '<': text += "&lt;"; break;
            case '>': text += "&gt;"; break;
            case '"': text += "&quot;"; break;
            case '\'': text += "&#39;"; break;
            default:
                // Controls are not allowed in HTML; their pictures are.
                if (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') {
                    text += "\xe2\x90";
                    text += static_cast<char>(0x80 + c);
                } else {
                    text += c;
                }
        }
    }
    return text;
}

bool isFence(std::string_view line) {
    const std::size_t start = line.find_first_not_of(' ');
    return start != std::string_view::npos && start < 4 &&
           (line.substr(start).starts_with("```") || line.substr(start).starts_with("~~~"));
}

/// Fenced code in blocks of its own, the rest as it was typed.
std::string body(std::string_view text) {
    std::string html = "<div class=\"text\">";
    bool in_code = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (isFence(line)) {
            html += in_code ? escaped(line) + "</pre><div class=\"text\">" : "</div><pre>" + escaped(line) + "\n";
            in_code = !in_code;
        } else {
            html += escaped(line) + "\n";
        }
    }
    return html + (in_code ? "</pre>" : "</div>");
}

constexpr std::string_view kStyle =
    "body{font:16px/1.45 system-ui,sans-serif;max-width:760px;margin:32px auto;padding:0 16px;color:#1a1d21;background:#fff}"
    ".text{white-space:pre-wrap;overflow-wrap:anywhere}.user{background:#eef0f3;border-radius:12px;padding:12px 16px}"
    "pre{background:#eef0f3;border:1px solid #d3d8df;border-radius:8px;padding:12px;overflow:auto}"
    "h2{font-size:13px;color:#555d68;margin:24px 0 8px}"
    "@media(prefers-color-scheme:dark){body{color:#e7e9ec;background:#1c1f24}.user,pre{background:#272b32;border-color:#363b44}"
    "h2{color:#a3abb7}}";

std::string section(std::string_view kind, const std::string& heading, std::string_view text) {
    return "<section class=\"" + std::string(kind) + "\"><h2>" + escaped(heading) + "</h2>" + body(text) + "</section>\n";
}

}  // namespace

std::string toHtml(const StoredConversation& conversation, const ExportWords& words) {
    std::string html = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">\n"
                       // Should an escape ever be missing, the page still loads and runs nothing.
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width\">\n<title>";
    html += escaped(conversation.info.title) + "</title>\n<style>" + std::string(kStyle) + "</style></head>\n<body><h1>";
    html += escaped(conversation.info.title) + "</h1>\n";
    if (!conversation.info.system_prompt.empty())
        html += section("system", words.system_prompt, conversation.info.system_prompt);
    for (const MessageNumber number : conversation.tree.path()) {
        const Message& message = *conversation.tree.find(number);
        const bool user = message.role == MessageRole::User;
        html += section(user ? "user" : "assistant", user ? words.user : words.assistant, promptText(message));
    }
    return html + "</body></html>\n";
}

}  // namespace tessera

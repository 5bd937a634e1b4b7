// SPDX-License-Identifier: GPL-3.0-or-later
// Chats as other programs write them: by hand, after the programs' formats. All are about the capital of France.
#pragma once

#include <QByteArray>

namespace tessera::test {

/// Two versions are beside the answer, one message follows it.
inline constexpr const char* kLmStudio = R"json({
 "name": "Capitals", "pinned": true, "createdAt": 1724198400000, "tokenCount": 61, "systemPrompt": "old place",
 "lastUsedModel": {"identifier": "smollm2-135m-instruct", "indexedModelIdentifier": "x/y/z.gguf"},
 "perChatPredictionConfig": {"fields": [{"key": "llm.prediction.temperature", "value": 0.2},
                                        {"key": "llm.prediction.systemPrompt", "value": "Be brief."}]},
 "messages": [
  {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Capital of France?"}]}],
   "currentlySelected": 0},
  {"versions": [
    {"type": "multiStep", "role": "assistant", "steps": [
      {"type": "contentBlock", "content": [{"type": "text", "text": "Lyon."}]}]},
    {"type": "multiStep", "role": "assistant", "steps": [
      {"type": "contentBlock", "style": {"type": "thinking", "ended": true}, "content": [{"type": "text", "text": "Easy"}]},
      {"type": "debugInfoBlock", "debugInfo": "Conversation naming technique: prompt"},
      {"type": "contentBlock", "content": [{"type": "text", "text": "Paris."}]}]},
    {"type": "multiStep", "role": "assistant", "steps": [
      {"type": "contentBlock", "content": [{"type": "text", "text": "Nice."}]}]}],
   "currentlySelected": 1},
  {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Thanks"}]}],
   "currentlySelected": 0}]})json";

/// An edited question, a tool, and what is no conversation.
inline constexpr const char* kChatGpt = R"json([{
 "title": "Capitals", "create_time": 1706745600.5, "update_time": 1706745900.0, "current_node": "a1", "mapping": {
  "root": {"id": "root", "parent": null, "children": ["sys"], "message": null},
  "sys": {"id": "sys", "parent": "root", "children": ["u1", "u2"], "message": {"author": {"role": "system"},
    "weight": 0.0, "content": {"content_type": "text", "parts": [""]}, "metadata": {"is_visually_hidden_from_conversation": true}}},
  "u1": {"id": "u1", "parent": "sys", "children": ["a1"], "message": {"author": {"role": "user"}, "create_time": 1706745600.0,
    "content": {"content_type": "text", "parts": ["Capital of France?"]}}},
  "a1": {"id": "a1", "parent": "u1", "children": [], "message": {"author": {"role": "assistant"}, "create_time": 1706745610.0,
    "content": {"content_type": "text", "parts": ["Paris."]}, "metadata": {"model_slug": "gpt-4o"}}},
  "u2": {"id": "u2", "parent": "sys", "children": ["t2"], "message": {"author": {"role": "user"}, "create_time": 1706745620.0,
    "content": {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}, "Capital of Spain?"]}}},
  "t2": {"id": "t2", "parent": "u2", "children": ["a2"], "message": {"author": {"role": "tool"},
    "content": {"content_type": "text", "parts": ["tool output"]}}},
  "a2": {"id": "a2", "parent": "t2", "children": ["u1"], "message": {"author": {"role": "assistant"},
    "content": {"content_type": "code", "language": "python", "text": "print('Madrid')"}}}}},
 {"title": "empty", "mapping": {}}, 42])json";

/// The messages of a thread, out of order, with a picture and a half line; and the thread's own file.
inline constexpr const char* kJanMessages =
    R"json({"id":"02","object":"thread.message","thread_id":"jan_1","role":"assistant","content":[{"type":"reasoning","text":{"value":"Easy","annotations":[]}},{"type":"text","text":{"value":"Paris.","annotations":[]}}],"status":"ready","created_at":1751012639307,"metadata":{}}
{"id":"01","object":"thread.message","thread_id":"jan_1","role":"user","content":[{"type":"text","text":{"value":"Capital of France?","annotations":[]}}],"status":"ready","created_at":1751012630000}
{"id":"03","object":"thread.message","thread_id":"jan_1","role":"user","content":[{"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":{"value":"Thanks","annotations":[]}}],"created_at":1751012650000}
{"id":"04","object":"thread.mess)json";
inline constexpr const char* kJanThread =
    R"json({"id":"jan_1","object":"thread","title":"Capitals","assistants":[{"assistant_id":"jan","instructions":"Be brief.","model":{"id":"smollm2"}}],"created":1751012600})json";

/// A question with an attachment and its answer, in a version 1–12 of the format.
QByteArray gpt4AllChat(int version);

}  // namespace tessera::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/live_model.h"

namespace tessera::ui {

Result<std::shared_ptr<LiveModel>> LiveModel::make(std::shared_ptr<LoadedModel> model, EngineKind kind, const EngineOptions& options,
                                                   const Operation& operation) {
    const bool through_nodes = kind == EngineKind::Fragments && isSeenThroughNodes(*model);
    const bool own = !through_nodes && model->engine->kind() != (kind == EngineKind::Fragments ? "fragments" : "llama.cpp");
    std::shared_ptr<LiveModel> live(new LiveModel(std::move(model), kind));
    if (own) {
        TESSERA_TRY(live->m_own_engine, makeEngine(*live->m_model, kind, options, operation));
    }
    return live;
}

bool isSeenThroughNodes(const LoadedModel& model) {
    if (model.engine->kind() != "nodes") return false;
    const auto layers = static_cast<std::int32_t>(model.engine->facts().layers);
    const auto here = layersPresent(*model.set.store, layers);
    return here.size() != 1 || here.front().layers() != layers;
}

Result<std::vector<TokenId>> tokensOfPrompt(const LoadedModel& model, const std::string& text, PromptKind kind) {
    if (kind == PromptKind::Raw || !model.chat_template) return promptTokens(model, text, PromptKind::Raw);
    TESSERA_TRY(const auto own, ChatTemplate::fromSource(model.chat_template->source(), *model.tokenizer));
    TESSERA_TRY(const auto parts, own->render({{"user", text}}, true));
    return encodePrompt(*model.tokenizer, parts);
}

}  // namespace tessera::ui

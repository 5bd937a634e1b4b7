// SPDX-License-Identifier: GPL-3.0-or-later
// A loaded model as the inspector works with it: the engine that was asked for, and the end of the model by itself.
#pragma once

#include "core/engine/output_head.h"
#include "core/inspect/inspect.h"
#include "core/model/loaded_model.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tessera::ui {

/// Shared by workers; every method may be called on any thread.
class LiveModel {
public:
    /// With an engine of `kind`: the model's own where it is one, otherwise another over the same bytes. Slow.
    static Result<std::shared_ptr<LiveModel>> make(std::shared_ptr<LoadedModel> model, EngineKind kind, const EngineOptions& options,
                                                   const Operation& operation);

    EngineKind kind() const { return m_kind; }
    const std::shared_ptr<LoadedModel>& model() const { return m_model; }
    Engine& engine() const { return m_own_engine ? *m_own_engine : *m_model->engine; }
    const Tokenizer& tokenizer() const { return *m_model->tokenizer; }

    /// Calls `use(head)` while nobody else uses it. Unsupported with the engine's words where it has none.
    template <class Use>
    auto withHead(Use use, const Operation& operation) -> std::invoke_result_t<Use, OutputHead&> {
        const std::lock_guard lock(m_head_mutex);
        if (!m_head) {
            TESSERA_TRY(m_head, engine().createOutputHead(operation));
        }
        return use(*m_head);
    }

private:
    LiveModel(std::shared_ptr<LoadedModel> model, EngineKind kind) : m_model(std::move(model)), m_kind(kind) {}

    std::shared_ptr<LoadedModel> m_model;
    std::unique_ptr<Engine> m_own_engine;  // null: the model's
    EngineKind m_kind;
    std::mutex m_head_mutex;
    std::unique_ptr<OutputHead> m_head;    // made at first use
};

/// Whether its layers are looked into through nodes, which show norms and the lens alone: this machine lacks some.
bool isSeenThroughNodes(const LoadedModel& model);

/// The tokens of a prompt as they go into the engine. Parses the chat template anew, so that a chat may use the model's
/// own at the same time.
Result<std::vector<TokenId>> tokensOfPrompt(const LoadedModel& model, const std::string& text, PromptKind kind);

}  // namespace tessera::ui

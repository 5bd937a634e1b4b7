// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/prompt_key.h"

#include "core/base/format.h"
#include "core/base/hash.h"
#include "core/engine/fragment_engine.h"
#include "core/engine/model_facts.h"

namespace tessera {

Result<std::string> promptCacheKey(const LoadedModel& model, const SessionOptions& session) {
    if (!model.set.verifiable)
        return fail(ErrorKind::InvalidArgument, "a prompt cache knows a model by its manifest, which this one does not have; 'tessera fragment' makes it");
    const bool bridge = model.engine->kind() == "llama.cpp";
    const auto* fragments = dynamic_cast<const FragmentEngine*>(model.engine.get());
    if ((!bridge && !fragments) || session.spans.size() > 1)
        return fail(ErrorKind::Unsupported, "a prompt cache needs the whole KV cache in this process, not on nodes or in spans");
    TESSERA_TRY(const std::uint32_t context, chooseContextTokens(model.engine->facts(), session));
    const char* const kv_type = session.kv_type == KvType::F16 ? "f16" : session.kv_type == KvType::F32 ? "f32" : "q8_0";
    const char* const exact = session.exact == ExactPolicy::On ? "on" : session.exact == ExactPolicy::Off ? "off" : "auto";
    return format("set {}\nengine {}\nnumerics {}\nkv {}\nflash attention {}\nexact {}\nbatch {}\ncontext {}\n", toHex(model.set.store->manifest().set_id),
                  model.engine->kind(), fragments ? fragments->numericsClass() : numericsClassOf(RepackPolicy::Auto), kv_type, session.flash_attention ? "on" : "off",
                  exact, session.micro_batch, context);
}

}  // namespace tessera

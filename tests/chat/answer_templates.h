// SPDX-License-Identifier: GPL-3.0-or-later
// Chat templates in short: what the real ones of each family write around messages, tools and calls.
#pragma once

namespace tessera::test {

inline constexpr const char* kQwen3 =
    "{%- if tools %}{{- '<|im_start|>system\\n' }}{%- if messages[0].role == 'system' %}{{- messages[0].content + '\\n\\n' }}{%- endif %}"
    "{{- '# Tools\\n<tools>' }}{%- for tool in tools %}{{- '\\n' }}{{- tool | tojson }}{%- endfor %}"
    "{{- '\\n</tools>\\nFor each call: <tool_call>\\n{\"name\": <name>, \"arguments\": <args>}\\n</tool_call><|im_end|>\\n' }}"
    "{%- elif messages[0].role == 'system' %}{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}{%- endif %}"
    "{%- for message in messages %}{%- if message.role == 'user' %}{{- '<|im_start|>user\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- elif message.role == 'assistant' %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if message.reasoning_content %}{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{%- endif %}{{- message.content }}"
    "{%- if message.tool_calls %}{%- for tool_call in message.tool_calls %}{%- if tool_call.function %}{%- set tool_call = tool_call.function %}{%- endif %}"
    "{{- '<tool_call>\\n{\"name\": \"' + tool_call.name + '\", \"arguments\": ' }}"
    "{%- if tool_call.arguments is string %}{{- tool_call.arguments }}{%- else %}{{- tool_call.arguments | tojson }}{%- endif %}{{- '}\\n</tool_call>' }}{%- endfor %}{%- endif %}"
    "{{- '<|im_end|>\\n' }}{%- elif message.role == 'tool' %}{{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{%- endif %}";

inline constexpr const char* kHermes3Llama =
    "{{bos_token}}{% for tool in tools %}{{ tool|tojson }}{% endfor %}{{ 'Within <tool_call></tool_call>: <tool_call>{\"arguments\": {}, \"name\": \"x\"}</tool_call>' }}"
    "{% for message in messages %}{{ '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' + message.content }}{% endfor %}{# \"parameters\" #}";

inline constexpr const char* kQwenCoder =
    "{% for tool in tools %}{{ tool.function.name }}{% endfor %}{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content }}"
    "{% for tool_call in message.tool_calls %}{{ '<tool_call>\\n<function=' + tool_call.function.name + '>\\n' }}{% for key, value in tool_call.function.arguments|items %}"
    "{{ '<parameter=' + key + '>\\n' ~ value ~ '\\n</parameter>\\n' }}{% endfor %}{{ '</function>\\n</tool_call>' }}{% endfor %}{{ '<|im_end|>\\n' }}{% endfor %}";

inline constexpr const char* kSmolLm3 =
    "{{ '<|im_start|>system\\n' }}{%- if xml_tools %}{{ '<tools>\\n' }}{%- for tool in xml_tools %}{{ tool | string ~ '\\n' }}{%- endfor %}{{ '</tools> call in <tool_call> tags' }}{%- endif %}{{ '<|im_end|>\\n' }}"
    "{%- for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endfor %}{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{%- endif %}";

inline constexpr const char* kLlama31 =
    "{{- bos_token }}{%- if tools is not none %}{{- '{\"name\": function name, \"parameters\": dictionary}' }}{%- for t in tools %}{{- t | tojson(indent=4) }}{%- endfor %}{%- endif %}"
    "{%- for message in messages %}{%- if 'tool_calls' in message %}{%- if not message.tool_calls|length == 1 %}{{- raise_exception('This model only supports single tool-calls at once!') }}{%- endif %}"
    "{%- set call = message.tool_calls[0].function %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n<|python_tag|>{\"name\": \"' + call.name + '\", \"parameters\": ' }}{{- call.arguments | tojson }}{{- '}<|eot_id|>' }}"
    "{%- elif message.role == 'tool' %}{{- '<|start_header_id|>ipython<|end_header_id|>\\n\\n' + message.content + '<|eot_id|>' }}"
    "{%- else %}{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}";

inline constexpr const char* kMistralNemo =
    "{{- bos_token }}{%- for message in messages %}{%- if message['role'] == 'user' %}{%- if tools is not none and loop.last %}{{- '[AVAILABLE_TOOLS]' + tools|tojson + '[/AVAILABLE_TOOLS]' }}{%- endif %}"
    "{{- '[INST]' + message['content'] + '[/INST]' }}{%- elif message.tool_calls is defined and message.tool_calls is not none %}{{- '[TOOL_CALLS][' }}{%- for tool_call in message.tool_calls %}"
    "{%- set out = tool_call.function|tojson %}{{- out[:-1] }}{%- if not tool_call.id is defined or tool_call.id|length != 9 %}{{- raise_exception('Tool call IDs should be alphanumeric strings with length 9!') }}{%- endif %}"
    "{{- ', \"id\": \"' + tool_call.id + '\"}' }}{%- if not loop.last %}{{- ', ' }}{%- else %}{{- ']' + eos_token }}{%- endif %}{%- endfor %}"
    "{%- elif message['role'] == 'assistant' %}{{- message['content'] + eos_token }}{%- elif message['role'] == 'tool' %}{{- '[TOOL_RESULTS]{\"content\": ' + message.content|string + ', \"call_id\": \"' + message.tool_call_id + '\"}[/TOOL_RESULTS]' }}{%- endif %}{%- endfor %}";

inline constexpr const char* kMistralSmall =
    "{{- bos_token }}{%- for message in messages %}{%- if message['role'] == 'user' %}{%- if tools is not none %}{{- '[AVAILABLE_TOOLS]' + tools|tojson + '[/AVAILABLE_TOOLS]' }}{%- endif %}{{- '[INST]' + message['content'] + '[/INST]' }}"
    "{%- elif message['role'] == 'assistant' %}{%- if message.get('tool_calls') %}{%- for tool_call in message.tool_calls %}{{- '[TOOL_CALLS]' + tool_call.function.name + '[CALL_ID]' + tool_call.id + '[ARGS]' + tool_call['function']['arguments']|tojson }}{%- endfor %}{{- eos_token }}"
    "{%- else %}{{- '[THINK]' + message['reasoning_content'] + '[/THINK]' + message['content'] + eos_token }}{%- endif %}{%- elif message['role'] == 'tool' %}{{- '[TOOL_RESULTS]' + message.tool_call_id + message.content|string + '[/TOOL_RESULTS]' }}{%- endif %}{%- endfor %}";

inline constexpr const char* kGptOss =
    "{{- '<|start|>system<|message|>Reasoning: ' + (reasoning_effort if reasoning_effort is defined else 'medium') + '<|end|>' }}{%- if tools %}{{- '<|start|>developer<|message|># Tools\\n' }}{%- for tool in tools %}{{- tool.function.name + ': ' + tool.function.parameters|tojson }}{%- endfor %}{{- '<|end|>' }}{%- endif %}"
    "{%- set last = namespace(name=none) %}{%- for message in messages -%}{%- if message.role == 'assistant' -%}{%- if 'tool_calls' in message %}{%- set call = message.tool_calls[0].function %}"
    "{%- if message.content and message.thinking %}{{- raise_exception('Cannot pass both content and thinking in an assistant message with tool calls!') }}{%- elif message.thinking %}{{- '<|start|>assistant<|channel|>analysis<|message|>' + message.thinking + '<|end|>' }}{%- endif %}"
    "{{- '<|start|>assistant to=functions.' + call.name + '<|channel|>commentary json<|message|>' }}{{- call.arguments|tojson }}{{- '<|call|>' }}{%- set last.name = call.name %}"
    "{%- else %}{{- '<|start|>assistant<|channel|>final<|message|>' + message.content + '<|end|>' }}{%- endif %}"
    "{%- elif message.role == 'tool' -%}{{- '<|start|>functions.' + last.name + ' to=assistant<|channel|>commentary<|message|>' + message.content|tojson + '<|end|>' }}"
    "{%- elif message.role == 'user' -%}{{- '<|start|>user<|message|>' + message.content + '<|end|>' }}{%- endif -%}{%- endfor -%}{%- if add_generation_prompt -%}<|start|>assistant{%- endif -%}";

inline constexpr const char* kDeepSeekR1 =
    "{{bos_token}}{%- for message in messages -%}{%- if message['role'] == 'user' -%}{{'<｜User｜>' + message['content']}}{%- endif -%}"
    "{%- if message['role'] == 'assistant' and message['tool_calls'] -%}{{'<｜Assistant｜><｜tool▁calls▁begin｜>'}}{%- for tool in message['tool_calls'] -%}"
    "{{'<｜tool▁call▁begin｜>' + tool['type'] + '<｜tool▁sep｜>' + tool['function']['name'] + '\\n```json\\n' + tool['function']['arguments'] | tojson + '\\n```<｜tool▁call▁end｜>'}}{%- endfor -%}{{'<｜tool▁calls▁end｜><｜end▁of▁sentence｜>'}}{%- endif -%}"
    "{%- if message['role'] == 'assistant' and message['content'] is not none -%}{%- set content = message['content'] -%}{%- if '</think>' in content -%}{%- set content = content.split('</think>')[-1] -%}{%- endif -%}{{'<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>'}}{%- endif -%}"
    "{%- if message['role'] == 'tool' -%}{{'<｜tool▁outputs▁begin｜>' + message['content'] + '<｜tool▁outputs▁end｜>'}}{%- endif -%}{%- endfor -%}{%- if add_generation_prompt -%}{{'<｜Assistant｜><think>\\n'}}{%- endif %}";

inline constexpr const char* kDeepSeekV31 =
    "{{bos_token}}{%- for message in messages -%}{{'<｜User｜>' + message['content']}}{%- for tool in message['tool_calls'] -%}{{'<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>'+ tool['function']['name'] + '<｜tool▁sep｜>' + tool['function']['arguments'] | tojson + '<｜tool▁call▁end｜><｜tool▁calls▁end｜>'}}{%- endfor -%}{%- endfor -%}";

inline constexpr const char* kGlm45 =
    "[gMASK]<sop>{%- if tools %}<|system|>\n# Tools\n<tools>\n{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}</tools>\nFor each call:\n<tool_call>{function-name}\n<arg_key>{arg-key-1}</arg_key>\n<arg_value>{arg-value-1}</arg_value>\n...\n</tool_call>{%- endif %}"
    "{%- for m in messages %}{%- if m.role == 'user' %}<|user|>\n{{ m.content }}{%- elif m.role == 'assistant' %}<|assistant|>{{ '\n<think></think>' }}{%- if m.content %}{{ '\n' + m.content }}{%- endif %}"
    "{%- for tc in m.tool_calls %}{%- set tc = tc.function %}{{ '\n<tool_call>' + tc.name }}{% for k, v in tc.arguments.items() %}{{ '\n<arg_key>' ~ k ~ '</arg_key>\n<arg_value>' }}{{ v | tojson if v is not string else v }}{{ '</arg_value>' }}{% endfor %}{{ '\n</tool_call>' }}{%- endfor %}"
    "{%- elif m.role == 'tool' %}<|observation|>{{ '\n<tool_response>\n' + m.content + '\n</tool_response>' }}{%- endif %}{%- endfor %}{%- if add_generation_prompt %}<|assistant|>{%- if enable_thinking is defined and not enable_thinking %}{{ '\n<think></think>' }}{%- endif %}{%- endif %}";

inline constexpr const char* kKimiK2 =
    "{%- if tools -%}<|im_system|>tool_declare<|im_middle|>{{ tools | tojson }}<|im_end|>{%- endif -%}{%- for message in messages -%}<|im_user|>{{ message.role }}<|im_middle|>"
    "{%- if message['role'] == 'assistant' and message.get('tool_calls') -%}{%- if message['content'] -%}{{ message['content'] }}{%- endif -%}<|tool_calls_section_begin|>{%- for tool_call in message['tool_calls'] -%}"
    "<|tool_call_begin|>{{ tool_call['id'] }}<|tool_call_argument_begin|>{{ tool_call['function']['arguments'] | tojson }}<|tool_call_end|>{%- endfor -%}<|tool_calls_section_end|>"
    "{%- elif message['role'] == 'tool' -%}{{ '## Return of ' + message.tool_call_id + '\n' + message['content'] }}{%- else -%}{{ message['content'] }}{%- endif -%}<|im_end|>{%- endfor -%}{%- if add_generation_prompt -%}<|im_assistant|>assistant<|im_middle|>{%- endif -%}";

inline constexpr const char* kGranite33 =
    "{%- if tools and not available_tools -%}{%- set available_tools = tools -%}{%- endif -%}{%- set system_message = 'You are Granite, developed by IBM.' %}"
    "{%- if available_tools %}{%- set system_message = system_message + ' When a tool is required to answer the user\\'s query, respond only with <|tool_call|> followed by a JSON list of tools used.' %}{%- endif %}"
    "{%- if thinking %}{%- set system_message = system_message + ' Write your thoughts between <think></think> and write your response between <response></response> for each user query.' %}{%- endif %}"
    "{{- '<|start_of_role|>system<|end_of_role|>' + system_message + '<|end_of_text|>\n' }}{%- if available_tools %}{{- '<|start_of_role|>available_tools<|end_of_role|>' + available_tools | tojson(indent=4) + '<|end_of_text|>\n' }}{%- endif %}"
    "{%- for message in messages %}{{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' + message['content'] + '<|end_of_text|>\n' }}{%- endfor %}{%- if add_generation_prompt %}{{- '<|start_of_role|>assistant<|end_of_role|>' }}{%- endif %}";

inline constexpr const char* kGranite4 =
    "{%- if tools %}{{- '<|start_of_role|>system<|end_of_role|>You may call tools within <tools></tools> XML tags:\n<tools>' }}{%- for tool in tools %}{{- '\n' + (tool | tojson) }}{%- endfor %}"
    "{{- '\n</tools>\n\nFor each tool call, return a json object within <tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call><|end_of_text|>\n' }}{%- endif %}"
    "{%- for message in messages %}{%- if message.role == 'tool' %}{{- '<|start_of_role|>user<|end_of_role|>\n<tool_response>\n' + message.content + '\n</tool_response><|end_of_text|>\n' }}{%- else %}{{- '<|start_of_role|>' + message.role + '<|end_of_role|>' + message.content }}"
    "{%- for tool_call in message.tool_calls %}{{- '\n<tool_call>\n{\"name\": \"' + tool_call.function.name + '\", \"arguments\": ' }}{{- tool_call.function.arguments | tojson }}{{- '}\n</tool_call>' }}{%- endfor %}{{- '<|end_of_text|>\n' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|start_of_role|>assistant<|end_of_role|>' }}{%- endif %}";

inline constexpr const char* kGemma3 =
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\\n' + message.content | trim + '<end_of_turn>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}";

}  // namespace tessera::test

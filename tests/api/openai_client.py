#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the official `openai` client library against a running server: openai_client.py http://127.0.0.1:8337/v1 MODEL [KEY].

Chat, streaming, stop, seeds, log probabilities, tools, answers that follow a schema, errors, and leaving in the middle of
an answer. Ends with 1 at the first thing that is not as it should be. Needs `pip install openai`."""
import json
import sys

import openai
import pydantic


class Country(pydantic.BaseModel):
    capital: str = pydantic.Field(max_length=30)
    continent: str = pydantic.Field(max_length=30)


WEATHER = {"type": "function", "function": {"name": "get_weather", "description": "Get the current weather of a city", "parameters": {
    "type": "object", "required": ["city", "unit"],
    "properties": {"city": {"type": "string", "maxLength": 40}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}}}}}


def check_tools(client, model):
    asked = [{"role": "user", "content": "What is the weather in Paris?"}]
    common = {"model": model, "messages": asked, "temperature": 0, "max_tokens": 100, "tools": [WEATHER]}
    named = {"type": "function", "function": {"name": "get_weather"}}

    choice = client.chat.completions.create(**common, tool_choice=named).choices[0]
    call = choice.message.tool_calls[0]
    arguments = json.loads(call.function.arguments)
    assert call.type == "function" and call.id and call.function.name == "get_weather" and choice.finish_reason == "tool_calls", choice
    assert choice.message.content is None and set(arguments) == {"city", "unit"} and arguments["unit"] in ("celsius", "fahrenheit"), arguments

    # The library puts a streamed call together itself.
    with client.chat.completions.stream(**common, tool_choice="required") as stream:
        grown = [event.arguments_delta for event in stream if event.type == "tool_calls.function.arguments.delta"]
        streamed = stream.get_final_completion().choices[0]
    assert streamed.finish_reason == "tool_calls" and json.loads(streamed.message.tool_calls[0].function.arguments) == arguments, streamed
    assert len(grown) > 4 and "".join(grown) == streamed.message.tool_calls[0].function.arguments, grown

    # What came of it is told the model.
    asked += [choice.message.to_dict(), {"role": "tool", "tool_call_id": call.id, "content": "17 degrees, rain"}]
    told = client.chat.completions.create(model=model, messages=asked, tools=[WEATHER], tool_choice="auto", temperature=0, max_tokens=40)
    assert told.choices[0].message.content or told.choices[0].message.tool_calls, told

    country = client.chat.completions.parse(model=model, messages=[{"role": "user", "content": "Tell me about France."}], temperature=0, max_tokens=100, response_format=Country)
    assert isinstance(country.choices[0].message.parsed, Country), country


def main(base_url, model, key="none"):
    client = openai.OpenAI(base_url=base_url, api_key=key, max_retries=0)
    question = [{"role": "user", "content": "Tell me the capital of France."}]
    common = {"model": model, "messages": question, "temperature": 0, "max_tokens": 32}

    assert [found.id for found in client.models.list()] == [model]
    assert client.models.retrieve(model).id == model

    chat = client.chat.completions.create(**common)
    text = chat.choices[0].message.content
    assert "Paris" in text and chat.choices[0].finish_reason == "stop", chat
    assert chat.usage.total_tokens == chat.usage.prompt_tokens + chat.usage.completion_tokens

    pieces, usage = [], None
    for event in client.chat.completions.create(**common, stream=True, stream_options={"include_usage": True}):
        if event.usage:
            usage = event.usage
        elif event.choices[0].delta.content:
            pieces.append(event.choices[0].delta.content)
    assert "".join(pieces) == text and len(pieces) > 2, pieces
    assert usage.completion_tokens == chat.usage.completion_tokens

    stopped = client.chat.completions.create(**common, stop=["Paris"])
    assert "Paris" not in stopped.choices[0].message.content and stopped.choices[0].finish_reason == "stop"

    likely = client.chat.completions.create(**common, logprobs=True, top_logprobs=2).choices[0].logprobs.content
    assert "".join(token.token for token in likely).strip() == text.strip() and all(len(token.top_logprobs) == 2 for token in likely)

    story = {"model": model, "messages": [{"role": "user", "content": "Tell me a story."}], "temperature": 1.5, "max_tokens": 32}
    told = [client.chat.completions.create(**story, seed=seed).choices[0].message.content for seed in (7, 7, 8)]
    assert told[0] == told[1] != told[2], told

    counted = client.completions.create(model=model, prompt="1, 2, 3, 4, 5,", temperature=0, max_tokens=8)
    assert "6, 7" in counted.choices[0].text, counted

    check_tools(client, model)

    for broken, error in ((dict(common, model="gpt-9"), openai.NotFoundError), (dict(common, temperature=9), openai.BadRequestError),
                          (dict(common, messages=[{"role": "user", "content": "word " * 50000}]), openai.BadRequestError), (dict(common, n=2), openai.BadRequestError),
                          (dict(common, tools=[{"type": "function", "function": {"name": "no name"}}]), openai.BadRequestError)):
        try:
            client.chat.completions.create(**broken)
            raise AssertionError(f"no error for {str(broken)[:100]}")
        except error as caught:
            assert caught.body["message"] and caught.code, caught

    leaving = client.chat.completions.create(**dict(common, max_tokens=1000), stream=True)
    next(iter(leaving))
    leaving.close()
    assert client.chat.completions.create(**common).choices[0].message.content == text
    print("the openai client is content")


if __name__ == "__main__":
    main(*sys.argv[1:])

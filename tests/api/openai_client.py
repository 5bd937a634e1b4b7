#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the official `openai` client library against a running server: openai_client.py http://127.0.0.1:8337/v1 MODEL [KEY].

Chat, streaming, stop, seeds, log probabilities, errors, and leaving in the middle of an answer. Ends with 1 at the first
thing that is not as it should be. Needs `pip install openai`."""
import sys

import openai


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

    for broken, error in ((dict(common, model="gpt-9"), openai.NotFoundError), (dict(common, temperature=9), openai.BadRequestError),
                          (dict(common, messages=[{"role": "user", "content": "word " * 50000}]), openai.BadRequestError), (dict(common, n=2), openai.BadRequestError)):
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

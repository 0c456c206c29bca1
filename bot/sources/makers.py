"""Makers as boards write them -> the provider of our tables."""

import re

_MAKERS = {
    "AI21 Labs": "ai21",
    "Aion Labs": "aion",
    "Alibaba Qwen": "alibaba qwen",
    "Allen Institute for AI": "ai2 allenai",
    "Amazon": "",
    "Anthropic": "",
    "Arcee AI": "arcee",
    "Baidu": "",
    "ByteDance": "bytedanceseed seed",
    "Cohere": "",
    "DeepSeek": "deepseekai",
    "Google": "googledeepmind",
    "IBM": "",
    "Inception": "inceptionai inceptionlabs",
    "inclusionAI": "",
    "Inflection": "inflectionai",
    "Kwaipilot": "",
    "LG AI Research": "lg lgai",
    "Liquid AI": "liquid",
    "Meituan": "",
    "Meta": "metaai",
    "Microsoft": "microsoftai",
    "MiniMax": "",
    "Mistral AI": "mistral",
    "Moonshot AI": "moonshot",
    "NVIDIA": "",
    "Nous Research": "",
    "OpenAI": "",
    "Perplexity": "perplexityai",
    "Poolside": "",
    "Reka": "rekaai",
    "Sakana AI": "sakana",
    "StepFun": "",
    "Tencent": "",
    "Thinking Machines Lab": "thinkingmachines",
    "Upstage": "upstageai",
    "xAI": "",
    "Xiaomi": "",
    "Z.ai": "zhipu zhipuai",
}


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


_KNOWN = {spelled: maker for maker, more in _MAKERS.items() for spelled in (_letters(maker), *more.split())}


def maker_of(name: str | None) -> str | None:
    """The provider in our tables, in any spelling; None for one that is not known."""
    return _KNOWN.get(_letters(name or ""))

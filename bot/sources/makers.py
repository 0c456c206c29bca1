"""Makers as boards write them -> the provider of our tables."""

import re

_MAKERS = {
    "AI21 Labs": "ai21",
    "Aion Labs": "aion",
    "Alibaba Qwen": "alibaba qwen alibabacloud",
    "Allen Institute for AI": "ai2 allenai",
    "Amazon": "aws",
    "Anthropic": "",
    "Arcee AI": "arcee arceeai",
    "Baidu": "",
    "ByteDance": "bytedanceseed seed doubao volcengine byteplus",
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
    "Meituan": "longcat meituanlongcat",
    "Meta": "metaai metallama llama facebook",
    "Microsoft": "microsoftai",
    "MiniMax": "minimaxai",
    "Mistral AI": "mistral mistralai",
    "Moonshot AI": "moonshot moonshotai kimi",
    "NVIDIA": "nvidianemo",
    "Nous Research": "",
    "OpenAI": "",
    "Perplexity": "perplexityai",
    "Poolside": "poolsideai",
    "Reka": "rekaai",
    "Sakana AI": "sakana sakanaai",
    "StepFun": "stepfunai",
    "Tencent": "tencenttokenhub tencenthunyuan hunyuan",
    "Thinking Machines Lab": "thinkingmachines thinkingmachineslab",
    "Upstage": "upstageai",
    "xAI": "",
    "Xiaomi": "xiaomimimo",
    "Z.ai": "zhipu zhipuai zai zaiorg zhipuaiorg",
}


# They sell what others make, whatever their listing says.
RESELLERS = frozenset({"venice", "openrouter", "amazonbedrock", "azure", "vercel", "deepinfra", "togetherai"})


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


_KNOWN = {spelled: maker for maker, more in _MAKERS.items() for spelled in (_letters(maker), *more.split())}


def maker_of(name: str | None) -> str | None:
    """The provider in our tables, in any spelling; None for one that is not known."""
    return _KNOWN.get(_letters(name or ""))


def maker_of_listing(provider: str, listed_id: str, canonical_id: str | None) -> str | None:
    """Whose a listing is: whom ``canonical_id`` ("maker/model") names where stated, else whom the id does.

    A provider that sells its own models is their maker; what a reseller lists without a maker is nobody's.
    """
    for written in (canonical_id, listed_id):
        owner, slash, _ = (written or "").partition("/")
        if slash:
            return maker_of(owner)
    return None if _letters(provider) in RESELLERS else maker_of(provider)

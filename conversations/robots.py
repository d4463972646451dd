"""How people ask whether they are talking to a machine. Pure.

The answer must never depend on a model, so code recognises the question. What follows the noun
decides: "are you a robot" asks, "a robot vacuum" does not.
"""

import re
from collections.abc import Sequence

# Words of a sentence stand with hyphens between them: "are-you-a-robot".
_FILLER = r"""(?:(?:
    a|actually|all|an|answered|automatically|basically|being|bloody|by|chatting|dealing|even|from|
    got|having|honestly|is|just|kind|like|literally|messaging|not|now|of|one|only|really|seriously|
    some|sort|speak|speaking|still|stupid|talk|talking|texting|the|to|truly|typing|with|writing|
    written
)-)*"""
_END = r"""(?:$|-(?:
    actually|and|answering|are|arent|as|at|because|behind|but|by|chatting|dude|haha|here|i|if|im|
    innit|isnt|lol|love|mate|messaging|now|ok|on|only|or|please|pls|reading|really|replying|
    responding|right|sending|so|speaking|talking|texting|that|then|there|thing|this|tho|though|to|
    too|typing|who|with|writing|yes|you
)\b)"""
_MACHINE = r"""(?:
    robots?|bots?|chat-?bot|machine|answering-machine|computer|computer-program|program|
    ai|a-i|(?:ai|virtual|digital|voice)-(?:assistant|agent|bot|chatbot)|artificial-intelligence|
    llm|language-model|gpt|chat-?gpt|claude|siri|alexa
)"""
_REAL = r"(?:real|actual|live|living|genuine|proper|human)"
_HUMAN = rf"""(?:
    humans?|human-beings?|alive|flesh-and-blood|
    {_REAL}-(?:person|human|human-being|people|man|woman|lady|girl|guy|bloke|one|someone|somebody)|
    (?<=\ba-)person(?=$|-(?:or|please|pls|lol|and|typing|writing|replying|there)\b)|
    (?:(?<=you-)|(?<=u-)|(?<=anyone-)|(?<=anybody-))real
)"""
_WHO = r"""(?:
    (?:are|r|is|was|were|arent|isnt|wasnt)-
    (?:you|u|ya|this|that|it|there|anyone|anybody|someone|somebody|these|they)|
    (?:am|was|are)-(?:i|we)|do-i|have-i-been|im(?=-(?:talking|speaking|chatting|texting|dealing))|
    you|you-are|u|youre|ur|this|thats|its|it-is|(?:sounds?|feels|seems|looks)-like
)"""
_OURS = r"(?:system|service|reply|replies|responses?|messages?|answers?|texts?|chat)"
_QUESTIONS = re.compile(
    rf"""
    \b{_WHO}-{_FILLER}(?:{_MACHINE}|{_HUMAN}){_END}
    |\b(?:is|are)-(?:this|these|you|u|that|your)-(?:{_OURS}-)?{_FILLER}
     (?:automated|automatic|auto|computerised|pre-?recorded|scripted)(?:$|-{_OURS}\b)
    |^(?:an?-)?(?:robot|bot|chat-?bot|ai)$
    |\b(?:human|person|man|woman|lady|people)-or-(?:just-)?(?:an?-)?{_MACHINE}{_END}
    |\b{_MACHINE}-or-(?:an?-)?(?:{_REAL}-)?(?:human|person|man){_END}
    |\b(?:is|are|does|do|did|has)-(?:an?|any|some)-(?:{_REAL}-)?
     (?:human|person|people|{_MACHINE})-(?:(?:actually|really|even|ever)-)?
     (?:read|reads|reading|write|writing|wrote|written|answer|answering|type|typing|reply|replying|
     behind-this|on-the-other-end)\b
    """,
    re.VERBOSE,
)


def asks_if_robot(words: Sequence[str]) -> bool:
    """The plain words of one sentence ask it."""
    return _QUESTIONS.search("-".join(words)) is not None

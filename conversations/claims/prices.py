"""Amounts, percentages, 'free', discounts: only what a tool returned, or the customer's budget."""

import re
from collections.abc import Iterator

from conversations.claims import money
from conversations.claims.findings import Finding, FindingKind
from conversations.claims.ground import Ground
from conversations.claims.hedges import is_asked, is_denied
from conversations.claims.sentences import Sentence

_BUDGET = re.compile(
    r"\bbudget\b|\byou(?:'ve| have|'d| had)?(?: \w+ly)? (?:mention\w*|said|told|have in mind|had "
    r"in "
    r"mind|in mind|wrote|got|have|want\w* to spend|hop\w+ to spend|looking to spend|gave|named)\b|"
    r"\b(?:in mind|to spend|your (?:limit|maximum|ceiling|figure|range)|noted|you(?:'d| would) "
    r"like)\b|"
    # "Great, £90k."
    r"^(?:(?:so|great|thanks|thank you|understood|ok|okay|lovely|perfect|right|got it|brilliant|"
    r"super)[\s,:.!-]+){1,3}(?:(?:so|about|around|roughly|up to|between|say|a|£|€)\s?){0,3}[\d£]"
)
_PRICE = re.compile(
    r"\b(?:costs?|costing|prices?|priced|pricing|quot\w+|charg\w+|guarante\w+|will be|would be|'ll "
    r"be|works out|comes? (?:to|in)|estimat\w+|do (?:it|that|this) for|(?:can|could) do\b|deposit|"
    r"fixed|fee|invoice|enough|covers?|sufficient|plenty|agreed?|accept\w*|deal|offer|confirm\w*|"
    r"buys?|pays? for|gets? you|starts? (?:at|from)|(?:our|the) rate|vat|discount)\b"
)
# Talk about prices to come is not a price.
_ABOUT_PRICES = re.compile(
    r"\bprice (?:range|guide|idea)s?\b|\b(?:check|discuss|confirm|talk about|look up|find) (?:the |"
    r"our |your |any )?(?:prices?|costs?|budget)\b|\b(?:a |any |proper |an )(?:quote|quotation|"
    r"estimate)\b"
)
_FREE = re.compile(
    r"\bfree(?:[ -]of[ -]charge|[ -]site| home| survey| quot\w+| estimate| consultation| visit| "
    r"design| no[ -]obligation| assessment| initial)\b|"
    r"\b(?:surveys?|visits?|quotes?|estimates?|consultations?|it|that|this|call|service|design|"
    r"first one)(?:'s| "
    r"is| are| comes| will be| would be)(?: (?:completely|totally|absolutely|entirely|always|also|"
    r"all|of course))? (?:free|complimentary|gratis)\b(?! (?:on|at|in|this|next|to|after|from|for "
    r"\d|before|until))|"
    r"\b(?:no|without(?: any)?|zero|any) (?:charge|cost|fee)s?\b(?! (?:range|yet))|\bcosts? (?:you "
    r")?nothing\b|\bwon't (?:cost|charge) you\b|\bcomplimentary\b|\bon (?:the house|us)\b|"
    r"\b(?:don't|do not|never) charge\b|"
    r"\bno (?:extra|additional|hidden|further) (?:costs?|charges?|fees?)\b|"
    r"\b(?:gratuit\w*|gratis|kostenlos\w*|gratuito|darmow\w+|za darmo|bezplatn\w+|sans frais)\b"
)
_DISCOUNT = re.compile(
    r"\b(?:discount(?:ed|s)?|special (?:offer|price|rate|deal)|half[ -]price|price[ -]match\w*|"
    r"(?:fixed|guaranteed|locked[ -]in|best) price|prices? (?:is|are) (?:fixed|guaranteed)|"
    r"guarantee(?:d)? (?:the|that|this|your|our) price|money[ -]back|cheaper|cheapest|"
    r"lower (?:the|our) price|money off|(?:half|full|the best) price|knock\w* \w+ off|voucher|"
    r"rabatt|remise|descuento|sconto|desconto|"
    r"rabat|reducere|waive\w* the|refund\w*|compensat\w+|guarantee[ds]?|interest[ -]free|0% "
    r"finance|pay monthly|price freeze)\b"
)
_ENOUGH = re.compile(
    r"\b(?:your|the|that|this) (?:budget|figure|sum|amount)"
    r"(?:'s| is|'ll be| will be| would be| should be| looks| sounds| seems)(?: \w+){0,2}? "
    r"(?:enough|plenty|sufficient|ample|realistic|generous)\b|"
    r"\b(?:enough|plenty|sufficient|ample) for (?:an?|the|your|this|that|such)(?: \w+){0,2}? "
    r"(?:loft|kitchen|bathroom|basement|extension|renovation|conversion|refurbishment|side return|"
    r"project|work|job)\b|"
    r"\bbudget (?:will|would|should) (?:\w+ly )?(?:cover|stretch|suffice|be fine)\b"
)
_VAT = re.compile(
    r"\b(?P<none>no vat|vat[ -]free|zero[ -]rated|without vat|exempt from vat)\b|"
    r"\b(?P<inside>inc(?:l|luding|lusive of|ludes|lude)?\.? (?:the )?vat|vat (?:is )?included|with "
    r"vat)"
    r"\b|\b(?P<plus>(?:plus|exclud(?:es?|ing)|ex|excl\.?|exclusive of|before|add) vat|\+ ?vat|vat "
    r"on top)\b"
)

WHY_AMOUNT = "It names {what}, which no tool returned for this answer."
WHY_FREE = "It says that something costs nothing, and nothing we were told says so."
WHY_DISCOUNT = "It offers special terms that nobody has given."
WHY_ENOUGH = "It says what a budget is enough for, which nobody has told us."
WHY_VAT = "It says how VAT is treated, which no tool returned for this answer."

_TERMS = ((_FREE, WHY_FREE), (_DISCOUNT, WHY_DISCOUNT), (_ENOUGH, WHY_ENOUGH))


def find_prices(sentence: Sentence, ground: Ground) -> Iterator[Finding]:
    why = _wrong_amount(sentence, ground) or _wrong_terms(sentence, ground)
    if why:
        yield Finding(FindingKind.PRICE, sentence.quote, why)


def _wrong_amount(sentence: Sentence, ground: Ground) -> str:
    for amount in money.amounts(sentence.masked):
        is_given = amount.pence & ground.pence or (amount.text in ground.given and not amount.pence)
        if not is_given and not _is_echo(amount, sentence, ground):
            return WHY_AMOUNT.format(what=f"an amount ({amount.text})")
    for text, value in money.percentages(sentence.masked):
        if value not in ground.percentages and not _is_figure_of_speech(text, sentence):
            return WHY_AMOUNT.format(what=f"a percentage ({text})")
    return ""


def _is_figure_of_speech(text: str, sentence: Sentence) -> bool:
    return text.startswith("100") and not _PRICE.search(sentence.plain)


def _is_echo(amount: money.Amount, sentence: Sentence, ground: Ground) -> bool:
    """Their own budget said back to them, or a question which of two amounts they meant."""
    rest = _ABOUT_PRICES.sub(" ", _without_given(sentence.plain, ground))
    if _PRICE.search(rest):
        return False
    if amount.pence & set(ground.known.budget_pence):
        return _BUDGET.search(rest) is not None
    return sentence.is_question and bool(amount.pence & ground.customer_pence)


def _without_given(text: str, ground: Ground) -> str:
    """Without the clauses that name what a tool returned: their price words are about that."""
    clauses = re.split(r"[:;]\s|,\s", text)
    return ", ".join(clause for clause in clauses if not money.pence_of(clause) & ground.pence)


def _wrong_terms(sentence: Sentence, ground: Ground) -> str:
    for pattern, why in _TERMS:
        hits = pattern.finditer(sentence.plain)
        if any(_is_claimed(hit, sentence) for hit in hits) and not pattern.search(ground.given):
            return why
    return _wrong_vat(sentence, ground)


def _wrong_vat(sentence: Sentence, ground: Ground) -> str:
    given = {hit.lastgroup for hit in _VAT.finditer(ground.given)}
    for hit in _VAT.finditer(sentence.plain):
        if hit.lastgroup not in given and _is_claimed(hit, sentence):
            return WHY_VAT
    return ""


def _is_claimed(hit: re.Match[str], sentence: Sentence) -> bool:
    before = sentence.plain[max(0, hit.start() - 60) : hit.start()]
    is_open = re.search(
        r"\b(?:if|whether|any|about|discuss|ask for|or)\b(?:\W+\w+){0,4}\W*$", before
    )
    return not (is_open or is_denied(sentence, hit.start()) or is_asked(sentence, hit.start()))

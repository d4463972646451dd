"""Where the property is: names of London areas, and street addresses. Public facts."""

import re

from leads.spoken.text import LONGEST_READ, plain

# Areas whose homes lie mainly in one outcode. Those shared by several (Marylebone, Queensbury)
# are left out: the postcode is asked for instead.
OUTCODES = {
    "N1": "islington, canonbury, barnsbury", "N2": "east finchley", "N3": "finchley, "
    "finchley central", "N4": "finsbury park, stroud green", "N5": "highbury", "N6": "highgate",
    "N7": "holloway, tufnell park", "N8": "crouch end, hornsey", "N10": "muswell hill",
    "N11": "friern barnet, new southgate", "N12": "north finchley, woodside park",
    "N13": "palmers green", "N14": "southgate", "N15": "seven sisters, south tottenham",
    "N16": "stoke newington, stamford hill", "N17": "tottenham", "N19": "archway, upper holloway",
    "N20": "whetstone, totteridge", "N21": "winchmore hill", "N22": "wood green, alexandra palace",
    "NW1": "camden, camden town, primrose hill, regent's park, regents park",
    "NW2": "cricklewood, childs hill, child's hill, dollis hill",
    "NW3": "hampstead, hampstead heath, belsize park, swiss cottage, frognal, hampstead village",
    "NW4": "hendon, brent cross",
    "NW5": "kentish town, gospel oak, dartmouth park",
    "NW6": "west hampstead, south hampstead, kilburn, queen's park, queens park, brondesbury, "
    "brondesbury park, west end lane",
    "NW7": "mill hill", "NW8": "st john's wood, st johns wood, saint john's wood",
    "NW9": "kingsbury, colindale, west hendon", "NW10": "willesden, willesden green, harlesden, "
    "neasden, kensal green, kensal rise, stonebridge",
    "NW11": "golders green, temple fortune, hampstead garden suburb",
    "W3": "acton", "W4": "chiswick", "W5": "ealing", "W6": "hammersmith", "W7": "hanwell",
    "W9": "maida vale", "W11": "notting hill", "W12": "shepherd's bush, shepherds bush",
    "SW4": "clapham", "SW6": "fulham", "SW11": "battersea", "SW12": "balham",
    "SW15": "putney", "SW16": "streatham", "SW17": "tooting", "SW18": "wandsworth",
    "SW19": "wimbledon", "SE3": "blackheath", "SE10": "greenwich", "SE15": "peckham",
    "SE21": "dulwich village", "SE22": "east dulwich", "E8": "hackney", "E17": "walthamstow",
    "EN5": "barnet, high barnet, new barnet", "HA8": "edgware", "HA7": "stanmore",
    "HA9": "wembley", "HA1": "harrow", "HA5": "pinner", "TW9": "richmond",
}  # fmt: skip
PLACES = {name: code for code, names in OUTCODES.items() for name in names.split(", ")}
_STREET = (
    "road|rd|street|st|avenue|ave|lane|ln|close|cl|crescent|cres|gardens|gdns|hill|drive|dr|way|"
    "place|pl|square|sq|terrace|mews|grove|park|walk|rise|row|court|ct|mansions|villas|parade|"
    "broadway|green|vale|mount|passage|common|circus|high street|station"
)
_NAME = "|".join(sorted(map(re.escape, PLACES), key=len, reverse=True))
# "Hampstead Renovations" is the firm, "Finchley Road" runs through four outcodes.
_PLACE = re.compile(
    rf"\b({_NAME})\b(?! (?:renovations?|{_STREET}|theatre|station|lane)\b)(?!'s (?:road|street))"
)
_IN_PLACE = re.compile(rf"(?<!work )\b(?:in|at|near|around) (?:the )?{_PLACE.pattern}")
_NO_STREET = (
    r"(?!(?:bed\w*|bath\w*|house|flat|min\w*|met\w*|month\w*|week\w*|year\w*|room\w*|grand|k|of|in|on"
    r"|the|near|from|and|to|at|by|off|with|for|thousand|pounds|miles?) )"
)
_ADDRESS = re.compile(
    rf"\b((?:(?:flat|unit|apartment) \w{{1,4}},? ?)?\d{{1,4}}[a-z]?,? "
    rf"(?:{_NO_STREET}[a-z'.-]{{2,20}} ){{1,3}}(?:{_STREET}))\b(?! (?:please|extension))",
    re.IGNORECASE,
)


def place_outcode(text: str, *, asked: bool = True) -> str | None:
    """'we're in West Hampstead' -> 'NW6'. None when no area is named, or more than one. Where
    nobody asked, only "in Highgate" counts, not "my office is off Highgate"."""
    pattern = _PLACE if asked else _IN_PLACE
    codes = {PLACES[name] for name in pattern.findall(plain(text))}
    return codes.pop() if len(codes) == 1 else None


def read_address(text: str) -> str | None:
    """House number and street as written: '12 Invented Road'."""
    found = _ADDRESS.search(" ".join(text[:LONGEST_READ].split()))
    return found[1] if found else None

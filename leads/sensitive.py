"""Words about health, belief, origin, private life or the law, volunteered by a customer. Pure.

What is flagged is answered like anything else but never passed on. A wrong flag costs little, a
missed one breaks the law; still, "sick of this kitchen" tells nothing about anybody.
"""

import re

_WHOSE = (
    r"(?:my|our|his|her|their|a|an|the|(?:my|our)\s\w+'?s|(?:mum|mom|dad|wife|husband|mother|"
    r"father|son|daughter)'?s)"
)
_IS = r"(?:am|i'm|im|is|are|he's|hes|she's|shes|we're|was|were|been|being|be|has|have|gone|going)"
_WE_ARE = (
    r"(?:\b(?:i\s+am|i'm|im|we\s+are|we're|as\s+an?|"
    r"(?:my|our)\s+(?![\w\s]{0,12}\bname\b)[\w\s]{2,25}\s(?:is|are)))"
)
_CHILD = (
    r"(?:sons?|daughters?|boys?|girls?|baby|babies|toddlers?|child|children|kids?|twins|"
    r"grandsons?|granddaughters?|grandchild(?:ren)?|little\s+one|newborn)"
)

_HEALTH = rf"""
    \bwheel\s?chairs?\b | \b(?:stair\s?lift|zimmer|walking\sframe|mobility\s(?:scooter|aid))
    | \b(?:limited|reduced|poor|restricted)\smobility
    | \bmobility\s(?:issues?|problems?|needs?|impair|difficult)
    | \bdisabled\b(?!\s(?:parking|bay|spaces?|toilets?|loos?|wc|badge\sbay|regs|regulations))
    | \bdisabilit(?:y|ies)\b(?!\s(?:regs|regulations|act)) | \bspecial\s(?:educational\s)?needs\b
    | \blearning\s(?:difficult|disab) | \bdyslexi[ac] | \bautis(?:m|tic) | \basperger | \badhd\b
    | \bneurodiver | \bon\sthe\sspectrum\b | \bdown'?s?\ssyndrome | \bcerebral\spalsy
    | \b(?:{_IS}|registered|partially|half|legally|nearly|almost|profoundly)\s
      (?:blind|deaf|hard\sof\shearing|partially\ssighted|paralysed(?!\sby)|terminally\sill)\b
    | \b(?:visually|hearing)\simpair
    | \bcancer\b | \bchemo(?:therapy)?\b | \bradiotherapy | \btumou?rs?\b | \bleuk?aemia
    | \bdementia | \balzheimer | \bparkinson | \bmultiple\ssclerosis | \bmotor\sneurone
    | \b(?:has|have|had|having|with|got|gets)\s(?:ms|mnd|hiv|aids|copd|me/cfs|long\scovid|covid)\b
      (?!\s(?:teams|word|office|excel|project))
    | \bhiv\b | \bhepatitis | \bdiabet(?:es|ic) | \basthma | \bepilep | \barthriti[sc]
    | \bosteopor | \b(?:eczema|psoriasis|crohn'?s|coeliac|fibromyalgia|lupus|sciatica)\b
    | \b(?:had|after|since|suffered|recovering\sfrom|having)\s(?:{_WHOSE}\s)?(?:\w+\s)?
      (?:stroke|heart\sattack|operation|surgery|seizures?|bypass|breakdown)\b
    | \bheart\s(?:condition|disease|failure|problem|trouble) | \bpacemaker | \bdialysis
    | \b(?:kidney|liver|heart|lung|marrow)\stransplant
    | \b(?:hip|knee|back|heart|eye|cataract|brain|spinal)\s(?:replacement|operation|op|surgery)\b
    | \b(?:{_IS}|very|so|too|really|quite|seriously|terminally|mentally|fallen|off)\s
      (?:ill|unwell|poorly|sick)\b(?!\s(?:of|and\stired|to\sdeath|at\sease|advised|fitting))
    | \bsick\sleave | \b(?:in|into|from|out\sof|at)\s(?:the\s|a\s)?(?:hospital|hospice|rehab)\b
      (?!\s(?:road|lane|site|corner))
    | \bin\sa\scare\shome\b | \b(?:carers?|palliative|end\sof\slife\scare)\b
    | \bdepression\b(?!\sin\b)
    | \b(?:suffer\w*\sfrom|severe(?:ly)?|clinically|{_IS})\sdepress(?:ed|ion)
    | \b(?:my|his|her|has|have|suffer\w*(?:\sfrom|\swith)?|severe|bad)\sanxiety
    | \banxiety\sdisorder
    | \bpanic\sattacks? | \bptsd\b | \bbipolar\b | \bschizo | \bmental(?:\s?health|ly\sill)
    | \banorexi|\bbulimi | \bsuicid | \bself[\s-]?harm | \b(?:alcoholi[cs]|addict(?:ed|ion)?)\b
      (?!\sto\s(?:diy|interiors?|pinterest|instagram))
    | \bimmun(?:ocompromised|osuppressed|e\ssystem) | \ballerg(?:y|ies|ic)\b | \bmedication\b
    | \b(?:been|was|just|recently|got|newly)\sdiagnosed | \bamput | \bprosthe
    | \bbed\s?(?:ridden|bound)
    | \bhousebound | \b(?:is|are|very|quite|getting|too|and)\sfrail\b
    | \bfrail\s(?:mother|father|mum|dad)
    | \b(?:can'?t|cannot|can\sno\slonger|unable\sto|struggl\w+\s(?:with|to|on|up)|hard\sto|
      difficult\sto)\s(?:\w+\s){{0,3}}stairs\b
    | \b(?:broke|broken|fractured)\s(?:my|his|her|their|a)\s(?:\w+\s)?
      (?:hip|leg|arm|ankle|wrist|back|neck|foot|femur|pelvis|shoulder)\b
    | \boccupational\stherap | \bdisabled\sfacilities\sgrant | \bblue\sbadge\b
"""
_BIRTH = r"""
    \bpregnan(?:t|cy) | \bexpecting\s(?:a\s(?:baby|child|boy|girl)|twins|our\s(?:first|second|third|
      baby|child)|a\slittle\sone) | \bbaby(?:'s|\sis)?\s(?:due|on\sthe\sway|coming\sin)
    | \bmaternity\b | \bmiscarr | \bivf\b | \b(?:weeks|months)\sgone\b
"""
_CHILDREN = rf"""
    \b(?:my|our|their|her|his)\s(?:\w+\s){{0,2}}{_CHILD}\b[^.!?\n]{{0,30}}
      \b(?:aged?\s\d|(?:years?|yrs?|months?|weeks?)\sold|is\s\d{{1,2}}\b|are\s\d{{1,2}}\b|
      called\s|named\s|goes\sto\s|at\s[\w\s]{{0,20}}(?:school|nursery))
    | \b(?:\d{{1,2}}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\s-]
      (?:years?|yrs?|months?|weeks?)[\s-]olds?\s(?:\w+\s)?{_CHILD}\b
    | \b(?:my|our)\s(?:\d{{1,2}}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)
      [\s-](?:year|yr|month|week)[\s-]olds?\b(?!\s(?!and|is|are|has|loves|keeps|needs)\w)
    | \b{_CHILD}\s(?:aged|of)\s\d
"""
_BELIEF = rf"""
    \b(?:muslims?|jewish|jews?|hindus?|sikhs?|buddhists?|catholics?|quakers?|mormons?|hasidic|
      haredi|atheists?|jehovah'?s?)\b
    | {_WE_ARE}\s(?:(?:both|all|very|devout|practising|strict|an?|orthodox)\s)*
      (?:christian|protestant|evangelical|religious|orthodox)s?\b
    | \b(?:keep|keeps|keeping|strictly|for\sa|as\sa)\skosher | \bkosher\s(?:kitchen|home|household)
    | \bhalal\b | \b(?:shabb?at|shabbos|sabbath|mezuzah?s?|sukkah|ramadan|pesach)\b
    | \bprayer\s(?:room|space|mat) | \bpray(?:s|ing)?\s(?:five|5|daily|at\shome) | \bwudu\b
    | \bpuja\b | \bmandir\b | \b(?:our|my|his|her)\s(?:religion|faith|church|mosque|synagogue)\b
    | \b(?:i|we)\svote[sd]?\s(?:for\s)?(?:labour|tory|conservative|green|reform|lib)
    | \bvoted\s(?:for\s)?
      (?:labour|tory|conservative|brexit|reform|remain|leave)\b
    | \bmember\sof\sthe\s(?:labour|conservative|green|reform|liberal|communist)
"""
_ORIGIN = rf"""
    {_WE_ARE}\s(?:(?:both|all|originally|british|of|an?|proud|half)\s)*
      (?:black|asian|african|afro[\s-]?caribbean|caribbean|arab|roma|gypsy|gypsies|travellers?|
      indian|pakistani|bangladeshi|chinese|nigerian|ghanaian|somali|turkish|kurdish|jamaican|
      iranian|latino|hispanic)s?\b(?!\s(?:and\swhite|marble|slate|granite|restaurant|food))
    | {_WE_ARE}\s(?:an?\s)?white\s(?:british|man|woman|guy|couple|family|person)
    | \bmixed[\s-]race | \bethnic(?:ity|\sminorit)
    | \b(?:because|due\sto|about)\s(?:of\s)?(?:my|our)\s
      (?:race|skin|colour)\b | \basylum\sseeker | \brefugees?\b
"""
_PRIVATE_LIFE = r"""
    (?<!mr\s)(?<!mrs\s)(?<!miss\s)\bgay\b(?!\s(?:street|road|avenue)) | \blesbians?\b
    | \bbisexual | \bsame[\s-]sex\b | \bqueer\b | \btransgender
    | \btrans\s(?:man|woman|person|girl|boy)
    | \bnon[\s-]binary\b | \blgbt | \bsexual\sorientation | \b(?:his|my)\ssex\slife
"""
_UNION = r"""
    \btrades?\sunions? | \bunion\s(?:rep|reps|member|members|official|steward|branch|meeting)\b
    | \bshop\ssteward | \bin\s(?:a|the|my|our)\sunion\b
    | \b(?:member|members|rep|reps)\s(?:of|for|in|at|with)\s(?:the\s)?
      (?:unison|unite|gmb|rmt|aslef|nasuwt|neu|ucu|pcs|cwu|usdaw|bma|rcn)\b
"""
_LAW = r"""
    \bcriminal\s(?:record|conviction|case|charge|trial|past) | \bconvicted\b
    | \b(?:previous|spent|unspent|a|his|her|my)\sconvictions?\b(?!\sthat)
    | \b(?:on|out\son|jumped)\s(?:bail|parole|probation|tag|remand)\b(?!\speriod)
    | \b(?:in|from|of|to|into|left)\s(?:prison|jail|custody)\b
    | \bex[\s-]?(?:con|offender|prisoner)s?\b
    | \b(?:was|were|been|got|get|is|being|husband|wife|son)\sarrested | \bcharged\swith\s(?:an?\s)?
      (?:assault|theft|fraud|murder|manslaughter|offence|gbh|abh|drink|possession|burglary)
    | \b(?:restraining|non[\s-]?molestation)\sorder | \bdomestic\s(?:abuse|violence)
    | \b(?:assaulted|raped|stalked|stalker|abusive\s(?:ex|husband|wife|partner|father))\b
"""
_DETECTOR = re.compile(
    "|".join([_HEALTH, _BIRTH, _CHILDREN, _BELIEF, _ORIGIN, _PRIVATE_LIFE, _UNION, _LAW]),
    re.VERBOSE,
)
_SPACES = re.compile(r"[ \t\xa0_*]+")


def is_sensitive(text: str) -> bool:
    """Somebody's health, belief, origin, private life, union or past is spoken of."""
    plain = _SPACES.sub(" ", text.casefold().replace("’", "'").replace("‘", "'"))
    return _DETECTOR.search(plain) is not None

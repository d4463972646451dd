"""Weekdays, months and the like in the languages our customers write, without accents."""

from collections.abc import Iterable

_WEEKDAYS = {
    0: "monday lundi lunes lunedi montag segunda-feira poniedzialek poniedzialku",
    1: "tuesday mardi martes martedi dienstag terca-feira wtorek marti",
    2: "wednesday mercredi miercoles mercoledi mittwoch quarta-feira sroda srode miercuri",
    3: "thursday jeudi jueves giovedi donnerstag quinta-feira czwartek joi",
    4: "friday vendredi viernes venerdi freitag sexta-feira piatek vineri",
    5: "saturday samedi sabado sabato samstag sonnabend sobota sobote sambata",
    6: "sunday dimanche domingo domenica sonntag niedziela niedziele duminica",
}
WEEKDAYS = {word: day for day, words in _WEEKDAYS.items() for word in words.split()}

# Short forms are also other words ("sat", "sun", "mon"), so they need company.
WEEKDAYS_SHORT = {
    word: day
    for day, words in enumerate(
        ("mon", "tue tues", "wed weds", "thu thur thurs", "fri", "sat", "sun")
    )
    for word in words.split()
}

_MONTHS = (
    "january janvier enero gennaio januar janeiro stycznia ianuarie jan",
    "february fevrier febrero febbraio februar fevereiro lutego februarie feb",
    "march mars marzo marz maerz marco marca martie mar",
    "april avril abril aprile kwietnia aprilie apr",
    "may mai mayo maggio maio maja",
    "june juin junio giugno juni junho czerwca iunie jun",
    "july juillet julio luglio juli julho lipca iulie jul",
    "august aout agosto sierpnia aug",
    "september septembre septiembre settembre setembro wrzesnia septembrie sept sep",
    "october octobre octubre ottobre oktober outubro pazdziernika octombrie oct okt",
    "november novembre noviembre novembro listopada noiembrie nov",
    "december decembre diciembre dicembre dezember dezembro grudnia decembrie dec",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}

_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {word: number for number, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
ORDINALS |= {f"twenty-{word}": 20 + ORDINALS[word] for word in _ORDINAL_WORDS.split()[:9]}
ORDINALS |= {"thirtieth": 30, "thirty-first": 31}

# Days counted from today.
RELATIVE = {
    "day after tomorrow": 2,
    "apres-demain": 2,
    "pasado manana": 2,
    "dopodomani": 2,
    "ubermorgen": 2,
    "pojutrze": 2,
    "poimaine": 2,
    **dict.fromkeys(("tomorrow", "tomorow", "tommorow", "tmrw", "tmw", "demain", "domani"), 1),
    **dict.fromkeys(("amanha", "jutro", "maine"), 1),
}

_HOUR_WORDS = "one two three four five six seven eight nine ten eleven twelve"
HOURS = {word: hour for hour, word in enumerate(_HOUR_WORDS.split(), start=1)}


def one_of(words: Iterable[str]) -> str:
    """A pattern that finds any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))

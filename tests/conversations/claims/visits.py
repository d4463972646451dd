"""What may be said of a survey that stands, and what may not: by how firm it is, and when.

Three slots were offered; one of them, Tuesday 1 December at 10:30, was taken.
"""

from dataclasses import replace
from datetime import UTC, datetime

from conversations.claims import FindingKind, Known
from tests.conversations.claims.knowing import DUE, customer, knowing, tool

AT = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
OFFERS = tool(
    available=True,
    slots=[
        {"slot": "aaBBcc", "text": "Tuesday 1 December at 10:30"},
        {"slot": "ddEEff", "text": "Wednesday 2 December at 14:00"},
        {"slot": "ggHHii", "text": "Thursday 3 December at 09:00"},
    ],
)
OFFERED = knowing(tool_texts=(OFFERS,))
CONFIRMED = replace(OFFERED, surveys=(AT,))
PROVISIONAL = replace(OFFERED, provisional=(AT,))
HELD = replace(OFFERED, held=(AT,))
MOVED = replace(CONFIRMED, has_moved=True)
CANCELLED = replace(OFFERED, has_cancelled=True)
PROMISED = replace(
    CONFIRMED, tool_texts=(OFFERS, tool(text=f"A colleague will ring {DUE}.")), has_promise=True
)
# The clocks went back on 25 October: ten in London is ten in UTC again.
AUTUMN = knowing(
    now=datetime(2026, 10, 23, 9, 0, tzinfo=UTC), surveys=(datetime(2026, 10, 26, 10, tzinfo=UTC),)
)
SUMMER = knowing(
    now=datetime(2027, 5, 28, 9, 0, tzinfo=UTC),
    surveys=(datetime(2027, 6, 1, 9, 0, tzinfo=UTC),),
)

HONEST: tuple[tuple[str, Known], ...] = (
    # offering
    ("I can offer Tuesday 1 December at 10:30 or Wednesday 2 December at 14:00.", OFFERED),
    ("Would Tuesday 1 December at half past ten suit you?", OFFERED),
    ("Shall I book Tuesday 1 December at 10:30 for you?", OFFERED),
    ("If you would like Thursday 3 December at 09:00, I can book it for you.", OFFERED),
    ("Which of the three would you like me to book?", OFFERED),
    ("Nothing is booked yet, so do say which day suits you.", OFFERED),
    ("Souhaitez-vous le mardi 1 décembre à 10h30 ?", OFFERED),
    ("¿Le viene bien el martes 1 de diciembre a las 10:30?", OFFERED),
    ("Passt Ihnen Dienstag, 1. Dezember um 10:30 Uhr?", OFFERED),
    # confirmed
    ("You're booked for Tuesday 1 December at 10:30.", CONFIRMED),
    ("Your survey is booked for Tuesday 1 December at half past ten.", CONFIRMED),
    ("All booked: Tom comes on Tuesday 1 December at 10:30.", CONFIRMED),
    ("Tuesday 1 December at 10:30 it is.", CONFIRMED),
    ("See you on Tuesday!", CONFIRMED),
    ("Tom will be with you on Tuesday 1 December at 10:30.", CONFIRMED),
    ("That's booked for you. Tom will visit on Tuesday 1 December at 10:30.", CONFIRMED),
    ("You're booked for Tuesday 1 December, not Wednesday 2 December.", CONFIRMED),
    ("Your survey is booked for Tuesday 1 December at 10:30 instead of Thursday 3 December.",
     CONFIRMED),
    ("Votre visite est confirmée pour le mardi 1 décembre à 10h30.", CONFIRMED),
    ("Su visita está confirmada para el martes 1 de diciembre a las 10:30.", CONFIRMED),
    ("Ihr Termin ist gebucht: Dienstag, 1. Dezember um 10:30 Uhr.", CONFIRMED),
    ("Il sopralluogo è prenotato per martedì 1 dicembre alle 10:30.", CONFIRMED),
    ("A visita está marcada para terça-feira, 1 de dezembro às 10:30.", CONFIRMED),
    ("Wizyta jest umówiona na wtorek 1 grudnia o 10:30.", CONFIRMED),
    ("Vizita este programată marți 1 decembrie la ora 10:30.", CONFIRMED),
    (f"You're booked for Tuesday 1 December at 10:30, and a colleague will ring you {DUE}.",
     PROMISED),
    ("Your survey is booked for Monday 26 October at 10am.", AUTUMN),
    ("You're booked for Tuesday 1 June at ten.", SUMMER),
    # provisional
    ("I have provisionally booked Tuesday 1 December at 10:30.", PROVISIONAL),
    ("You're provisionally booked for Tuesday 1 December at half past ten.", PROVISIONAL),
    ("It is provisionally booked. Tom will visit on Tuesday 1 December at 10:30.", PROVISIONAL),
    ("Votre visite est provisoirement réservée pour le mardi 1 décembre à 10h30.", PROVISIONAL),
    ("Ihr Termin am Dienstag, 1. Dezember um 10:30 Uhr ist vorläufig gebucht.", PROVISIONAL),
    ("Il sopralluogo è provvisoriamente prenotato per martedì 1 dicembre alle 10:30.", PROVISIONAL),
    ("La visita está reservada provisionalmente para el martes 1 de diciembre a las 10:30.",
     PROVISIONAL),
    # held
    ("I'm holding Tuesday 1 December at 10:30 for you.", HELD),
    ("I've held Tuesday 1 December at half past ten for you while you decide.", HELD),
    ("Tuesday 1 December at 10:30 is held for you.", HELD),
    ("It's held, not booked yet: shall I book it?", HELD),
    # moved and cancelled
    ("I've moved your survey to Tuesday 1 December at 10:30.", MOVED),
    ("I've moved your survey from Thursday 3 December at 09:00 to Tuesday 1 December at 10:30.",
     MOVED),
    ("Your survey has been moved to Tuesday 1 December at 10:30.", MOVED),
    ("Your survey has been rescheduled to Tuesday 1 December.", MOVED),
    ("Votre visite est déplacée au mardi 1 décembre à 10h30.", MOVED),
    ("Ihr Termin wurde auf Dienstag, 1. Dezember um 10:30 Uhr verschoben.", MOVED),
    ("I have cancelled your survey.", CANCELLED),
    ("Your survey has been cancelled, as you asked.", CANCELLED),
    ("Votre visite est annulée.", CANCELLED),
    ("Ihr Termin ist abgesagt.", CANCELLED),
    ("Shall I cancel your survey?", CONFIRMED),
    ("You can cancel or move it whenever you like.", CONFIRMED),
    ("If you cancel the survey, just tell me.", CONFIRMED),
    ("Do you want me to move your survey to Wednesday 2 December at 14:00?", CONFIRMED),
)  # fmt: skip

BOOKED, DATE, DONE, PROMPT = (
    FindingKind.BOOKED, FindingKind.DATE, FindingKind.DONE, FindingKind.PROMPT,
)  # fmt: skip
DISHONEST: tuple[tuple[FindingKind, str, Known], ...] = (
    # offered, and nothing booked
    (BOOKED, "You're booked for Tuesday 1 December at 10:30.", OFFERED),
    (BOOKED, "Tuesday 1 December at 10:30 it is!", OFFERED),
    (BOOKED, "Tom will be with you on Tuesday 1 December at 10:30.", OFFERED),
    (BOOKED, "The surveyor comes on Wednesday 2 December at 14:00.", OFFERED),
    (BOOKED, "Tom visits you on Thursday 3 December at 09:00.", OFFERED),
    (BOOKED, "I'm holding Tuesday 1 December at 10:30 for you.", OFFERED),
    (BOOKED, "It is provisionally booked for Tuesday 1 December at 10:30.", OFFERED),
    (BOOKED, "Votre visite est confirmée pour le mardi 1 décembre à 10h30.", OFFERED),
    (BOOKED, "Ihr Termin ist vorläufig gebucht.", OFFERED),
    # a time nobody returned
    (DATE, "I can offer Friday 4 December at 11:00.", OFFERED),
    (DATE, "I can offer Tuesday 1 December at 11:30.", OFFERED),
    (DATE, "Would Wednesday 2 December at 10:30 suit you?", OFFERED),
    (DATE, "We also have 24 December at noon.", OFFERED),
    (DATE, "Auch Freitag, 4. Dezember um 11 Uhr ist frei.", OFFERED),
    (DATE, "We can come between Christmas and New Year, on 28 December.", OFFERED),
    # booked, at another time
    (BOOKED, "You're booked for Wednesday 2 December at 14:00.", CONFIRMED),
    (BOOKED, "You're booked for Tuesday 1 December at 14:00.", CONFIRMED),
    (BOOKED, "You're booked for Tuesday at half past eleven.", CONFIRMED),
    (BOOKED, "Your survey is booked for Tuesday 8 December at 10:30.", CONFIRMED),
    (BOOKED, "Wednesday 2 December at 14:00 it is.", CONFIRMED),
    (BOOKED, "See you on Thursday!", CONFIRMED),
    (BOOKED, "Tom will be with you on Thursday 3 December at 09:00.", CONFIRMED),
    (BOOKED, "That's booked. It is on Wednesday 2 December at 14:00.", CONFIRMED),
    (BOOKED, "Wednesday 2 December at 14:00 suits us well. You're all booked in.", CONFIRMED),
    (BOOKED, "You're booked for Tuesday 1 December at 10:30 and Thursday 3 December at 09:00.",
     CONFIRMED),
    (BOOKED, "Votre visite est confirmée pour le mercredi 2 décembre à 14h00.", CONFIRMED),
    (BOOKED, "Su visita está confirmada para el jueves 3 de diciembre a las 9:00.", CONFIRMED),
    (BOOKED, "Ihr Termin ist gebucht: Mittwoch, 2. Dezember um 14 Uhr.", CONFIRMED),
    (BOOKED, "Wizyta jest umówiona na środę 2 grudnia o 14:00.", CONFIRMED),
    (BOOKED, "Il sopralluogo è prenotato per giovedì 3 dicembre alle 9:00.", CONFIRMED),
    (BOOKED, "You're booked for Tuesday at ten.",
     replace(CONFIRMED, customer_texts=("tue at 10",))),
    (BOOKED, "Your survey is booked for Monday 26 October at 9am.", AUTUMN),
    (BOOKED, "You're booked for Tuesday 1 June at eight.", SUMMER),
    # firmer than it is
    (BOOKED, "You're booked for Tuesday 1 December at 10:30.", PROVISIONAL),
    (BOOKED, "Your survey is confirmed for Tuesday 1 December.", PROVISIONAL),
    (BOOKED, "See you on Tuesday!", PROVISIONAL),
    (BOOKED, "It was provisional, and now you're booked for Tuesday.", HELD),
    (BOOKED, "Provisional no more. You're booked for Tuesday 1 December.", PROVISIONAL),
    (BOOKED, "I have provisionally booked Wednesday 2 December at 14:00.", PROVISIONAL),
    (BOOKED, "Ihr Termin ist bestätigt.", PROVISIONAL),
    (BOOKED, "Votre visite est confirmée.", PROVISIONAL),
    (BOOKED, "You're booked for Tuesday 1 December at 10:30.", HELD),
    (BOOKED, "It's provisionally booked for Tuesday 1 December at 10:30.", HELD),
    (BOOKED, "I'm holding Wednesday 2 December at 14:00 for you.", HELD),
    (BOOKED, "Wizyta została potwierdzona.", HELD),
    # moved and cancelled
    (DONE, "I've moved your survey to Tuesday 1 December at 10:30.", CONFIRMED),
    (BOOKED, "I've moved your survey to Wednesday 2 December at 14:00.", MOVED),
    (BOOKED, "Your survey has been moved to Thursday 3 December at 09:00.", MOVED),
    (BOOKED, "I've moved it to Thursday for you.", MOVED),
    (DONE, "Your survey has moved to Tuesday.", CONFIRMED),
    (DONE, "I have cancelled your survey.", CONFIRMED),
    (DONE, "Your survey has been cancelled.", CONFIRMED),
    (DONE, "I've called off the survey.", CONFIRMED),
    (DONE, "Your survey is called off.", CONFIRMED),
    (DONE, "I have cancelled your survey.",
     replace(CONFIRMED, tool_texts=(tool(text="To cancel, the postcode is needed."),))),
    (DONE, "Votre visite est annulée.", CONFIRMED),
    (DONE, "Su cita está cancelada.", CONFIRMED),
    (DONE, "Ihr Termin ist abgesagt.", CONFIRMED),
    (DONE, "Il suo appuntamento è annullato.", CONFIRMED),
    (DONE, "Wizyta jest odwołana.", CONFIRMED),
    (DONE, "Ihr Termin wurde verschoben.", CONFIRMED),
    (BOOKED, "You're booked for Tuesday 1 December.", CANCELLED),
    # what the customer, or a token, says proves nothing
    (BOOKED, "Yes, your survey is booked for Tuesday.", customer("you booked me for tuesday")),
    (PROMPT, "I will use aaBBcc for you.", OFFERED),
)  # fmt: skip

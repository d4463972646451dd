"""What sounds like a denial, a hold or a cancellation, and is none; and what is one."""

from conversations.claims import FindingKind, Known
from tests.conversations.claims.knowing import NOTHING
from tests.conversations.claims.visits import CANCELLED, CONFIRMED, HELD, OFFERED, PROVISIONAL

BOOKED, DONE = FindingKind.BOOKED, FindingKind.DONE
WHEN = "Tuesday 1 December at 10:30"

# The day and time are told, whatever else is denied.
TELLS = (
    f"You're booked in. It is on {WHEN}, and you needn't prepare anything.",
    f"You're booked in. It is on {WHEN}, and you don't need to be there all day.",
    f"You're booked in. It is {WHEN}, so don't worry.",
    f"You're booked in. It is on {WHEN} and cannot take longer than an hour.",
    f"You're booked in. It is on {WHEN} and will not be longer than an hour.",
    f"You're booked in. It's on {WHEN}, tell us here when you can't make it.",
    f"You're booked in. It's on {WHEN}, tell us here when you are unable to be there.",
    f"I've gone ahead and booked you in. The time we've gone for is {WHEN}.",
    f"You're booked in. It is on {WHEN}, and your details are taken care of.",
    f"You're booked in. It is on {WHEN}, your notes have been taken into account.",
    f"You're booked in. It's on {WHEN}, it doesn't cost anything.",
    f"You're booked in. It is on {WHEN}, and parking isn't needed.",
    f"You're booked in. It is on {WHEN}, and the price isn't fixed before it.",
    f"You're booked in. It's {WHEN}, and the loft isn't a problem.",
    f"You're booked in. It is on {WHEN} and no longer provisional.",
    f"You're booked in. It is on {WHEN} instead of Thursday.",
    f"It wasn't easy, but you're booked in for {WHEN}.",
    f"Thursday isn't possible, however you're booked for {WHEN}.",
    f"You're booked in for {WHEN}; Thursday has gone.",
    f"You're booked in. It is {WHEN}, I couldn't be happier.",
)  # fmt: skip
DENIES = (
    f"You're booked in. {WHEN} isn't available.",
    f"You're booked in. {WHEN} is not available.",
    f"You're booked in. {WHEN} is not possible.",
    f"You're booked in. {WHEN} is no longer free.",
    f"You're booked in. {WHEN} has just been taken.",
    f"You're booked in. {WHEN} is taken.",
    f"You're booked in. {WHEN} is gone.",
    f"You're booked in. {WHEN} has gone.",
    f"You're booked in. {WHEN} is unavailable.",
    f"You're booked in. {WHEN} fell through.",
    f"You're booked in. We can't do {WHEN}.",
    f"You're booked in. We cannot come on {WHEN}.",
    f"You're booked in. Tom couldn't make {WHEN}.",
    f"You're booked in. {WHEN} won't work.",
    f"You're booked in. {WHEN} will not be possible.",
    f"You're booked in. {WHEN} doesn't work for Tom.",
    f"You're booked in. We are unable to offer {WHEN}.",
    f"You're booked in. We don't have {WHEN}.",
    f"You're booked in. {WHEN} isn't going ahead.",
    f"You're booked in. {WHEN} is not on.",
    f"You're booked in. Somebody else took {WHEN}.",
    f"You're booked in. {WHEN} is fully booked.",
)
# Nobody, scrap, cancel: none of it calls the visit off.
NOT_OFF = (
    "Nobody else needs to be there for the survey.",
    "Nobody will mind if you move it.",
    "Nobody will come without ringing you first, so the visit is safe.",
    "Nobody but you needs to be at the visit.",
    "There is nobody better than Tom for the survey.",
    "If nobody is in, the surveyor rings you before the visit.",
    "No one has to stay at home after the survey.",
    "No-one will try to sell you anything at the visit.",
    "Nobody knows the price before the survey.",
    "The survey covers the scrap in the garden.",
    "Tom needs a scrap of paper for it at the survey.",
    "Cancelling the survey is free.",
    "Cancellation of the survey is free.",
    "There's no cancellation fee for the survey.",
    "The survey has not been cancelled.",
    "Your survey was never cancelled.",
    "I haven't cancelled the survey.",
    "You're free to cancel the survey.",
    "The visit takes a load off the list of worries.",
)
IS_OFF = (
    "Your survey is cancelled.",
    "Your visit has been cancelled, as you asked.",
    "I've cancelled the appointment for you.",
    "Your cancellation is confirmed, the survey is off the diary.",
    "It's off the diary.",
    "The survey is out of the calendar.",
    "I've scrapped the survey.",
    "We'll scrap it.",
    "The survey has been called off.",
    "Nobody will come for the survey on Tuesday then.",
    "No one is coming for the survey now.",
    "No-one will turn up for it on Tuesday.",
)
# Keeping and holding other things than a time.
NOT_HELD = (
    f"You're booked for {WHEN}, please keep the loft clear.",
    f"You're booked for {WHEN}. I'll keep it short.",
    f"You're booked for {WHEN}. Keep this message.",
    f"You're booked for {WHEN}. Keep it simple for him.",
    f"You're booked for {WHEN}. We'll keep you posted.",
    f"You're booked for {WHEN}, and Tom keeps his shoes on.",
    f"You're booked for {WHEN}. Can somebody hold the ladder?",
    f"You're booked for {WHEN}. We do not hold your card details.",
    f"You're booked for {WHEN}. Tom may be held up in traffic.",
    f"You're booked for {WHEN}. Please keep pets in the kitchen.",
    f"You're booked for {WHEN}. Hold on to your plans for him.",
    f"You're booked for {WHEN}. He rings and waits for five minutes.",
)
IS_HELD = (
    f"I'm holding {WHEN} for you.",
    f"I've held {WHEN} for you.",
    f"{WHEN} is held for you.",
    f"I'll keep {WHEN} for you.",
    f"I've kept {WHEN} for you while you decide.",
    f"I am keeping {WHEN} for you.",
    f"{WHEN} is kept for you.",
    f"{WHEN} is reserved for you until 10:05.",
    f"I've set aside {WHEN}.",
    f"The time is held: {WHEN}.",
    f"We're holding the slot on {WHEN}.",
    f"You have {WHEN} held.",
    f"I've put a hold on {WHEN}.",
    f"I am still holding two slots, one of them {WHEN}.",
    f"I can hold it a little longer: {WHEN}.",
    f"I can hold it for five minutes: {WHEN}.",
)
HONEST: tuple[tuple[str, Known], ...] = (
    ("Nobody will come without ringing you first.", NOTHING),
    ("Nobody will visit before you say so, now or later.", NOTHING),
    ("Nobody is coming until you choose a time, so take your time now.", OFFERED),
    ("Nobody else is coming on Tuesday.", CONFIRMED),
    ("See you on Tuesday, and please keep the dog in the kitchen.", CONFIRMED),
    (f"Tom will be with you on {WHEN}. Please keep the loft clear.", CONFIRMED),
    *((said, CANCELLED) for said in IS_OFF if "then" in said),
)
DISHONEST: tuple[tuple[FindingKind, str, Known], ...] = (
    (BOOKED, f"See you on {WHEN}, please keep the loft clear.", HELD),
    (BOOKED, f"Tom will be with you on {WHEN}, so hold the dog.", HELD),
    (BOOKED, f"Tom will visit on {WHEN}, please keep parking free.", HELD),
    (BOOKED, f"See you on {WHEN}, I'll keep it short.", PROVISIONAL),
    (DONE, "Nobody is coming on Tuesday.", CONFIRMED),
    (DONE, "No one will come on Tuesday then.", CONFIRMED),
    (DONE, "We've scrapped the survey.", CONFIRMED),
)

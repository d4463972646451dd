"""All the texts that must be found, each with the kind of finding it must give."""

from tests.conversations.claims import dishonest_deeds, dishonest_money, dishonest_words, visits

DISHONEST = (
    *dishonest_money.TABLE,
    *dishonest_deeds.TABLE,
    *dishonest_words.TABLE,
    *visits.DISHONEST,
)

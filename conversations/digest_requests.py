"""When a conversation has become so long that its older part is to be told in few words. Apart from
`digests`, which loads Claude's SDK: this is asked in every turn, also by the web.
"""

from django.conf import settings
from django.db import connection

from conversations import history
from conversations.models import Conversation
from hampstead.core import lanes
from hampstead.core.models import Outbox

# What `history.said` tells since the last digest. Asked in every turn, and written out because it
# takes Django longer to put together than PostgreSQL to answer.
_SIZE = """
SELECT coalesce(sum(length(m.text)), 0), count(*)
  FROM conversations_message m LEFT JOIN core_outbox o ON o.id = m.effect_id
 WHERE m.conversation_id = %(conversation)s AND m.text <> ''
   AND o.status IS DISTINCT FROM %(cancelled)s
   AND m.id > (SELECT coalesce(max(up_to_id), 0) FROM conversations_digest
                WHERE conversation_id = %(conversation)s)
"""


def wanted(conversation: Conversation) -> bool:
    """Whether the undigested history has passed its budget. One cheap query; a flood may look
    longer than the model would be told."""
    asked: dict[str, int | str] = {
        "conversation": conversation.pk,
        "cancelled": Outbox.Status.CANCELLED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, asked)
        characters, blocks = cursor.fetchone()
    tokens = characters / history.CHARACTERS_A_TOKEN + blocks * history.TOKENS_A_BLOCK
    return bool(tokens >= settings.DIGEST_AFTER_TOKENS)


def ask(conversation: Conversation) -> None:
    lanes.wake(f"digest:{conversation.pk}")

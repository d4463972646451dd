from dataclasses import dataclass

from hampstead.sandbox.anthropic_usage import CacheMemory
from hampstead.sandbox.counters import Counters
from hampstead.sandbox.customer_phones import Phones
from hampstead.sandbox.delivery_statuses import DeliveryStatuses
from hampstead.sandbox.environment import Environment
from hampstead.sandbox.faults import FaultQueue
from hampstead.sandbox.journal import Journal
from hampstead.sandbox.microsoft_api import Microsoft
from hampstead.sandbox.personas import Model
from hampstead.sandbox.s3 import S3
from hampstead.sandbox.speech_desk import SpeechDesk
from hampstead.sandbox.vapi import Vapi
from hampstead.sandbox.webhook_sender import WebhookSender


@dataclass
class State:
    """Everything the sandbox remembers; clear() makes it as new."""

    environment: Environment
    counters: Counters
    journal: Journal
    faults: FaultQueue
    cache: CacheMemory
    model: Model
    phones: Phones
    sender: WebhookSender
    statuses: DeliveryStatuses
    microsoft: Microsoft
    speech: SpeechDesk
    vapi: Vapi
    s3: S3

    @classmethod
    def fresh(cls, environment: Environment) -> "State":
        counters = Counters(environment.run_id)
        sender = WebhookSender(environment)
        return cls(
            environment=environment,
            counters=counters,
            journal=Journal(),
            faults=FaultQueue(),
            cache=CacheMemory(),
            model=Model(counters),
            phones=Phones(),
            sender=sender,
            statuses=DeliveryStatuses(sender, environment.phone_number_id),
            microsoft=Microsoft(counters, environment.run_id),
            speech=SpeechDesk(),
            vapi=Vapi(counters, environment),
            s3=S3(environment.s3_secret),
        )

    async def clear(self) -> None:
        await self.statuses.stop()
        await self.microsoft.clear()
        await self.vapi.clear()
        self.counters.clear()
        self.journal.clear()
        self.faults.clear()
        self.cache.clear()
        self.model.clear()
        self.phones.clear()
        self.sender.clear()
        self.speech.clear()
        self.s3.clear()

"""Visits in Portuguese, as settled as in the other languages; slots and surveys as in `visits`."""

from conversations.claims import FindingKind, Known
from tests.conversations.claims.knowing import NOTHING
from tests.conversations.claims.visits import (
    CANCELLED,
    CONFIRMED,
    HELD,
    MOVED,
    OFFERED,
    PROMISED,
    PROVISIONAL,
)

BOOKED, DONE = FindingKind.BOOKED, FindingKind.DONE
ON = (
    "A sua visita está marcada para terça-feira, 1 de dezembro, às 10h30.",
    "A sua visita está confirmada para terça-feira, 1 de dezembro, às 10:30.",
    "A visita fica agendada para terça, 1 de dezembro, às 10h30.",
    "Agendei a sua visita para terça-feira, 1 de dezembro, às 10:30.",
    "Marquei a visita para terça-feira, 1 de dezembro.",
    "Marcámos a sua visita para terça-feira às 10h30.",
    "Reservei terça-feira, 1 de dezembro, às 10h30 para si.",
    "Confirmo a sua visita na terça-feira, 1 de dezembro, às 10h30.",
    "O nosso técnico virá na terça-feira, 1 de dezembro.",
    "O nosso perito vai visitá-lo na terça-feira às 10h30.",
    "Está tudo marcado para terça-feira.",
    "Até terça-feira!",
    "Vemo-nos na terça-feira.",
    "A sua marcação está confirmada.",
    "Até terça!",
    "Obrigado, até terça às 10h30!",
    "Até terça-feira, João!",
    "Nos vemos na terça-feira.",
    "O Tom virá na terça-feira às 10h30.",
    "A visita ficou combinada para terça-feira.",
    "Marcamos para terça-feira, 1 de dezembro.",
)
ELSEWHEN = (
    "A sua visita está marcada para quarta-feira, 2 de dezembro, às 14h.",
    "A sua visita está confirmada para terça-feira, 1 de dezembro, às 14h00.",
    "Agendei a sua visita para quinta-feira, 3 de dezembro, às 9h.",
    "Até quinta-feira!",
    "Até quinta!",
    "Vemo-nos na quinta.",
    "O nosso técnico virá na quarta, 2 de dezembro.",
    "Marquei a visita para quarta às 14h.",
)
PENCILLED = (
    "A sua visita está provisoriamente marcada para terça-feira, 1 de dezembro, às 10h30.",
    "A marcação para terça-feira, 1 de dezembro, é provisória: ainda não está confirmada.",
    "Reserva provisória: terça-feira, 1 de dezembro, às 10h30.",
)
KEPT = (
    "Terça-feira, 1 de dezembro, às 10h30 está guardada para si.",
    "Estou a guardar terça-feira, 1 de dezembro, às 10h30 para si.",
    "Guardei terça-feira às 10h30 para si enquanto decide.",
    "Vou guardar terça-feira às 10h30 para você.",
)
OFF = (
    "A sua visita está cancelada.",
    "A sua visita foi cancelada.",
    "Cancelei a sua visita.",
    "Cancelámos a sua marcação.",
    "A marcação foi anulada.",
    "A sua consulta foi desmarcada.",
    "Desmarquei a visita.",
    "Já desmarquei a sua consulta, como pediu.",
    "A vistoria está cancelada.",
    "O agendamento foi cancelado.",
)
SHIFTED = (
    "Mudei a sua visita para terça-feira, 1 de dezembro, às 10h30.",
    "A sua visita foi alterada para terça-feira, 1 de dezembro, às 10h30.",
    "A sua visita foi remarcada para terça-feira, 1 de dezembro, às 10h30.",
    "Remarquei a sua visita para terça-feira, 1 de dezembro.",
    "A visita foi adiada para terça-feira, 1 de dezembro.",
    "A visita foi mudada para terça-feira, 1 de dezembro.",
)
IDLE = (
    "Prefere terça-feira, 1 de dezembro, às 10h30?",
    "Quer que eu marque a visita para terça-feira, 1 de dezembro, às 10h30?",
    "Posso marcar terça-feira, 1 de dezembro, às 10h30.",
    "Ainda não está nada marcado.",
    "Ainda não foi confirmada nenhuma visita.",
    "Se quiser, posso cancelar a sua visita.",
    "Quer cancelar a sua visita?",
    "Para cancelar a visita, responda aqui.",
    "Se a visita for cancelada, diga-nos.",
    "A sua visita não foi cancelada.",
    "A sua visita ainda não está desmarcada.",
    "Não cancelei a sua visita.",
    "Não desmarquei nada.",
    "Ainda não marquei a visita.",
    "Quer que guarde terça-feira, 1 de dezembro, às 10h30 para si?",
    "Posso guardar terça-feira, 1 de dezembro, às 10h30 para si.",
    "Assim que a visita estiver marcada, escrevo-lhe aqui.",
    "Podemos mudar a visita se preferir.",
    "Quer mudar a sua visita?",
    "Confirmo que recebi as suas fotografias.",
    "Fico a aguardar a sua resposta.",
    "A terça parte do custo é mão de obra.",
)
# Not of a visit, or of a visit that stands.
BESIDE: tuple[tuple[str, Known], ...] = (
    ("A sua visita não foi cancelada.", CONFIRMED),
    ("O nosso técnico vai telefonar-lhe.", PROMISED),
    ("Marcamos visitas durante a semana.", NOTHING),
    ("Até breve, e obrigado pelas fotografias!", NOTHING),
    ("Guardei as suas notas.", NOTHING),
    ("Até já!", NOTHING),
    ("Votre visite n'est pas annulée.", CONFIRMED),
    ("Ihr Termin ist nicht abgesagt.", CONFIRMED),
    ("Su visita no está cancelada.", CONFIRMED),
    ("La sua visita non è annullata.", CONFIRMED),
    ("Wizyta nie została odwołana.", CONFIRMED),
    ("Vizita nu este anulată.", CONFIRMED),
)
HONEST: tuple[tuple[str, Known], ...] = (
    *((said, CONFIRMED) for said in ON),
    *((said, PROVISIONAL) for said in PENCILLED),
    *((said, HELD) for said in KEPT),
    *((said, CANCELLED) for said in OFF),
    *((said, MOVED) for said in SHIFTED),
    *((said, OFFERED) for said in IDLE),
    *BESIDE,
)
DISHONEST: tuple[tuple[FindingKind, str, Known], ...] = (
    *((BOOKED, said, known) for said in ON for known in (OFFERED, PROVISIONAL, HELD)),
    *((BOOKED, said, CONFIRMED) for said in ELSEWHEN),
    *((BOOKED, said, OFFERED) for said in PENCILLED[:1]),
    *((BOOKED, said, OFFERED) for said in KEPT),
    *((DONE, said, CONFIRMED) for said in (*OFF, *SHIFTED)),
    (BOOKED, "La visita se ha confirmado para el martes 1 de diciembre.", OFFERED),
    (DONE, "A sua visita, não se preocupe, está cancelada.", CONFIRMED),
)

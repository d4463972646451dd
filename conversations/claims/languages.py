"""The commonest false claims in the other languages our customers write, without accents."""

import re

# Portuguese says most of it with verbs alone: "marquei", "desmarquei-a".
_PT_THEIRS = r"(?:(?:a|o|est[ae]|ess[ae]) )?(?:su?a |seu |tua |teu |vossa |vosso )?"
_PT_VISIT = r"(?:visita|marcacao|consulta|agendamento|reserva|vistoria)"
PT_DAY = (
    r"(?:(?:segunda|terca|quarta|quinta|sexta)(?:-feira|(?= ?(?:$|[.,!;]|as\b|de manha|a tarde)))|"
    r"sabado|domingo|amanha)"
)
_PT_WRITES = (
    r"ligar|telefonar|cont[ae]\w+|respond|escrever|enviar|mandar|entrar|confirmar|decidir|ver\w*"
)
PT_KEEPS = r"(?:(?:estou|estamos|vou|vamos) (?:a )?guardar|guard(?:ei|amos|ando|ad[oa]s?))"

# Booked, arranged, confirmed. Feminine and plural forms by \w*.
BOOKED_ELSEWHERE = re.compile(
    r"\b(?:"
    # French
    r"reservee?s?|confirmee?s?|rendez-vous (?:est )?(?:pris|fixe)|rdv (?:est )?(?:pris|fixe)|"
    r"programmee?s?|planifiee?s?|(?:notre|un) (?:geometre|technicien|collegue|expert) (?:viendra|"
    r"passera)|"
    # Spanish and Portuguese
    r"reservad[oa]s?|confirmad[oa]s?|agendad[oa]s?|programad[oa]s?|apuntad[oa]s?|marcad[oa]s?|"
    r"nuestro (?:tecnico|perito|companero) (?:ira|vendra|pasara)|combinad[oa]s? para|"
    rf"(?:agend|mar(?:c|qu)|reserv|confirm)(?:ei|amos) {_PT_THEIRS}{_PT_VISIT}|"
    rf"(?:agend|marqu|reserv)ei|confirmo {_PT_THEIRS}{_PT_VISIT}|"
    rf"(?:marc|agend|reserv)amos (?:para|tudo|(?:a|o)? ?{PT_DAY})|"
    rf"noss[oa] (?:tecnic[oa]|perit[oa]|colega|avaliador) (?:vira|vem|passara?|(?:ira|vai)(?! (?:"
    rf"\w+ )?(?:{_PT_WRITES})))|(?<!que )(?:vira|ira|estara (?:consigo|ai)|visita-l?[oa]s?)"
    rf"(?: ter consigo| visita-l?[oa]s?)? (?:n?[ao] )?(?:proxim[ao] )?(?:dia \d|{PT_DAY})|"
    rf"{PT_KEEPS}\b[^.!?]{{0,60}}? para (?:si|ti|voces?)|"
    # Italian
    r"prenotat[oaie]|confermat[oaie]|fissat[oaie]|programmat[oaie]|il nostro (?:tecnico|geometra) "
    r"(?:verra|passera)|"
    # German
    r"gebucht|bestatigt|vereinbart|reserviert|eingetragen|eingeplant|(?:unser|ein) (?:techniker|"
    r"gutachter|kollege|mitarbeiter) kommt|termin steht|"
    # Polish
    r"zarezerwowan\w*|umowion\w*|umowil\w+|potwierdzon\w*|zaplanowan\w*|zapisan[aey]\w*|"
    # Romanian
    r"programata?|programat|rezervata?|rezervat|confirmata?|confirmat|stabilita?|stabilit)\b"
)

# A visit cancelled or moved.
DEEDS_ELSEWHERE = re.compile(
    r"\b(?:visite|rendez-vous|rdv|visita|cita|appuntamento|sopralluogo|termin|besichtigung|wizyta|"
    r"spotkanie|vizita|programarea|consulta|marcacao|agendamento|vistoria)\b"
    r"[^.!?]{0,60}?\b(?:annulee?|decommandee?|deplacee?|reportee?|decalee?|cancelad[oa]|anulad[oa]|movid[oa]|cambiad[oa]|trasladad[oa]|"
    r"aplazad[oa]|pospuest[oa]|annullat[oa]|disdett[oa]|cancellat[oa]|spostat[oa]|rimandat[oa]|"
    r"rinviat[oa]|abgesagt|storniert|verschoben|verlegt|desmarcad[oa]|alterad[oa]|remarcad[oa]|"
    r"adiad[oa]|mudad[oa]|odwolan[aey]|anulowan[aey]|przelozon[aey]|przesuniet[aey]|"
    r"anulata?|mutata?|reprogramata?|amanata?)\b|"
    r"\b(?:j'ai|nous avons|he|hemos|ho|abbiamo|ich habe|wir haben|cancelei|alterei|odwolalem|"
    r"odwolalam|am)\b[^.!?]{0,30}?\b(?:annule|deplace|reporte|cancelado|anulado|cambiado|movido|"
    r"annullato|disdetto|spostato|abgesagt|storniert|verschoben|verlegt|anulat|mutat)\b|"
    r"\b(?:cancel|desmarqu|anul|remarqu|adi)ei\b|\b(?:mud|alter)ei(?:-[ao]\b| "
    rf"{_PT_THEIRS}{_PT_VISIT}\b)|\b(?:cancel|desmarc|anul|remarc|adi|mud|alter)amos "
    rf"{_PT_THEIRS}{_PT_VISIT}\b"
)

# Somebody of ours will ring or write.
RING_ELSEWHERE = re.compile(
    r"\b(?:(?:vous|te|t'|nous) ?(?:rappel|recontact|contact|appell|telephon)\w*(?:a|ons|ont|ai)\b|"
    r"(?:allons|va|vont|vais) (?:vous|te) (?:rappeler|appeler|contacter|recontacter)|"
    r"(?:le|te|lo|la|os|les|vos|voce) (?:llamar|telefonear)(?:a|emos|an|e)\b|"
    r"(?:va a|vamos a|van a) (?:llamar|contactar)(?:le|te|lo|la|os|les)?|"
    r"devolver(?:a|emos|an) la llamada|(?:la|ti|vi) (?:richiam|chiam|telefon)er(?:a|emo|anno|o)\b|"
    r"(?:ruft|rufen|rufe) (?:sie|dich|euch) .{0,60}?(?:an|zuruck)\b|"
    r"(?:wird|werden|werde) (?:sie|dich|euch|wir|sich) .{0,60}?(?:anrufen|zuruckrufen)\b|"
    r"(?:vai|vamos|vou|vao) (?:te |lhe |vos )?(?:ligar|telefonar)|(?:ligar|telefonar)(?:a|emos|ao|"
    r"ei)\b|ligamos (?:de volta|para)|(?:od|za)dzwon(?:i|imy|ia|ie)\b|"
    r"(?:va|vom|vor|o sa) (?:va |te )?suna\b|o sa (?:va|te) sune\b|va sunam|te sunam)"
)
REPLY_ELSEWHERE = re.compile(
    r"\b(?:(?:reviendra|reviendrons|reviendront|reviens|revenons) vers (?:vous|toi)|"
    r"(?:prendra|prendrons|prendront) contact|(?:vous|te) (?:enverr|adresser|transmettr|"
    r"ecrir)\w*(?:ons|a|ont|ai)\b|vous (?:repondra|repondrons|repondront)|"
    r"(?:le|te|lo|la|os|les|nos) (?:contactar|responder|escribir|avisar)(?:a|emos|an|e)\b|"
    r"(?:nos pondremos|se pondra|se pondran) en contacto|"
    r"(?:la|ti|vi) (?:ricontatt|contatt|rispond|scriv)er(?:a|emo|anno|o)\b|"
    r"si mettera in contatto|ci metteremo in contatto|(?:le|ti|vi) fara sapere|"
    r"(?:meldet|melden|melde) (?:sich|uns|mich)|(?:wird|werden|werde) (?:sich|uns|mich|ihnen|sie|"
    r"dir) .{0,60}?(?:melden|kontaktieren|antworten)\b|"
    r"(?:entrar(?:a|emos|ao|ei)|vai entrar|vamos entrar|entraremos) em contac?to|"
    r"(?:retornar|responder)(?:a|emos|ao|ei)\b|"
    r"(?:s|z)?kontaktuj(?:e|emy|a) sie|skontaktuj\w* sie|odezw(?:ie|iemy|a) sie|odpowiemy|"
    r"odpowie\b|"
    r"(?:va|vom|vor) (?:va |te )?(?:contacta|raspunde|scrie)|(?:vom|va|vor) reveni|revenim)"
)

DENIALS_ELSEWHERE = re.compile(
    r"\b(?:je ne suis pas (?:un |une )?(?:robot|bot|ia|machine)|je suis (?:bien )?(?:une vraie "
    r"personne|une personne reelle|un humain|humaine?|un etre humain)|"
    r"no soy (?:un |una )?(?:robot|bot|ia|maquina)|soy (?:una persona|humana?|un humano)|"
    r"non sono (?:un |una |un')?(?:robot|bot|ia|macchina|intelligenza)|sono (?:una persona|un "
    r"essere umano|uman[oa])|"
    r"ich bin kein(?:e)? (?:roboter|bot|ki|maschine|computer)|ich bin ein (?:echter |richtiger |"
    r"realer )?mensch|"
    r"nao sou (?:um |uma )?(?:robo|bot|ia|maquina)|sou (?:uma pessoa|humano|humana)|"
    r"nie jestem (?:robotem|botem|maszyna|sztuczna)|jestem (?:prawdziwym |zywym )?czlowiekiem|"
    r"jestem prawdziwa osoba|"
    r"nu sunt (?:un |o )?(?:robot|bot|masina|inteligenta)|sunt (?:o persoana|om\b|un om))"
)

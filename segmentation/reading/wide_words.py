"""Words in the names of columns that tell what a column of customers is about.

English, German, French, Spanish, Portuguese, Italian, Dutch, Turkish, as `words` spells
them; compared word by word, so that `rate` is not found in `generate`.
"""

import re

__all__ = ["WORDS", "is_figure", "says", "unit_in_brackets"]

_BIRTH = """
    birth dob birthday birthdate born geb gebdatum geburt geburtsdatum geburtstag
    geburtsjahr naissance naiss nacimiento nac nascimento nasc nascita geboorte
    geboortedatum geboortejaar dogum
"""
_PHONE = "phone telephone telefon mobile handy telefono telefone tel"
_LISTS = {
    "birth": _BIRTH,
    "telephone": f"{_PHONE} telefoon cell fax",
    # who a customer is, not what a customer does
    "person": f"""
        {_BIRTH}
        gender sex geschlecht anrede genre sexe genero sexo sesso geslacht cinsiyet
        age alter edad idade eta leeftijd yas education bildung etudes educacion
        educacao
        istruzione opleiding egitim marital marriage married familienstand civil civile
        medeni senior partner dependents dependent dependants children kids kinder
        enfants hijos filhos figli dependentes kinderen cocuk household race ethnicity
        nationality
        religion occupation job profession beruf metier profesion profissao professione
        beroep meslek employment
        country land pays pais paese ulke state province region city town ort stadt
        ville ciudad cidade citta stad sehir geography location settlement district
    """,
    # where a customer is
    "place": """
        country land pays pais paese ulke state province region city town ort stadt
        ville
        ciudad cidade citta stad sehir geography location settlement district
    """,
    "coordinate": "latitude longitude lat lon lng",
    # tells who it is, and nothing else
    "identity": f"""
        {_PHONE}
        name firstname lastname surname vorname nachname nom prenom apellido
        apellidos sobrenome cognome voornaam achternaam soyad address adresse strasse
        street direccion
        endereco indirizzo adres address1 address2 zip postcode plz postal cap cep email
        mail url website note description iban vat ip cpf cnpj ssn dni nie rut curp
        bsn pesel passport
    """,
    "key": """
        id ids num number nr no nummer numero code key uuid guid kennung cod kod numara
        hash token
    """,
    "code": """
        code type typ class category kategorie status plan tier segment group gruppe
        channel kanal region zone sector branch store education marriage marital sex
        gender occupation settlement level size cluster product policy contract
        browser agent system systems carrier operator
    """,
    # numbers that name something and are no more where they are higher
    "nominal": """
        code type typ category kategorie region zone branch store channel kanal cluster
        browser agent system systems carrier operator
    """,
    "money": """
        amount amt balance bill bills payment payments price cost costs charge charges
        fee fees spend spent spending revenue sales income salary limit credit advance
        premium claim claims value buy ltv clv purchases montant betrag umsatz preis
        gehalt
        einkommen saldo guthaben kosten prix solde ventes importe precio gasto gastos
        ingreso valor preco receita prezzo importo ricavi spesa reddito bedrag prijs
        omzet kosten inkomen tutar fiyat gelir harcama volume bal pay mrr arr turnover
        deposit loan debt refund refunded payout
        limite soll haben debit withdrawal withdrawals lastschrift gutschrift debito
        abono avere alacak
    """,
    "count": """
        count number num nb nbr qty trx transactions trans ct visits orders purchases
        logins sessions calls contacts clicks opens opened clicked anzahl nombre numero
        aantal sayisi adet bestellungen commandes pedidos compras ordini bestellingen
        siparis qtd qtde quantidade cantidad quantita quantite quantity
        visites besuche visitas visite bezoeken ziyaret complaints policies
        tickets members products items frequency hits views pageviews impressions plays
        downloads messages nights bounces
    """,
    "share": """
        share rate ratio pct prc percent percentage frequency prozent anteil quote taux
        pourcentage tasa porcentaje taxa quota percentuale aandeel oran yuzde
        probability proba utilization
    """,
    # a point in time
    "moment": """
        at on date time timestamp ts datetime seen since login created updated joined
        registered datum zeit seit fecha data horodatage tarih tarihi datum epoch unix
    """,
    "start": """
        start starts begin began beginning from effective von beginn ab debut depuis
        inicio desde inizio da dal vanaf baslangic
    """,
    # lies ahead: no day that the data describe
    "end": """
        end ends ended until to expiry expires expire expiration valid due renewal next
        bis ende ablauf fin jusqu echeance hasta vencimiento fim ate validade fine
        scadenza al einde tot eind bitis vade
    """,
    "days": "days day tage jours dias giorni dagen gun recency",
    "months": "months month monate mois meses mesi maanden ay tenure",
    "weeks": "week weeks woche wochen semaine semaines semana semanas weken hafta",
    "duration": "period length duration dauer duree duracion duracao durata duur sure",
    "years": "years year jahre ans anos anni jaren yil age alter",
    "score": "score rating stars punkte note nps satisfaction index bewertung",
    # made by somebody's model, which has seen what is to be predicted
    "predicted": """
        naive bayes classifier predicted prediction predictions proba probability
        forecast propensity expected vorhersage prevision prediccion previsao tahmin
    """,
    # money that is not spent by the customer
    "paid_out": """
        claim claims refund refunds refunded payout payouts chargeback chargebacks
        salary wage wages gehalt erstattung remboursement reembolso rimborso
        terugbetaling iade schaden sinistre siniestro sinistro schade hasar
    """,
    # money that somebody has or may have, and does not spend
    "owned": """
        balance bal credit limit income salary loan debt deposit advance saldo solde
        guthaben einkommen gehalt ingreso reddito inkomen gelir
    """,
    "total": """
        total totals sum gesamt summe somme totale toplam totaal lifetime all overall
    """,
    "online_or_not": """
        web online internet site website store stores shop shops laden filiale filialen
        magasin boutique tienda loja negozio winkel magaza retail catalog catalogue
        katalog catalogo app mobile phone telephone telefon email mail post
        marketplace social branch kiosk offline instore partner
    """,
    "goods": """
        wine wines wein vin vino vinho fruit fruits obst frutta meat fleisch viande
        carne fish fisch poisson pescado peixe pesce sweet sweets fresh milk milch lait
        leche leite latte grocery groceries lebensmittel epicerie frozen detergents
        paper delicassen delicatessen dairy bakery beverages drinks getranke boissons
        bebidas snacks vegetables gemuse legumes verduras household beauty cosmetics
        toys spielzeug jouets juguetes books bucher livres libros livros electronics
        elektronik clothing clothes apparel fashion shoes schuhe garden furniture mobel
        pets damen herren women men kids accessories jewelry jewellery sports music
        gold seafood produce deli
    """,
}
# what says what a number measures
_FIGURES = ("money", "count", "person", "score", "days", "months", "years", "share")
WORDS = {what: frozenset(text.split()) for what, text in _LISTS.items()}


def says(name: str, what: str) -> bool:
    """Return whether a name in plain words has a word of a list.

    Examples
    --------
    >>> says("naive bayes classifier 1", "predicted"), says("generate", "share")
    (True, False)
    """
    return not WORDS[what].isdisjoint(name.split())


def is_figure(name: str) -> bool:
    """Return whether a name in plain words says what a number measures.

    Examples
    --------
    >>> is_figure("number of orders"), is_figure("ticket number")
    (True, False)
    """
    measured = re.sub(r" (?:number|num|nr|no)$", "", name)
    return any(says(measured, what) for what in _FIGURES)


def unit_in_brackets(header: str) -> str:
    """Return the unit of time that a header has behind its name, or nothing.

    Examples
    --------
    >>> unit_in_brackets("Recency (months)"), unit_in_brackets("Income (k$)")
    ('months', '')
    """
    found = re.search(r"[(\[](?:in )?(\w+)[)\]]\s*$", header.casefold())
    units = ("days", "weeks", "months", "years")
    return next((u for u in units if found and says(found[1], u)), "")

"""How files call what this project wants to know: one line each.

Names are compared as plain words: `words` takes accents, case, marks and humps away, so
that `Dt_Customer`, `DtCustomer` and `dt customer` are one.
"""

import re
import unicodedata
from functools import cache

from segmentation.reading.other_letters import in_english

__all__ = [
    "CATEGORY_WORDS",
    "LINES",
    "PATTERNS",
    "SPELLINGS",
    "SPEND_WORDS",
    "TARGETS",
    "latin_words",
    "words",
]

# what -> its spellings, the surest first; English, then German, French, Spanish
SPELLINGS = {
    "customer_id": (
        "customer id", "customerid", "customer key", "customer number", "customer no",
        "customer nr", "customer code", "cust id", "cust no", "custid", "client id",
        "client number", "member id", "user id", "account id", "shopper id",
        "loyalty id", "customer", "client", "kunden id", "kundennummer", "kunden nr",
        "kundennr", "kunde", "id client", "numero client", "code client", "no client",
        "id cliente", "codigo cliente", "numero cliente", "cliente",
        "clientnum", "cliente id", "codigo do cliente", "codice cliente", "id utente",
        "klantnummer", "klant id", "klantnr", "klant", "musteri no", "musteri id",
        "musteri numarasi", "musteri", "numero de client", "numero de cliente",
        "master id", "subscriber id", "household id", "guest id", "patient id",
        "donor id", "account number", "account no", "policyholder id", "kundennummern",
        "kundin", "id",
    ),
    "birth_year": (
        "year birth", "birth year", "year of birth", "yob", "geburtsjahr",
        "annee naissance", "annee de naissance", "ano nacimiento",
        "ano de nacimiento",
        "data nascimento", "data de nascimento", "ano nascimento", "ano de nascimento",
        "data di nascita", "anno di nascita", "data nascita", "geboortejaar",
        "geboortedatum", "dogum yili", "dogum tarihi", "date of birth", "birth date",
        "birthdate", "dob", "birthday", "geburtsdatum", "geburtstag", "date naissance",
        "date de naissance", "fecha nacimiento", "fecha de nacimiento", "customer dob",
        "customer birth date", "customer date of birth", "data nasc", "dt nasc",
        "dt nascimento", "fecha nac", "date naiss", "geb datum", "gebdatum",
    ),
    "age_years": ("age", "age years", "age in years", "alter", "edad",
        "idade", "eta", "leeftijd", "yas", "customer age",
    ),
    "gender": ("gender", "sex", "geschlecht", "genre", "sexe", "genero", "sexo",
        "sesso", "geslacht", "cinsiyet", "anrede", "genere",
    ),
    "country": ("country", "country code", "land", "pays", "pais",
        "paese", "ulke", "default address country code",
    ),
    "education": (
        "education", "education level", "degree", "bildung", "bildungsabschluss",
        "ausbildung", "abschluss", "niveau etudes", "niveau d etudes", "diplome",
        "educacion", "nivel educativo", "estudios",
        "educacao", "escolaridade", "istruzione", "titolo di studio", "opleiding",
        "opleidingsniveau", "egitim", "egitim durumu",
    ),
    "marital_status": (
        "marital status", "marital", "civil status", "familienstand", "zivilstand",
        "etat civil", "situation familiale", "situation matrimoniale", "estado civil",
        "estado civil", "stato civile", "burgerlijke staat", "medeni durum",
        "medeni hal",
    ),
    "income": (
        "income", "annual income", "yearly income", "household income", "salary",
        "einkommen", "jahreseinkommen", "haushaltseinkommen", "revenu",
        "revenu annuel", "revenus", "ingresos", "ingreso", "ingreso anual", "renta",
        "renda", "renda anual", "rendimento", "reddito", "reddito annuo", "inkomen",
        "jaarinkomen", "gelir", "yillik gelir", "revenu annuel brut",
    ),
    "children_at_home": (
        "kidhome", "kid home", "kids home", "kids at home", "children at home", "kids",
        "children", "number of children", "num children", "kinder",
        "kinder im haushalt", "enfants", "nombre enfants", "nb enfants", "hijos",
        "ninos",
        "filhos", "criancas", "figli", "bambini", "kinderen", "cocuk sayisi",
        "cocuklar",
    ),
    "teenagers_at_home": (
        "teenhome", "teen home", "teens home", "teens at home", "teenagers at home",
        "teenagers", "teens", "jugendliche", "adolescents", "adolescentes",
    ),
    "enrolled_on": (
        "dt customer", "enrolment date", "enrollment date", "enrolled on", "enrolled",
        "date enrolled", "signup date", "sign up date", "signup", "signed up on",
        "registration date", "registered on", "registered", "join date", "joined on",
        "joined", "date joined", "customer since", "member since", "created at",
        "kunde seit", "eintrittsdatum", "anmeldedatum", "registriert am",
        "date inscription", "date d inscription", "client depuis", "fecha alta",
        "fecha de alta", "fecha registro", "cliente desde",
        "data cadastro", "data de cadastro", "cliente desde", "data registrazione",
        "data iscrizione", "cliente dal", "inschrijfdatum", "klant sinds",
        "registratiedatum", "kayit tarihi", "uyelik tarihi", "date added", "created",
        "created utc", "registration", "registrierungsdatum", "date creation",
        "date de creation", "member registration date", "customer registration date",
        "user registration date", "membership start date",
    ),
    "recency_days": (
        "recency", "recency days", "days since last purchase",
        "days since last order", "days since purchase", "tage seit letztem kauf",
        "tage seit kauf", "jours depuis dernier achat", "dias desde ultima compra",
        "dias desde a ultima compra", "giorni ultimo acquisto",
        "dagen sinds laatste aankoop",
    ),
    "last_purchase_on": (
        "last purchase date", "last order date", "last purchase on", "last purchase",
        "last order", "date of last purchase", "letzter kauf", "letzter einkauf",
        "dernier achat", "date dernier achat", "ultima compra",
        "data ultima compra", "data da ultima compra", "ultimo acquisto",
        "data ultimo acquisto", "laatste aankoop", "laatste bestelling",
        "son alisveris", "son alisveris tarihi", "son siparis tarihi",
        "date de dernier achat", "fecha ultima compra", "datum letzter kauf",
    ),
    "gold_spend": (
        "mnt gold prods", "mnt gold products", "mnt gold", "gold spend",
        "spend on gold", "spend gold",
    ),
    "deal_purchases": (
        "num deals purchases", "num deal purchases", "deal purchases",
        "deals purchases", "discount purchases", "purchases with discount",
    ),
    "web_visits_per_month": (
        "num web visits month", "web visits month", "web visits per month",
        "monthly web visits", "website visits", "site visits", "visits per month",
    ),
    "has_complained": (
        "complain", "complained", "has complained", "complaint", "complaints",
        "beschwerde", "reclamation", "queja",
    ),
    "may_contact": (
        "may contact", "may be contacted", "accepts marketing",
        "accepts email marketing", "email marketing consent", "marketing consent",
        "marketing opt in", "opt in",
        "opted in", "email opt in", "newsletter opt in", "consent", "has consented",
        "gdpr consent", "contact allowed", "contactable", "subscribed to newsletter",
        "newsletter subscriber", "werbeeinwilligung", "einwilligung",
        "newsletter einwilligung", "darf kontaktiert werden", "consentement",
        "optin", "accepte marketing", "acepta publicidad", "consentimiento",
        "consentimento", "aceita marketing", "consenso", "consenso marketing",
        "toestemming", "pazarlama izni", "iletisim izni", "newsletter", "infolettre",
        "boletin", "boletim", "nieuwsbrief", "bulten",
    ),
    "has_opted_out": (
        "opt out", "opted out", "has opted out", "email opt out", "do not contact",
        "do not email", "do not mail", "unsubscribed", "has unsubscribed", "no contact",
        "werbesperre", "widerspruch", "abgemeldet", "desabonne", "desinscrit",
        "no contactar", "dado de baja", "descadastrado", "nao contatar", "disiscritto",
        "non contattare", "afgemeld", "uitgeschreven", "aboneligi iptal",
    ),
    "opted_out_on": (
        "unsub time", "unsubscribe time", "unsubscribed at", "unsubscribed on",
        "unsubscribe date", "unsubscribed date", "date unsubscribed", "unsub date",
        "opt out date", "opted out at", "opted out on", "opt out time", "optout time",
        "abgemeldet am", "abmeldedatum",
        "widerspruch am", "date de desinscription", "date desinscription",
        "desabonne le", "fecha de baja del boletin", "data descadastro",
        "data disiscrizione", "afmelddatum", "uitgeschreven op",
        "abonelik iptal tarihi",
    ),
    "left_on": (
        "left on", "left date", "date left", "cancelled on", "canceled on",
        "cancelled at", "canceled at", "cancellation date", "cancel date",
        "date cancelled", "date canceled", "churn date", "churned on", "terminated on",
        "termination date", "resigned on", "exit date", "membership ended on",
        "kundigungsdatum", "gekundigt am", "gekundigt zum", "austritt",
        "austrittsdatum", "ausgetreten am", "date de resiliation",
        "date resiliation", "fecha de baja",
        "fecha baja", "data cancelamento", "data de cancelamento", "data disdetta",
        "data recesso", "opzegdatum", "einddatum lidmaatschap", "iptal tarihi",
        "ayrilis tarihi",
    ),
    "spending_score": ("spending score",),
    "purchases": (
        "purchases", "orders", "order count", "number of orders", "num purchases",
        "number of purchases", "total orders", "total purchases", "bestellungen",
        "kaufe", "achats", "commandes", "compras", "pedidos",
        "anzahl bestellungen", "anzahl einkaufe", "nombre de commandes",
        "nombre commandes", "nombre d achats", "numero de pedidos", "numero de compras",
        "numero pedidos", "numero ordini", "ordini", "acquisti", "aantal bestellingen",
        "bestellingen", "siparis sayisi", "historic number of orders", "orders count",
    ),
    "total_spend": (
        "total spend", "total spent", "total spending", "lifetime spend",
        "total sales", "gesamtumsatz", "depense totale", "gasto total",
        "gesamtausgaben", "montant total", "total depense", "total gastado",
        "total gasto", "valor total", "spesa totale", "totale uitgaven",
        "totaal besteed", "toplam harcama", "historic customer lifetime value",
    ),
}  # fmt: skip
# columns of order lines, where the file has orders
LINES = {
    "customer_id": SPELLINGS["customer_id"][:-1],
    "order_id": (
        "order id", "orderid", "order no", "order number", "order nr", "invoice no",
        "invoice id", "invoice number", "invoice", "transaction id", "transaction no",
        "receipt id", "receipt no", "basket id", "bestellnummer", "bestell nr",
        "rechnungsnummer", "numero commande", "facture", "pedido", "id pedido",
    ),
    "line_id": ("line id", "line no", "line number", "order line id", "position"),
    "ordered_at": (
        "ordered at", "ordered on", "order date", "order time", "order timestamp",
        "invoice date", "purchase date", "purchased at", "transaction date", "date",
        "timestamp", "created at", "bestelldatum", "kaufdatum", "rechnungsdatum",
        "datum", "date commande", "date achat", "fecha pedido", "fecha compra",
        "fecha",
    ),
    "amount": (
        "amount", "net amount", "line amount", "line total", "order total",
        "order value", "order amount", "total amount", "total price", "sales amount",
        "sales", "revenue", "total", "value", "betrag", "umsatz", "summe", "montant",
        "importe", "unit price", "price per unit", "price", "einzelpreis", "preis",
        "prix unitaire", "prix", "precio unitario", "precio",
    ),
    "category": (
        "category", "product category", "department", "product group", "product line",
        "kategorie", "warengruppe", "categorie", "categoria",
    ),
    "channel": ("channel", "sales channel", "kanal", "vertriebskanal", "canal"),
    "quantity": ("quantity", "qty", "units", "menge", "anzahl", "quantite", "cantidad"),
    "discount": ("discount", "discount amount", "rabatt", "remise", "descuento"),
    "is_cancelled": ("cancelled", "canceled", "is cancelled", "storniert", "annule"),
    "is_returned": ("returned", "is returned", "is return", "return", "retourniert"),
}  # fmt: skip
TARGETS = {
    "response": (
        "response", "responded", "has responded", "last campaign response", "target",
        "converted", "antwort", "reponse", "respuesta",
    ),
    "contact_cost": (
        "z cost contact", "cost contact", "contact cost", "cost per contact",
        "kontaktkosten",
    ),
    "revenue": (
        "z revenue", "revenue per response", "response revenue", "revenue response",
    ),
}  # fmt: skip
SPEND_WORDS = "spend|spent|spending|expenditure|ausgaben|umsatz|depenses?|gastos?"
_BOUGHT = "purchases|orders|kaufe|einkaufe|bestellungen|achats|commandes|compras"
# role -> names that any number of columns follow; the group is the user's own name
PATTERNS = {
    "campaigns": (
        r"(?:accepted |response )?(?:cmp|campaign|kampagne|campagne|campana) ?(\d+)"
        r"(?: accepted| response)?",
        r"accepted (?!last)(.+)",
        r"(.+) accepted",
    ),
    "spend": (
        rf"(?:mnt|amt|amount|(?:amount )?(?:{SPEND_WORDS}))"
        r"(?: on| for| fur| in| en| pour)? (.+)",
        rf"(.+) (?:{SPEND_WORDS}|amount|sales)",
    ),
    "channels": (
        rf"(?:num|number of|nb|nombre|anzahl|numero) (.+) (?:{_BOUGHT})",
        rf"(.+) (?:{_BOUGHT})",
        rf"(?:{_BOUGHT}|kaufe)(?: in| on| at| by| via| from| uber| en)? (.+)",
    ),
}
# the project's own names for the categories that have columns of their own
CATEGORY_WORDS = {
    "wines": "wine",
    "fruits": "fruit",
    "meats": "meat",
    "fishes": "fish",
    "sweet": "sweets",
    "catalogue": "catalog",
    "website": "web",
}

# letters that are no other letter with an accent
_NO_ACCENTS = str.maketrans(
    {"ß": "ss", "ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "œ": "oe"}
)


@cache
def words(name: str) -> str:
    """Return a column's name as plain words; those in other letters in English.

    Examples
    --------
    >>> words("NumDealsPurchases"), words(" Annual Income (k$) "), words("Dt_Customer")
    ('num deals purchases', 'annual income', 'dt customer')
    >>> words("顧客ID"), words("Дата заказа")
    ('customer id', 'order date')
    """
    return latin_words(in_english(name))


@cache
def latin_words(name: str) -> str:
    """Return the Latin letters of a name as plain words."""
    name = name.translate(_NO_ACCENTS)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[(\[].*?[)\]]", " ", plain) or plain
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    plain = re.sub(r"(?<=[A-Za-z])(?=\d)", " ", plain)
    return " ".join(re.findall("[a-z0-9]+", plain.lower()))

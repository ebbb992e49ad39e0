"""How files of orders call what this project wants to know of a line.

As `spellings`: plain words, the surest first; English, then German, French, Spanish,
Italian, Portuguese, Dutch and Turkish. Letters that are no Latin letter with an accent
are missing in plain words (``alici`` of "alıcı" is ``alc``).
"""

from segmentation.reading.spellings import LINES, SPELLINGS

__all__ = [
    "CURRENCIES",
    "LINE_TOTALS",
    "NAMED_OF_PIECE",
    "ORDER_LINES",
    "ORDER_TOTALS",
    "PERSONS",
    "PRODUCTS",
    "STATUSES",
    "STATUS_WORDS",
    "TIMES",
    "UNIT_PRICES",
]

# a person before an account, an account before an address or a name
PERSONS = (
    "customer unique id", "customer user id", "klantnummer", "klant id", "klant",
    "musteri no", "musteri numaras", "musteri id", "musteri kodu", "musteri",
    "id do cliente", "codigo do cliente", "id cliente", "codice cliente",
    *LINES["customer_id"],
    "household id", "household key", "household", "hshd num", "haushalt",
    "buyer id", "buyer user id", "patient id", "guest id", "subscriber id",
    "visitor id", "person id", "contact id", "account number", "account no",
    "account", "account key", "konto", "kontonummer", "iban", "hesap no", "card number",
    "card id", "kartennummer", "customer email", "customer e mail", "buyer email",
    "buyer e mail", "billing email", "email", "e mail", "email address",
    "e mail adresse", "mail", "eposta", "customer name", "kundenname", "buyer name",
    "billing name", "musteri ad", "card",
)  # fmt: skip
TIMES = (
    "order purchase timestamp", "purchase timestamp", "order datetime",
    "transaction timestamp", "transaction datetime", "transaction time",
    *LINES["ordered_at"],
    "purchase time", "purchased on", "created date", "created on", "created",
    "paid at", "event time", "trans date", "sale date", "sales date", "day",
    "booking date", "posting date", "value date", "payment date", "belegdatum",
    "auftragsdatum", "buchungsdatum", "buchungstag", "buchung", "valuta",
    "valutadatum", "date facture", "date de commande", "date operation",
    "fecha factura", "fecha operacion", "data ordine", "data acquisto", "data pedido",
    "data da compra", "data", "besteldatum", "factuurdatum", "siparis tarihi",
    "fatura tarihi", "islem tarihi", "satis tarihi", "tarih", "gift date",
    "date of gift", "donation date", "date of donation", "rental date",
    "donated at", "spendendatum", "date du don", "fecha donacion",
)  # fmt: skip
# money of one line of the order
LINE_TOTALS = (
    "order line total", "line total", "line amount", "line value",
    "order line subtotal", "line subtotal", "line net total",
    "line revenue", "item total", "item subtotal",
    "extended price", "extended amount", "sales value", "net sales", "sales amount",
    "net amount", "net revenue", "amount", "gesamtpreis", "positionsbetrag",
    "positionswert", "gesamtbetrag", "betrag", "umsatz", "dollar value", "sales",
    "revenue", "spend", "total price", "total amount", "summe", "montant", "importe",
    "importo", "valor", "bedrag", "money", "tutar", "toplam tutar", "satr tutar",
    "islem tutar", "toplam", "value",
)  # fmt: skip
# money of one piece, as nobody calls the money of a line
NAMED_OF_PIECE = (
    "unit price",
    "price per unit",
    "price per piece",
    "price each",
    "item cost",
    "lineitem price",
    "line item price",
    "list price",
    "einzelpreis",
    "stuckpreis",
    "prix unitaire",
    "precio unitario",
    "prezzo unitario",
    "preco unitario",
    "stukprijs",
    "birim fiyat",
    "birim fiyati",
)
# likely so, but some call the money of a line a price as well
UNIT_PRICES = (
    *NAMED_OF_PIECE, "item price", "price", "preis", "prix", "precio", "prezzo",
    "preco", "prijs", "fiyat",
)  # fmt: skip
# money of the whole order, after discounts and before shipping and tax if it can be
ORDER_TOTALS = (
    "subtotal", "order subtotal", "sub total", "order net total", "order total",
    "order total amount", "order amount", "order value", "payment value",
    "grand total", "invoice total", "invoice amount", "basket value", "total",
    "bestellwert", "rechnungsbetrag", "auftragswert", "total commande",
    "total pedido", "siparis tutar", "fatura tutar", "genel toplam",
)  # fmt: skip
PRODUCTS = (
    "sku", "stock code", "stockcode", "product id", "product code", "item id", "item",
    "asin", "article", "artikel", "artikelnummer", "product", "product name",
    "lineitem sku", "lineitem name", "description", "produkt", "produit", "producto",
    "urun kodu", "urun", "urun ad",
)  # fmt: skip
ORDER_LINES = {
    "order_id": (
        "amazon order id", *LINES["order_id"], "basket", "basket num", "bill no",
        "bill number", "voucher no", "trans id", "charge id", "payment id", "ticket",
        "belegnummer", "beleg nr", "auftragsnummer", "auftrag", "vorgangsnummer",
        "rechnung nr", "bon", "bonnummer", "numero de commande", "numero facture",
        "numero pedido", "numero ordine", "ordine", "bestelling", "ordernummer",
        "siparis no", "siparis numaras", "siparis id", "fatura no", "fis no",
        "islem no",
    ),
    "line_id": (*LINES["line_id"], "pos", "row id", "order item id", "positionsnummer",
                "line item id", "kalem no"),
    "category": (
        *LINES["category"], "product category name english", "product category name",
        "category name", "genre name", "fund", "categories",
        "merchant category", "product type",
        "produktgruppe", "artikelgruppe", "product categories", "department name",
        "kategori", "urun kategorisi", "urun grubu", "catergorie", "productgroep",
    ),
    "channel": (*LINES["channel"], "order channel", "source name", "store type",
                "marktplatz", "vertriebsweg", "kanal ad", "satis kanal"),
    "quantity": (
        *LINES["quantity"], "quantity purchased", "lineitem quantity", "item quantity",
        "qty ordered", "number of cds", "number of items", "number of units", "pieces",
        "stuck", "stuckzahl", "quantita", "quantidade", "aantal", "adet", "miktar",
    ),
    "discount": (
        "discount amount", "line discount", "lineitem discount", "discount total",
        *LINES["discount"], "discounts", "retail disc", "coupon disc",
        "item promotion discount", "promotion discount", "nachlass", "sconto",
        "desconto", "korting", "indirim", "indirim tutar",
    ),
    "refunded": (
        "amount refunded", "refunded amount", "refund amount", "refunds", "refund",
        "refunded", "total refunded", "erstattet", "erstattung", "erstattungsbetrag",
        "montant rembourse", "importe reembolsado", "iade tutar",
    ),
    "is_cancelled": (*LINES["is_cancelled"], "is canceled", "storno", "iptal"),
    "cancelled_at": ("cancelled at", "canceled at", "cancelled on", "cancellation date",
                     "cancelled date", "storniert am", "stornodatum", "iptal tarihi"),
    "is_returned": (*LINES["is_returned"], "returned item", "retoure", "iade"),
    "is_test": ("is test", "test", "test order", "testmode", "test mode"),
    "may_contact": (*SPELLINGS["may_contact"], "buyer accepts marketing"),
    "has_opted_out": SPELLINGS["has_opted_out"],
}  # fmt: skip
STATUSES = (
    "financial status", "payment status", "order status", "status", "state",
    "bestellstatus", "auftragsstatus", "zahlungsstatus", "statut", "estado", "stato",
    "siparis durumu", "odeme durumu", "durum",
)  # fmt: skip
CURRENCIES = (
    "currency", "currency code", "order currency", "iso currency", "wahrung", "devise",
    "moneda", "divisa", "valuta code", "moeda", "para birimi", "doviz",
)  # fmt: skip
# words of status by what they mean for the money; a prefix such as wc- is left out
STATUS_WORDS = {
    "counts": (
        "paid", "complete", "completed", "shipped", "delivered", "succeeded",
        "success", "successful", "fulfilled", "processing", "closed", "done",
        "invoiced",
        "settled", "captured", "partially refunded", "partial refund",
        "shipped - delivered to buyer", "approved", "posted", "booked", "ok", "bezahlt",
        "abgeschlossen", "versendet", "versandt", "geliefert", "zugestellt",
        "erledigt",
        "paye", "payé", "livre", "livré", "terminee", "terminée", "pagado", "enviado",
        "entregado", "completado", "pagato", "consegnato", "pago", "entregue",
        "betaald",
        "ödendi", "tamamlandı", "teslim edildi", "kargolandı", "kargoda", "onaylandı",
        "выполнен", "доставлен", "оплачен", "отправлен", "завершен", "завершён",
        "已完成", "完成", "已付款", "已支付", "已发货", "已签收", "完了", "発送済み",
        "入金済み", "배송완료", "결제완료", "구매확정", "مكتمل", "مدفوع",
        "تم التوصيل",
    ),
    "cancelled": (
        "cancelled", "canceled", "failed", "voided", "void", "unpaid", "expired",
        "declined", "rejected", "abandoned", "draft", "checkout-draft", "trash",
        "storniert", "abgebrochen", "fehlgeschlagen", "annule", "annulé", "annulée",
        "cancelado", "cancelada", "annullato", "geannuleerd", "iptal", "iptal edildi",
        "başarısız", "отменен", "отменён", "已取消", "取消", "キャンセル", "취소",
        "취소완료", "ملغي", "ملغى",
    ),
    "returned": (
        "refunded", "returned", "chargeback", "charged back", "reversed", "erstattet",
        "retourniert", "zurückgesendet", "rembourse", "remboursé", "reembolsado",
        "devuelto", "rimborsato", "iade", "iade edildi", "возврат", "возвращен",
        "возвращён", "已退款", "退款", "退货", "返品", "返金", "환불", "반품", "مسترجع",
    ),
}  # fmt: skip

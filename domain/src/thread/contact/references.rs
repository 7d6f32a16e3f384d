//! Numbers of other things: the word before says what a number is of.

/// Letters of the text before a number that are looked at.
const BEFORE_CHARS: usize = 40;
/// Words between the thing and its number that say nothing: "Bestellung Nr. 12", "order number is 12".
const FILLERS: [&str; 26] = [
    "c", "codigo", "de", "del", "die", "do", "e", "est", "id", "is", "ist", "la", "lautet", "mit",
    "n", "no", "nr", "num", "number", "numero", "numéro", "número", "numer", "numărul", "o", "é",
];
/// What has numbers of its own, by language: en, de, fr, it, pt, ro, es. German ones that end in "nummer" need no entry.
const THINGS: [&str; 92] = [
    "account",
    "article",
    "batch",
    "booking",
    "case",
    "claim",
    "contract",
    "customer",
    "ean",
    "gtin",
    "iban",
    "imei",
    "invoice",
    "isbn",
    "issn",
    "item",
    "license",
    "licence",
    "member",
    "order",
    "parcel",
    "part",
    "passport",
    "policy",
    "reference",
    "ref",
    "registration",
    "serial",
    "shipment",
    "sku",
    "tax",
    "ticket",
    "tracking",
    "transaction",
    "vat",
    "aktenzeichen",
    "artikel",
    "auftrag",
    "beleg",
    "bestellung",
    "buchung",
    "charge",
    "hrb",
    "kennzeichen",
    "konto",
    "kunde",
    "kundennr",
    "paket",
    "rechnung",
    "rechnungsnr",
    "bestellnr",
    "sendung",
    "seriennr",
    "steuer",
    "steuerid",
    "steuernr",
    "umsatzsteuer",
    "ust",
    "ustidnr",
    "ustid",
    "vertrag",
    "vorgang",
    "colis",
    "commande",
    "contrat",
    "dossier",
    "facture",
    "référence",
    "siren",
    "siret",
    "suivi",
    "tva",
    "contratto",
    "fattura",
    "fiscale",
    "iva",
    "ordine",
    "pratica",
    "riferimento",
    "spedizione",
    "cnpj",
    "contribuinte",
    "contrato",
    "cpf",
    "encomenda",
    "fatura",
    "nif",
    "pedido",
    "cui",
    "comanda",
    "comandă",
    "factura",
];
/// Words in "nummer" that are of phones all the same.
const PHONE_NUMBERS: [&str; 9] = [
    "nummer",
    "telefon",
    "telefonnummer",
    "rufnummer",
    "handynummer",
    "mobilnummer",
    "mobilfunknummer",
    "whatsappnummer",
    "faxnummer",
];

/// Whether the words before a number say that it is of something else. `digits` are the number's own.
pub(super) fn is_named(before: &str, digits: &str) -> bool {
    let from = before
        .char_indices()
        .rev()
        .nth(BEFORE_CHARS)
        .map_or(0, |(at, _)| at);
    let line = before[from..].rsplit('\n').next().unwrap_or_default();
    let mut words = line
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(|word| word.trim_matches('-'))
        .filter(|word| !word.is_empty())
        .rev();
    let Some(word) = words.find(|word| !FILLERS.contains(word)) else {
        return false;
    };
    let word = word.replace('-', "");
    if matches!(word.as_str(), "isbn" | "isbn10" | "isbn13") {
        return is_book(digits);
    }
    let german = word.ends_with("nummer") && !PHONE_NUMBERS.contains(&word.as_str());
    german || THINGS.contains(&word.as_str())
}

/// Whether the check digit of a book number is right: one that is wrong is no book's.
fn is_book(digits: &str) -> bool {
    let values: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let weighted = |weights: &dyn Fn(usize) -> u32| -> u32 {
        (0..)
            .zip(&values)
            .map(|(at, value)| weights(at) * value)
            .sum()
    };
    match values.len() {
        // The last sign of ten may be an X, which is no digit of the row.
        9 => true,
        10 => weighted(&|at| 10 - u32::try_from(at).unwrap_or(10)).is_multiple_of(11),
        13 => weighted(&|at| if at % 2 == 0 { 1 } else { 3 }).is_multiple_of(10),
        _ => false,
    }
}

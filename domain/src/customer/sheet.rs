//! Customers as lines of a table, as spreadsheets keep them: what the columns are called, what stands in the cells, and
//! back.

use super::record::{CustomerData, Kind};
use crate::field::{FieldError, code};

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;
/// Customers that come in from one file at the most.
pub const MAX_ROWS: usize = 2_000;
/// Wrong lines that are told one by one; of those beyond them the answer has the number.
pub const MAX_TOLD: usize = 200;
/// Columns that are told as unknown at the most, and how much of each name.
pub const MAX_UNKNOWN: usize = 50;
const MAX_TOLD_CHARS: usize = 60;
/// What a spreadsheet takes for the beginning of a formula.
const BEGINS_A_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What stands before such a text so that it stays a text.
const MARK: char = '\'';
/// What separates cells, the most usual first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
const YES: &str = "yes";
const NO: &str = "no";

/// A column, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Kind,
    Name,
    Company,
    Email,
    Phone,
    Language,
    Country,
    VatId,
    TaxNumber,
    Group,
    Notes,
    MayBeCalled,
}

impl Column {
    pub const ALL: [Self; 12] = [
        Self::Kind,
        Self::Name,
        Self::Company,
        Self::Email,
        Self::Phone,
        Self::Language,
        Self::Country,
        Self::VatId,
        Self::TaxNumber,
        Self::Group,
        Self::Notes,
        Self::MayBeCalled,
    ];

    /// What it is called in the first line of a file, in whatever language the file is.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Company => "company",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Language => "language",
            Self::Country => "country",
            Self::VatId => "vat_id",
            Self::TaxNumber => "tax_number",
            Self::Group => "group",
            Self::Notes => "notes",
            Self::MayBeCalled => "may_be_called",
        }
    }

    fn of(name: &str) -> Option<Self> {
        let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    fn read(self, data: &CustomerData) -> String {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        match self {
            Self::Kind => data.kind.name().to_owned(),
            Self::Name => data.name.clone(),
            Self::Company => optional(&data.company),
            Self::Email => optional(&data.email),
            Self::Phone => optional(&data.phone),
            Self::Language => data.language.clone(),
            Self::Country => optional(&data.country),
            Self::VatId => optional(&data.vat_id),
            Self::TaxNumber => optional(&data.tax_number),
            Self::Group => optional(&data.group),
            Self::Notes => optional(&data.notes),
            Self::MayBeCalled => if data.may_be_called { YES } else { NO }.to_owned(),
        }
    }

    fn write(self, data: &mut CustomerData, cell: &str) -> Result<(), FieldError> {
        let text = plain(cell);
        let optional = || (!text.trim().is_empty()).then(|| text.to_owned());
        match self {
            Self::Kind => data.kind = kind(text)?,
            Self::Name => text.clone_into(&mut data.name),
            Self::Company => data.company = optional(),
            Self::Email => data.email = optional(),
            Self::Phone => data.phone = optional(),
            Self::Language => {
                if let Some(language) = optional() {
                    data.language = language;
                }
            }
            Self::Country => data.country = optional(),
            Self::VatId => data.vat_id = optional(),
            Self::TaxNumber => data.tax_number = optional(),
            Self::Group => data.group = optional(),
            Self::Notes => data.notes = optional(),
            Self::MayBeCalled => data.may_be_called = consent(text)?,
        }
        Ok(())
    }
}

fn kind(text: &str) -> Result<Kind, FieldError> {
    let name = text.trim().to_lowercase();
    if name.is_empty() {
        return Ok(Kind::default());
    }
    Kind::from_name(&name).ok_or_else(|| FieldError::new("kind", code::INVALID))
}

/// Whoever says nothing has not agreed.
fn consent(text: &str) -> Result<bool, FieldError> {
    match text.trim().to_lowercase().as_str() {
        YES => Ok(true),
        NO | "" => Ok(false),
        _ => Err(FieldError::new("may_be_called", code::INVALID)),
    }
}

/// A customer's cells, in the order of [`Column::ALL`].
pub fn cells(data: &CustomerData) -> [String; 12] {
    Column::ALL.map(|it| safe(it.read(data)))
}

/// A text that no spreadsheet takes for a formula.
fn safe(text: String) -> String {
    if looks_like_a_formula(&text) {
        format!("{MARK}{text}")
    } else {
        text
    }
}

/// The text that [`safe`] was made of.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix(MARK) {
        Some(text) if looks_like_a_formula(text) => text,
        _ => cell,
    }
}

/// Also a text whose beginning only a mark hides: so each cell is read back as it was.
fn looks_like_a_formula(text: &str) -> bool {
    text.trim_start_matches(MARK).starts_with(BEGINS_A_FORMULA)
}

/// What separates the cells of a file: whatever stands most often in its first line.
pub fn delimiter(file: &str) -> u8 {
    let first = file.lines().next().unwrap_or_default();
    let count = |sign: u8| first.bytes().filter(|it| *it == sign).count();
    let mut most = DELIMITERS[0];
    for sign in DELIMITERS {
        if count(sign) > count(most) {
            most = sign;
        }
    }
    most
}

/// The first line of a file: which column each cell below it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    columns: Vec<Option<Column>>,
    unknown: Vec<String>,
}

impl Head {
    /// # Errors
    /// When no column is the name's, or a column is there twice.
    pub fn read<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, FieldError> {
        let (mut columns, mut unknown) = (Vec::new(), Vec::new());
        for name in names {
            let column = Column::of(name);
            if column.is_some() && columns.contains(&column) {
                return Err(FieldError::new("file", code::INVALID));
            }
            if column.is_none() && unknown.len() < MAX_UNKNOWN {
                unknown.push(name.trim().chars().take(MAX_TOLD_CHARS).collect());
            }
            columns.push(column);
        }
        if !columns.contains(&Some(Column::Name)) {
            return Err(FieldError::new("name", code::REQUIRED));
        }
        Ok(Self { columns, unknown })
    }

    /// Columns that say nothing here: what stands in them stays outside.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// A line as somebody would type it into the form.
    ///
    /// # Errors
    /// What no form could say.
    pub fn data<'a>(
        &self,
        cells: impl Iterator<Item = &'a str>,
    ) -> Result<CustomerData, Vec<FieldError>> {
        let (mut data, mut errors) = (CustomerData::default(), Vec::new());
        for (column, cell) in self.columns.iter().zip(cells) {
            if let Some(column) = column
                && let Err(wrong) = column.write(&mut data, cell)
            {
                errors.push(wrong);
            }
        }
        if errors.is_empty() {
            Ok(data)
        } else {
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cell_is_read_as_it_was_written(text in "['=+\\-@\t]{0,3}.{0,5}") {
            let cell = safe(text.clone());
            prop_assert!(!cell.starts_with(BEGINS_A_FORMULA));
            prop_assert_eq!(plain(&cell), text);
        }
    }
}

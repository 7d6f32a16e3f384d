//! A file of customers, read: what each line says, and what is wrong with it.

use super::record::checked;
use crate::failure::Failure;
use orderline_domain::{
    customer::{
        record::Customer,
        sheet::{self, Head, MAX_FILE_BYTES, MAX_ROWS},
    },
    field::{FieldError, code},
};
use orderline_protocol::{customer::WrongRow, problem::FieldProblem};

/// What stands where a file was in another encoding.
const LOST: char = '\u{fffd}';

/// A file as it was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub right: Vec<Customer>,
    pub wrong: Vec<WrongRow>,
    /// Columns that say nothing here.
    pub unknown: Vec<String>,
}

/// Reads a file whole; one that is too long, or no table of customers, is not read at all.
pub(super) fn read(file: &str) -> Result<Read, Failure> {
    if file.len() > MAX_FILE_BYTES {
        return Err(FieldError::new("file", code::TOO_LARGE).into());
    }
    if file.contains(LOST) || file.contains('\0') {
        return Err(invalid().into());
    }
    let mut lines = csv::ReaderBuilder::new()
        .delimiter(sheet::delimiter(file))
        .flexible(true)
        .from_reader(file.as_bytes());
    let head = lines.headers().map_err(|_| invalid())?;
    let head = Head::read(head.iter())?;
    let mut read = Read {
        unknown: head.unknown().to_vec(),
        ..Read::default()
    };
    for (at, line) in (0_usize..).zip(lines.records()) {
        if at >= MAX_ROWS {
            return Err(FieldError::range("file", 0, MAX_ROWS).into());
        }
        let line = line.map_err(|_| invalid())?;
        let customer = head
            .data(line.iter())
            .and_then(|typed| checked(&typed, Customer::new));
        match customer {
            Ok(customer) => read.right.push(customer),
            Err(errors) => read.wrong.push(WrongRow {
                // As a spreadsheet counts: the first line holds the names.
                row: i64::try_from(at + 2).unwrap_or(i64::MAX),
                fields: errors.iter().map(FieldProblem::from).collect(),
            }),
        }
    }
    Ok(read)
}

fn invalid() -> FieldError {
    FieldError::new("file", code::INVALID)
}

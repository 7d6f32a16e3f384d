//! Customers leave in a file, a page after the other.

use super::{list, record::bounds};
use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::customer::find::{self, Wish},
    usecase::Query,
};
use orderline_domain::{
    customer::{
        record::CustomerData,
        sheet::{self, Column},
    },
    people::roles::{Action, Relation},
};
use orderline_protocol::{
    customer::Found,
    page::{Page, PageCursor},
};

/// What tells a spreadsheet that the file is in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A part of the file, and after what the next one begins.
#[derive(Debug)]
pub struct Piece {
    pub bytes: Vec<u8>,
    pub next: Option<PageCursor>,
}

/// The customers that a list shows, as lines of the file; before the first page stands what the columns are called.
pub async fn piece(
    query: &mut Query<'_>,
    narrowed: &Found,
    wanted: &Wanted,
) -> Result<Piece, Failure> {
    auth::authorise(query.actor, Action::ExportCustomers, Relation::Own)?;
    let (search, assigned) = list::read(narrowed)?;
    let wish = Wish {
        search: search.as_ref(),
        own: bounds(query.actor),
        assigned,
    };
    let found = find::page(&mut query.tx, &wish, wanted).await?;
    let page = found.page(|it| it.record.data().clone());
    written(&page, wanted.is_first())
}

fn written(page: &Page<CustomerData>, is_first: bool) -> Result<Piece, Failure> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let lost = |error: csv::Error| Failure::Internal(error.to_string());
    if is_first {
        file.write_record(Column::ALL.map(Column::name))
            .map_err(lost)?;
    }
    for customer in &page.items {
        file.write_record(sheet::cells(customer)).map_err(lost)?;
    }
    let lines = file
        .into_inner()
        .map_err(|error| Failure::Internal(error.to_string()))?;
    let mark = if is_first { BYTE_ORDER_MARK } else { &[] };
    Ok(Piece {
        bytes: [mark, &lines].concat(),
        next: page.next.clone(),
    })
}

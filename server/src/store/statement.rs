//! A connection that puts each of its statements into a span of its own.

use crate::spans;
use futures::{Stream, StreamExt as _, future::BoxFuture, stream::BoxStream};
use sqlx::{
    Describe, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr,
    postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};
use std::{
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};
use tracing::{Instrument as _, Span};

/// See the module.
#[derive(Debug)]
pub(super) struct Statement<'c> {
    conn: &'c mut PgConnection,
    at: &'static Location<'static>,
}

impl<'c> Statement<'c> {
    pub(super) const fn new(conn: &'c mut PgConnection, at: &'static Location<'static>) -> Self {
        Self { conn, at }
    }

    /// The statement that is made where this is called.
    #[track_caller]
    pub(super) fn here(conn: &'c mut PgConnection) -> Self {
        Self::new(conn, Location::caller())
    }
}

impl<'c> Executor<'c> for Statement<'c> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let span = spans::statement(self.at);
        let rows = self.conn.fetch_many(query);
        if span.is_disabled() {
            return rows;
        }
        Within { span, rows }.boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let span = spans::statement(self.at);
        let row = self.conn.fetch_optional(query);
        if span.is_disabled() {
            return row;
        }
        Box::pin(row.instrument(span))
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'c: 'e,
    {
        self.conn.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'c: 'e,
    {
        self.conn.describe(sql)
    }
}

/// A stream that is polled within a span.
struct Within<S> {
    span: Span,
    rows: S,
}

impl<S: Stream + Unpin> Stream for Within<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let span = self.span.clone();
        let _within = span.enter();
        self.rows.poll_next_unpin(cx)
    }
}

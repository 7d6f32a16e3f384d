//! What can go wrong in the database, as the rest of the server needs to tell it apart.

/// Why a store call failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection, a lost one, or a conflict between transactions: the same call may succeed when repeated.
    #[error("the database does not answer: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A constraint refused the row; its name says which rule it is.
    #[error("constraint {name} refused the row")]
    Constraint { name: String },
    /// A row that the rules cannot have written.
    #[error("{table}.{column} of {row} is inconsistent: {what}")]
    Corrupt {
        table: &'static str,
        column: &'static str,
        row: String,
        what: String,
    },
    /// Anything else; a fault on our side.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether the same call may succeed when it is made again.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether this constraint refused the row.
    pub fn is_constraint(&self, wanted: &str) -> bool {
        matches!(self, Self::Constraint { name } if name == wanted)
    }

    /// A row that the rules cannot have written.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over an id or an error that they have no further use for"
    )]
    pub fn corrupt(
        table: &'static str,
        column: &'static str,
        row: impl ToString,
        what: impl ToString,
    ) -> Self {
        Self::Corrupt {
            table,
            column,
            row: row.to_string(),
            what: what.to_string(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::Database(fault) => {
                if let Some(name) = fault.constraint() {
                    return Self::Constraint {
                        name: name.to_owned(),
                    };
                }
                match fault.code().as_deref() {
                    // Connection faults (08), shutdown (57P0x), too many connections, read-only after a
                    // fail-over, serialisation, deadlock, and a lock that nobody gave back in time.
                    Some(code)
                        if code.starts_with("08")
                            || code.starts_with("57P")
                            || matches!(code, "53300" | "25006" | "40001" | "40P01" | "55P03") =>
                    {
                        Self::Unavailable(error)
                    }
                    _ => Self::Database(error),
                }
            }
            _ => Self::Database(error),
        }
    }
}

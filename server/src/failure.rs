//! Why something was not done, towards the user and towards the log.

use crate::{
    blob::{BlobError, KeyError},
    store::StoreError,
    texts::BadTemplate,
};
use orderline_domain::field::FieldError;
use orderline_protocol::problem::{Code, Problem};

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The user's to mend, in the user's words.
    #[error("{}", .0.title)]
    Problem(Problem),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A fault on our side that is none of the above.
    #[error("{0}")]
    Internal(String),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Vec<FieldError>> for Failure {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Problem(errors.into())
    }
}

impl From<BadTemplate> for Failure {
    fn from(error: BadTemplate) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Problem(code.into())
    }
}

impl Failure {
    /// Whether the same call may succeed when it is made again, without anything else changing.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Problem(_) | Self::Blob(_) | Self::Key(_) | Self::Internal(_) => false,
        }
    }

    /// The same, with the fields that it is about where it is the user's to mend.
    #[must_use]
    pub fn naming(self, fields: &[FieldError]) -> Self {
        match self {
            Self::Problem(problem) => Self::Problem(Problem {
                fields: fields.iter().map(Into::into).collect(),
                ..problem
            }),
            other => other,
        }
    }

    /// What went wrong in our own words, which name nobody and nothing: admins read them beside a job.
    pub fn words(&self) -> String {
        match self {
            Self::Problem(problem) => problem.title.clone(),
            Self::Store(StoreError::Unavailable(_)) => "the database does not answer".to_owned(),
            Self::Blob(_) => "the object storage does not answer".to_owned(),
            Self::Key(_) => "a key cannot be used".to_owned(),
            Self::Store(_) | Self::Internal(_) => {
                "a fault on our side; the log says more".to_owned()
            }
        }
    }

    /// The code that the user is told.
    pub const fn code(&self) -> Code {
        match self {
            Self::Problem(problem) => problem.code,
            Self::Store(StoreError::Unavailable(_)) | Self::Blob(_) => Code::Unavailable,
            Self::Store(
                StoreError::Constraint { .. }
                | StoreError::Corrupt { .. }
                | StoreError::Database(_),
            )
            | Self::Key(_)
            | Self::Internal(_) => Code::Internal,
        }
    }

    /// Whether it is a fault on our side: then it is logged, under a reference that the user is told.
    pub const fn is_ours(&self) -> bool {
        !matches!(self, Self::Problem(_))
    }

    /// Writes a fault on our side into the log, once; nothing of it leaves. What is the user's to mend is not logged.
    pub fn log(&self, reference: &str) {
        if !self.is_ours() {
            return;
        }
        if self.code() == Code::Unavailable {
            tracing::warn!(error = %self, reference, "something that is needed does not answer");
        } else {
            tracing::error!(error = %self, reference, "a request failed");
        }
    }

    /// What the user is told.
    pub fn into_problem(self, reference: &str) -> Problem {
        let code = self.code();
        match self {
            Self::Problem(problem) => problem,
            _ => Problem {
                reference: Some(reference.to_owned()),
                ..code.into()
            },
        }
    }
}

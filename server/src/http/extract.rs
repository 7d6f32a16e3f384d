//! What handlers take from a request; whatever cannot be taken is a problem in the same form as any other.

use super::{Client, Refusal, afterwards::Afterwards, cookie::cookie};
use crate::{
    actor::{Actor, Steward},
    http::Web,
    live::turns::Turn,
    page::Wanted,
    usecase::people::{prove::SessionSecret, session},
};
use axum::{
    Json,
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{JsonRejection, PathRejection},
    },
    http::{StatusCode, request::Parts},
};
use orderline_domain::people::capacity::ActAs;
use orderline_protocol::problem::{Code, FieldProblem, Problem};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// The person behind the request's cookie, whatever they act as.
pub(crate) struct Somebody {
    pub person: session::SignedIn,
    /// Held until the handler has answered.
    turn: Turn,
}

impl FromRequestParts<Web> for Somebody {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let token = cookie(&parts.headers).ok_or(Code::SignInNeeded)?;
        let token = token.to_owned();
        let run = &web.archive.run;
        let holder = session::holder(run, &token, acting_as(parts)?).await?;
        let Client(from) = Client::from_request_parts(parts, web).await?;
        let person = holder.ok_or(Code::SignInNeeded)?.coming_from(from);
        if let Some(afterwards) = parts.extensions.get::<Afterwards>() {
            afterwards.by(person.user());
            if person.is_to_renew()
                && let Some(token) = session::renewed(run, &person, &token).await?
            {
                afterwards.renew(token);
            }
        }
        let turn = web.archive.run.env.turns.take(person.user()).await;
        Ok(Self {
            person,
            turn: turn.ok_or(Code::TooMany)?,
        })
    }
}

/// Somebody who acts for a vendor, or buys from one.
pub(crate) struct SignedIn {
    actor: Actor,
    _turn: Turn,
}

impl SignedIn {
    /// Who acts.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let Somebody { person, turn } = Somebody::from_request_parts(parts, web).await?;
        let actor = person.actor()?;
        Ok(Self { actor, _turn: turn })
    }
}

/// Somebody who acts for the platform.
pub(crate) struct AtPlatform {
    steward: Steward,
    _turn: Turn,
}

impl AtPlatform {
    /// Who acts.
    pub(crate) const fn steward(&self) -> &Steward {
        &self.steward
    }
}

impl FromRequestParts<Web> for AtPlatform {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let Somebody { person, turn } = Somebody::from_request_parts(parts, web).await?;
        let steward = person.steward()?;
        Ok(Self {
            steward,
            _turn: turn,
        })
    }
}

/// Several pages of one session may each act in another capacity, so each request says in which: `?as=VENDOR.ROLE`.
/// Without it, it is the person's first.
fn acting_as(parts: &Parts) -> Result<Option<ActAs>, Refusal> {
    #[derive(Deserialize)]
    struct Acting {
        r#as: Option<String>,
    }
    let Query(Acting { r#as: wanted }) =
        Query::try_from_uri(&parts.uri).map_err(|_| Code::Malformed)?;
    let wanted = wanted.map(|it| it.parse()).transpose();
    // What cannot be read is nothing that anybody is.
    Ok(wanted.map_err(|_| Code::NotFound)?)
}

impl FromRequestParts<Web> for SessionSecret {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Refusal> {
        let secret = cookie(&parts.headers).and_then(session::token_bytes);
        Ok(Self(secret.ok_or(Code::SignInNeeded)?))
    }
}

/// A JSON body. NUL stands in no text that a person writes, and the database takes none.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Web> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Refusal> {
        match Json::<Value>::from_request(request, web).await {
            Ok(Json(body)) if !holds_nul(&body) => T::deserialize(body)
                .map(Self)
                .map_err(|_| Code::Malformed.into()),
            Ok(_) => Err(Code::Malformed.into()),
            Err(rejection) => Err(Refusal(match rejection {
                JsonRejection::MissingJsonContentType(_) => Problem {
                    status: 415,
                    ..Code::Malformed.into()
                },
                other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge.into(),
                _ => Code::Malformed.into(),
            })),
        }
    }
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// NUL as it stands in an address.
const NUL: &str = "%00";

/// Parts of the path. One that cannot be read (no UUID) names nothing.
pub(crate) struct PathOf<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for PathOf<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        if parts.uri.path().contains(NUL) {
            return Err(Code::NotFound.into());
        }
        match Path::<T>::from_request_parts(parts, web).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(_)) => Err(Code::NotFound.into()),
            Err(_) => Err(Code::Malformed.into()),
        }
    }
}

/// The query.
pub(crate) struct QueryOf<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Web> for QueryOf<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        if parts.uri.query().is_some_and(|query| query.contains(NUL)) {
            return Err(Code::Malformed.into());
        }
        match Query::<T>::from_request_parts(parts, web).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(_) => Err(Code::Malformed.into()),
        }
    }
}

/// Which page of a list is asked for: `?after=CURSOR&limit=N`.
pub(crate) struct Paging(pub Wanted);

#[derive(Deserialize)]
struct AskedPage {
    after: Option<String>,
    limit: Option<u32>,
}

impl FromRequestParts<Web> for Paging {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let QueryOf(AskedPage { after, limit }) = QueryOf::from_request_parts(parts, web).await?;
        let wanted = Wanted::new(after.as_deref(), limit).map_err(|_| {
            Refusal(Problem::invalid(vec![FieldProblem {
                field: "after".to_owned(),
                code: "invalid".to_owned(),
                params: BTreeMap::new(),
            }]))
        })?;
        Ok(Self(wanted))
    }
}

//! The secret in a link that was mailed: 32 bytes that nobody guesses, known here by their hash alone.

use crate::{
    failure::Failure,
    usecase::{Runner, people::session::token_hash},
};
use orderline_domain::digest::Digest;
use std::net::IpAddr;

/// What a token is known by. What cannot be one is a bad ticket, as an unknown one is.
pub(super) fn hash(run: &Runner, from: IpAddr, token: &str) -> Result<Digest, Failure> {
    token_hash(token).ok_or_else(|| gone(run, from))
}

/// The link leads nowhere, or no more; who tries many is slowed.
pub(super) fn gone(run: &Runner, from: IpAddr) -> Failure {
    run.env.sign_in.no_link(from).into()
}

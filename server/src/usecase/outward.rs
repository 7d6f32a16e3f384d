//! What goes out is paid from three budgets: of whoever causes it, of whoever gets it, and of the vendor.

use crate::{
    failure::Failure,
    live::Env,
    store::{Tx, outward},
};
use orderline_domain::{
    digest::Digest,
    ids::{UserId, VendorId},
    outward::{Way, Whose, budget},
    thread::join_link::Channel,
};
use orderline_protocol::problem::{Code, Problem};
use std::collections::BTreeMap;

/// A message about to go out.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    pub way: Way,
    pub vendor: VendorId,
    /// Who causes it; none: somebody whom nobody knows yet, or the server by itself.
    pub by: Option<UserId>,
    /// The address or number; kept by its hash alone.
    pub to: &'a str,
}

/// Takes one message out of its budgets, in the transaction that makes it necessary. Where one is used up nothing goes
/// out, and it is said when it could.
pub async fn spend(env: &Env, tx: &mut Tx, message: Message<'_>) -> Result<(), Failure> {
    let now = env.clock.now();
    // In one order for everybody, so that two never wait for each other.
    for whose in Whose::ALL {
        let name = match whose {
            Whose::Sender => match message.by {
                Some(by) => by.to_string(),
                None => continue,
            },
            Whose::Recipient => Digest::of(message.to.to_lowercase().as_bytes()).to_string(),
            Whose::Vendor => String::new(),
        };
        let key = format!("{} {} {name}", message.way.name(), whose.name());
        let used = outward::lock(tx, message.vendor, &key, now).await?;
        match budget(message.way, whose).take(used, now) {
            Ok(used) => outward::save(tx, message.vendor, &key, used).await?,
            Err(until) => {
                metrics::counter!("orderline_outward_refused_total",
                    "way" => message.way.name(), "whose" => whose.name())
                .increment(1);
                let wait = until.at.duration_since(now).unsigned_abs();
                let minutes = wait.as_secs().div_ceil(60).max(1).to_string();
                return Err(Problem {
                    retry_after_ms: u64::try_from(wait.as_millis()).ok(),
                    params: BTreeMap::from([("minutes".to_owned(), minutes)]),
                    ..Code::SentTooMuch.into()
                }
                .into());
            }
        }
    }
    Ok(())
}

/// The way out that a channel takes.
pub const fn way(channel: Channel) -> Way {
    match channel {
        Channel::Mail => Way::Mail,
        Channel::Sms => Way::Sms,
    }
}

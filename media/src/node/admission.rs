//! From whom the node takes anything.

use std::net::IpAddr;

/// Whether something from this address is taken.
pub(super) fn admits(only_from: Option<&[IpAddr]>, source: IpAddr) -> bool {
    only_from.is_none_or(|only| only.contains(&source.to_canonical()))
}

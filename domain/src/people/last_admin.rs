//! A vendor, and the platform, always has somebody who gives rights there.

use crate::people::roles::Role;

/// Nobody would be left who gives rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("somebody has to stay admin")]
pub struct LastAdmin;

/// Whether it is looked at who else has the role before somebody loses it.
pub const fn is_counted(role: Role) -> bool {
    matches!(role, Role::Admin | Role::PlatformAdmin)
}

/// Whether somebody may lose a role. `is_active`: theirs is not suspended; `holders`: all whose is not, they among them.
///
/// # Errors
/// When they are the last.
pub const fn may_lose(role: Role, is_active: bool, holders: usize) -> Result<(), LastAdmin> {
    if is_counted(role) && is_active && holders <= 1 {
        return Err(LastAdmin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_admin_stays() {
        for role in Role::ALL {
            let counts = matches!(role, Role::Admin | Role::PlatformAdmin);
            assert_eq!(may_lose(role, true, 1).is_err(), counts, "{role:?}");
            assert_eq!(may_lose(role, true, 2), Ok(()), "{role:?}");
            assert_eq!(may_lose(role, false, 1), Ok(()), "{role:?}, suspended");
        }
    }
}

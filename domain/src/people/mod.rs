//! Who people are, how they prove it, and who may do what.

pub mod account_link;
pub mod assurance;
pub mod attempts;
pub mod capacity;
pub mod email_change;
pub mod factor_reset;
pub mod invitation;
pub mod last_admin;
pub mod one_time_code;
pub mod passkey;
pub mod password;
pub mod person;
pub mod proof;
pub mod recovery_code;
pub mod refusal;
pub mod roles;
pub mod security;
pub mod side;
pub mod visit;

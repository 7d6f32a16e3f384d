//! Roles in words.

use super::t;
use orderline_domain::people::roles::Role;

/// What the role is called.
pub fn role_name(role: Role) -> String {
    t(match role {
        Role::Seller => "role.seller",
        Role::Rep => "role.rep",
        Role::Buyer => "role.buyer",
        Role::Compliance => "role.compliance",
        Role::Support => "role.support",
        Role::Admin => "role.admin",
        Role::PlatformAdmin => "role.platform_admin",
        Role::PlatformSupport => "role.platform_support",
        Role::PlatformCompliance => "role.platform_compliance",
    })
}

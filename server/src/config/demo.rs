//! The demo's doors: ways in without a password, on this machine alone.

use orderline_domain::people::roles::Role;

/// A way in without a password, in demo mode.
#[derive(Clone, Copy, Debug)]
pub struct Door {
    /// Also the first part of the person's host name.
    pub person: &'static str,
    pub name: &'static str,
    pub email: &'static str,
}

/// The start page's doors, in its order.
pub const DOORS: &[Door] = &[
    Door {
        person: "seller",
        name: "Mara König",
        email: "mara@nordlicht.example",
    },
    Door {
        person: "buyer",
        name: "Jana Lind",
        email: "jana@lind.example",
    },
    Door {
        person: "compliance",
        name: "Tomas Albrecht",
        email: "compliance@nordlicht.example",
    },
    Door {
        person: "support",
        name: "Noor Haddad",
        email: "support@nordlicht.example",
    },
    Door {
        person: "admin",
        name: "Birte Sommer",
        email: "admin@nordlicht.example",
    },
    Door {
        person: "platform",
        name: "Ole Brandt",
        email: "platform@orderline.example",
    },
];

/// The other demo people's doors, which no page names: the platform's support and compliance, a second seller, somebody who works for two vendors, and one buyer from each of several
/// countries.
pub const SIDE_DOORS: &[Door] = &[
    Door {
        person: "platform_support",
        name: "Hanne Vik",
        email: "support@orderline.example",
    },
    Door {
        person: "platform_compliance",
        name: "Rui Salgado",
        email: "compliance@orderline.example",
    },
    Door {
        person: "colleague",
        name: "Piet Jansen",
        email: "piet@nordlicht.example",
    },
    Door {
        person: "rep",
        name: "Karla Brandt",
        email: "karla@nordlicht.example",
    },
    Door {
        person: "lena",
        name: "Lena Vogt",
        email: "lena@vogt.example",
    },
    Door {
        person: "felix",
        name: "Felix Weber",
        email: "felix@weber.example",
    },
    Door {
        person: "ines",
        name: "Inês Carvalho",
        email: "ines@carvalho.example",
    },
    Door {
        person: "camille",
        name: "Camille Moreau",
        email: "camille@moreau.example",
    },
];

/// What the doors of load generators begin with: the door of number 7 on the seller's side is `bench-seller-7`.
pub const BENCH_DOORS: [(&str, Role); 2] = [
    ("bench-seller-", Role::Seller),
    ("bench-buyer-", Role::Buyer),
];

/// The e-mail address of whoever comes in by this door.
pub fn email_behind(door: &str) -> Option<String> {
    let mut known = DOORS.iter().chain(SIDE_DOORS);
    if let Some(known) = known.find(|it| it.person == door) {
        return Some(known.email.to_owned());
    }
    let mut numbers = BENCH_DOORS.iter();
    let number = numbers.find_map(|(prefix, _)| door.strip_prefix(prefix))?;
    let is_number = number.parse::<u32>().is_ok();
    is_number.then(|| format!("{door}@bench.example"))
}

#[cfg(test)]
mod tests {
    use super::email_behind;

    #[test]
    fn a_door_is_known_by_its_person_or_its_number() {
        assert_eq!(
            email_behind("bench-seller-7").as_deref(),
            Some("bench-seller-7@bench.example")
        );
        assert_eq!(
            email_behind("bench-buyer-0").as_deref(),
            Some("bench-buyer-0@bench.example")
        );
        assert_eq!(
            email_behind("seller").as_deref(),
            Some("mara@nordlicht.example")
        );
        for door in [
            "bench-seller-",
            "bench-seller-x",
            "bench-admin-1",
            "nobody",
            "bench-buyer-1@x",
        ] {
            assert_eq!(email_behind(door), None, "{door}");
        }
    }
}

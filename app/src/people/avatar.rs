//! A person as two letters in the colour of their side.

use leptos::prelude::*;
use orderline_domain::people::side::Side;
use orderline_protocol::person::Person;

/// The person's initials. The name stands beside it wherever it is used, so screen readers skip it.
#[component]
pub fn Avatar(person: Person) -> impl IntoView {
    let Person { name, role, .. } = person;
    view! { <Initials letters=initials(&name) side=Side::of(role)/> }
}

/// The same for somebody of whom no more is known than a name and a side.
#[component]
pub fn Initials(letters: String, side: Side) -> impl IntoView {
    let class = match side {
        Side::Seller => "avatar s",
        Side::Buyer => "avatar b",
        Side::Reader => "avatar",
    };
    view! { <div class=class aria-hidden="true">{letters}</div> }
}

/// The first letters of the first and the last word of a name.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn names_of_any_shape_have_initials() {
        assert_eq!(initials("Mara König"), "MK");
        assert_eq!(initials("ioana maria vlad"), "IV");
        assert_eq!(initials("Örsted"), "Ö");
        assert_eq!(initials(""), "");
    }
}
